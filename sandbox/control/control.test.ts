import { createHmac } from 'node:crypto';
import { copyFile, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { errorOnce } from '../../base/faults.ts';
import { SandboxControl } from '../control-client.ts';
import { type RunningSandbox, startSandbox } from '../start.ts';

const MIB = 2 ** 20;

let directory: string;
let image: string;
let sandbox: RunningSandbox;
let control: SandboxControl;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sandbox-control-'));
  image = join(directory, 'image.raw');
  const content = Buffer.alloc(2 * MIB);
  content.write('hello', MIB);
  await writeFile(image, content);
  sandbox = await startSandbox({ directory: join(directory, 'sandbox'), primaryDisk: image, taskDelayMs: 0 });
  control = new SandboxControl(sandbox.controlUrl);
});

afterEach(async () => {
  await sandbox.close();
  await rm(directory, { recursive: true, force: true });
});

describe('the control port', () => {
  it('shows the machines and gives web-01 the image', async () => {
    const state = await control.state();
    expect(state.vms.map((vm) => vm.name)).toContain(sandbox.gatewayVm.name);
    expect(state).toMatchObject({ attached: [], sessions: 0, refusedLogins: 0, violations: [], faults: [] });
    const [disk] = (await control.vm('web-01')).disks;
    expect(disk).toMatchObject({ capacityBytes: 2 * MIB, chainLength: 1, fileName: '[datastore1] web-01/web-01.vmdk' });
    expect(disk?.uuid).toMatch(/^6000c29/);
  });

  it('writes as the guest, exports, and applies a changed image', async () => {
    const before = await control.sha256({ vm: 'web-01' });
    await control.write({ vm: 'web-01', offset: 70_000, data: Buffer.from('written by the guest') });
    expect(await control.sha256({ vm: 'web-01' })).not.toBe(before);
    expect(await control.apply({ vm: 'web-01', path: image })).toEqual({ changedBytes: 64 * 1024 });
    expect(await control.sha256({ vm: 'web-01' })).toBe(before);
    const copy = join(directory, 'copy.raw');
    await control.export({ vm: 'web-01', path: copy });
    await copyFile(copy, image);
    expect(await control.apply({ vm: 'web-01', path: image })).toEqual({ changedBytes: 0 });
  });

  it('replaces a disk by another one', async () => {
    const [before] = (await control.vm('web-01')).disks;
    await using handle = await open(image, 'r+');
    await handle.truncate(3 * MIB);
    await control.replace({ vm: 'web-01', path: image });
    const [after] = (await control.vm('web-01')).disks;
    expect(after).toMatchObject({ capacityBytes: 3 * MIB, key: before?.key });
    expect(after?.uuid).not.toBe(before?.uuid);
  });

  it('takes keys away from the object server, expires its tokens, moves its clock and tells what it was asked', async () => {
    const { httpEndpoint, bucket, accessKeyId, accessKeySecret } = sandbox.objects;
    await control.injectFault({ operation: 'oss.PutObject', times: 1, effect: { kind: 'error', code: 'SlowDown' } });
    const put = () => presignedPut({ httpEndpoint, bucket, accessKeyId, accessKeySecret });
    expect(await put()).toBe(503);
    expect(await put()).toBe(200);
    await control.setObjectClockOffset(3_600_000);
    expect(await put()).toBe(403);
    await control.setObjectClockOffset(0);
    await control.setKeyActive(accessKeyId, false);
    expect(await put()).toBe(403);
    await control.expireTokens();
    const { counters, requests, users } = await control.objects();
    expect(counters).toMatchObject({ 'oss.PutObject': { requests: 4, errors: 3, running: 0, peak: 1 } });
    expect(requests.map((request) => request.code)).toEqual([
      'SlowDown',
      undefined,
      'AccessDenied',
      'InvalidAccessKeyId',
    ]);
    expect(users).toMatchObject([{ accessKeyId, identityType: 'RAMUser', active: false }]);
    await control.clearObjectLog();
    expect((await control.objects()).requests).toEqual([]);
    await expect(control.setKeyActive('nobody', true)).rejects.toThrow('There is no access key nobody');
  });

  it('says what is wrong with a request', async () => {
    await expect(control.sha256({ vm: 'nobody' })).rejects.toThrow('There is no virtual machine nobody.');
    await expect(control.sha256({ vm: 'web-01', disk: 9 })).rejects.toThrow('has no disk 9');
    await expect(control.write({ vm: 'web-01', offset: 2 * MIB, data: Buffer.from('x') })).rejects.toThrow('leaves');
    await expect(control.resetChangeTracking('web-01')).rejects.toThrow('does not track changes');
    await expect(control.injectFault(errorOnce('', 'FileFault'))).rejects.toThrow('operation');
  });
});

/** Status of a put by a V1 signed address that holds for a minute. */
async function presignedPut(facts: {
  readonly httpEndpoint: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
}): Promise<number> {
  const expires = Math.floor(Date.now() / 1000) + 60;
  const signature = createHmac('sha1', facts.accessKeySecret)
    .update(`PUT\n\n\n${expires}\n/${facts.bucket}/some/key`)
    .digest('base64');
  const query = new URLSearchParams({
    OSSAccessKeyId: facts.accessKeyId,
    Expires: String(expires),
    Signature: signature,
  });
  const address = `${facts.httpEndpoint}/${facts.bucket}/some/key?${query}`;
  const response = await fetch(address, { method: 'PUT', body: Buffer.from('x') });
  await response.arrayBuffer();
  return response.status;
}
