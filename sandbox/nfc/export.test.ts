import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SandboxControl } from '../control-client.ts';
import { type RunningSandbox, startSandbox } from '../start.ts';
import { NfcTestClient } from './test-client.ts';

const run = promisify(execFile);
const MIB = 2 ** 20;
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

let directory: string;
let sandbox: RunningSandbox;
let control: SandboxControl;
let client: NfcTestClient;
let vm: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sandbox-export-'));
  const image = join(directory, 'image.raw');
  await writeFile(image, Buffer.concat([randomBytes(3 * MIB), Buffer.alloc(37 * MIB), randomBytes(512)]));
  sandbox = await startSandbox({
    directory: join(directory, 'sandbox'),
    taskDelayMs: 2,
    vms: [
      { name: 'web', disks: [{ image }, { capacityBytes: 2 * MIB, dataBytes: MIB }] },
      { name: 'off', powerState: 'poweredOff', disks: [{ capacityBytes: 2 * MIB, dataBytes: MIB }] },
    ],
  });
  control = new SandboxControl(sandbox.controlUrl);
  client = await NfcTestClient.login(sandbox);
  vm = await client.find('Hangzhou/vm/web');
});

afterEach(async () => {
  expect((await control.state()).leases.filter((lease) => lease.end === null)).toEqual([]);
});

afterAll(async () => {
  await sandbox.close();
  await rm(directory, { recursive: true, force: true });
});

/** The disk in a VMDK, by qemu-img. */
async function unpacked(vmdk: Buffer): Promise<Buffer> {
  await writeFile(join(directory, 'disk.vmdk'), vmdk);
  const paths = [join(directory, 'disk.vmdk'), join(directory, 'disk.raw')];
  await run('qemu-img', ['convert', '-f', 'vmdk', '-O', 'raw', ...paths]);
  return readFile(join(directory, 'disk.raw'));
}

const snapshot = () =>
  client.task('CreateSnapshot_Task', vm, '<name>backup</name><memory>false</memory><quiesce>false</quiesce>');

describe('the export of a snapshot', () => {
  it('gives each disk as it was when it was frozen, while the VM runs and writes', async () => {
    const taken = await snapshot();
    const before = [await control.sha256({ vm: 'web' }), await control.sha256({ vm: 'web', disk: 1 })];
    await control.write({ vm: 'web', offset: 5 * MIB, data: Buffer.from('written after the snapshot') });
    const lease = await client.reference('ExportSnapshot', taken);
    const devices = await client.devices(lease);
    expect(devices.map((device) => device.key)).toEqual([
      `/${vm.split(':')[1]}/ParaVirtualSCSIController0:0`,
      `/${vm.split(':')[1]}/ParaVirtualSCSIController0:1`,
    ]);
    for (const [index, device] of devices.entries()) {
      const { status, headers, body, thumbprint } = await client.get(device.url);
      expect(status).toBe(200);
      expect(headers).toMatchObject({ 'transfer-encoding': 'chunked' });
      expect(thumbprint).toBe(device.thumbprint);
      expect(sha256(await unpacked(body))).toBe(before[index]);
    }
    // The mixture: the first URL names the host, the second leaves the host to the client.
    expect(devices[0]?.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/nfc\/52[-0-9a-f]+\/disk-0\.vmdk$/);
    expect(devices[1]?.url).toMatch(/^https:\/\/\*\/nfc\/52[-0-9a-f]+\/disk-1\.vmdk$/);
    expect(devices[0]?.thumbprint).not.toBe(devices[1]?.thumbprint);
    const manifest = await client.call('HttpNfcLeaseGetManifest', lease);
    expect(manifest.match(/<sha1>/g)).toHaveLength(2);

    await client.call('HttpNfcLeaseProgress', lease, '<percent>100</percent>');
    await client.call('HttpNfcLeaseComplete', lease);
    expect(await client.leaseState(lease)).toBe('done');
    expect((await client.get(devices[1]?.url ?? '')).status).toBe(404);
    await client.task('RemoveSnapshot_Task', taken, '<removeChildren>false</removeChildren>');
  });

  it('keeps the snapshot from being removed, and nothing else', async () => {
    const taken = await snapshot();
    const lease = await client.reference('ExportSnapshot', taken);
    await client.devices(lease);
    const remove = () => client.task('RemoveSnapshot_Task', taken, '<removeChildren>false</removeChildren>');
    await expect(remove()).rejects.toThrow('TaskInProgress: Another task is already in progress.');
    await expect(client.task('RemoveAllSnapshots_Task', vm)).rejects.toThrow('TaskInProgress');
    await expect(client.call('UnregisterVM', vm)).rejects.toThrow('TaskInProgress');
    const second = await snapshot();
    await client.call('HttpNfcLeaseAbort', lease);
    expect(await client.leaseState(lease)).toBe('error');
    await client.task('RemoveSnapshot_Task', second, '<removeChildren>false</removeChildren>');
    await remove();
  });

  it('tells the operator what was transferred', async () => {
    const taken = await snapshot();
    const lease = await client.reference('ExportSnapshot', taken);
    const [device] = await client.devices(lease);
    const { body } = await client.get(device?.url ?? '');
    await client.call('HttpNfcLeaseProgress', lease, '<percent>50</percent>');
    const told = (await control.state()).leases.find((each) => `HttpNfcLease:${each.ref}` === lease);
    expect(told).toMatchObject({ kind: 'exportSnapshot', state: 'ready', end: null, progressCalls: 1, progress: 50 });
    expect(told?.disks[0]).toMatchObject({ transferredBytes: body.length, sizeBytes: body.length });
    await client.call('HttpNfcLeaseComplete', lease);
    await client.task('RemoveSnapshot_Task', taken, '<removeChildren>false</removeChildren>');
  });
});

describe('the export of a VM', () => {
  it('needs the VM to be off', async () => {
    await expect(client.call('ExportVm', vm)).rejects.toThrow('InvalidPowerState');
  });

  it('holds the VM until the lease ends', async () => {
    const off = await client.find('Hangzhou/vm/off');
    const lease = await client.reference('ExportVm', off);
    const [device, nvram] = await client.devices(lease);
    expect(await client.property(lease, 'info')).toMatch(/nvram<\/key>.*<disk>false<\/disk>/);
    expect((await client.get(nvram?.url ?? '')).body.length).toBe(8684);
    for (const method of ['PowerOnVM_Task', 'Destroy_Task']) {
      await expect(client.task(method, off)).rejects.toThrow('TaskInProgress');
    }
    await expect(client.call('ExportVm', off)).rejects.toThrow('TaskInProgress');
    expect(sha256(await unpacked((await client.get(device?.url ?? '')).body))).toBe(
      await control.sha256({ vm: 'off' }),
    );
    await client.call('HttpNfcLeaseComplete', lease);
    await client.task('PowerOnVM_Task', off);
    await client.task('PowerOffVM_Task', off);
  });
});

/** Hot-adds the disk of another machine to the gateway's. */
async function attach(name: string, mode: string): Promise<string> {
  const [disk] = (await control.vm(name)).disks;
  return client.task(
    'ReconfigVM_Task',
    await client.find(`Hangzhou/vm/infrastructure/${sandbox.gatewayVm.name}`),
    `<spec><deviceChange><operation>add</operation><device xsi:type="VirtualDisk"><key>-1</key>
     <backing xsi:type="VirtualDiskFlatVer2BackingInfo"><fileName>${disk?.fileName}</fileName><diskMode>${mode}</diskMode></backing>
     <controllerKey>1000</controllerKey><unitNumber>9</unitNumber><capacityInKB>0</capacityInKB></device></deviceChange></spec>`,
  );
}

describe('a lease', () => {
  it('keeps others from writing the disks it reads', async () => {
    const lease = await client.reference('ExportVm', await client.find('Hangzhou/vm/off'));
    await client.devices(lease);
    await expect(attach('off', 'independent_persistent')).rejects.toThrow('Failed to lock the file');
    await client.call('HttpNfcLeaseAbort', lease);
  });

  it('gives nothing to who does not know its ticket, and no other host gives it either', async () => {
    const off = await client.find('Hangzhou/vm/off');
    const lease = await client.reference('ExportVm', off);
    const [device] = await client.devices(lease);
    const url = device?.url.replace('//*/', `//${sandbox.vcenterAddress}/`) ?? '';
    expect((await client.get(url.replace('/nfc/52', '/nfc/53'))).status).toBe(404);
    expect((await client.get(url.replace('disk-0', 'disk-1'))).status).toBe(404);
    expect((await client.post(url, [])).status).toBe(405);
    await client.call('HttpNfcLeaseAbort', lease);
    expect((await client.get(url)).status).toBe(404);
  });

  it('that has ended cannot be ended again', async () => {
    const lease = await client.reference('ExportVm', await client.find('Hangzhou/vm/off'));
    await client.devices(lease);
    await client.call('HttpNfcLeaseAbort', lease);
    await expect(client.call('HttpNfcLeaseAbort', lease)).rejects.toThrow('InvalidState');
    await expect(client.call('HttpNfcLeaseComplete', lease)).rejects.toThrow('InvalidState');
    await expect(client.call('HttpNfcLeaseProgress', lease, '<percent>1</percent>')).rejects.toThrow('InvalidState');
  });
});
