import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SandboxControl } from '../control-client.ts';
import { type RunningSandbox, startSandbox } from '../start.ts';
import { NfcTestClient } from './test-client.ts';
import { encodeVmdk } from './vmdk/encoder.ts';

const MIB = 2 ** 20;
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

let directory: string;
let sandbox: RunningSandbox;
let control: SandboxControl;
let client: NfcTestClient;
let pool: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sandbox-import-'));
  sandbox = await startSandbox({
    directory: join(directory, 'sandbox'),
    taskDelayMs: 2,
    vms: [],
    nfc: { keepUploads: join(directory, 'uploads') },
  });
  control = new SandboxControl(sandbox.controlUrl);
  client = await NfcTestClient.login(sandbox);
  const cluster = await client.find('Hangzhou/host/production');
  const [, id] = /<returnval[^>]*>([^<]+)</.exec(await client.property(cluster, 'resourcePool')) ?? [];
  pool = `ResourcePool:${id}`;
});

afterEach(async () => {
  expect((await control.state()).leases.filter((lease) => lease.end === null)).toEqual([]);
});

afterAll(async () => {
  await sandbox.close();
  await rm(directory, { recursive: true, force: true });
});

async function vmdk(disk: Buffer): Promise<Buffer> {
  const read = async (offset: number, length: number) => disk.subarray(offset, offset + length);
  const parts: Buffer[] = [];
  const stream = encodeVmdk({ capacityBytes: disk.length, read }, { name: 'disk.vmdk', cid: '12345678' });
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

const change = (device: string, more = '') =>
  `<deviceChange><operation>add</operation>${more}<device ${device}</device></deviceChange>`;
const newDisk = (unit: number, capacityBytes: number) =>
  change(
    `xsi:type="VirtualDisk"><key>${-200 - unit}</key><backing xsi:type="VirtualDiskFlatVer2BackingInfo"><fileName></fileName>
     <diskMode>persistent</diskMode><thinProvisioned>true</thinProvisioned></backing><controllerKey>-100</controllerKey>
     <unitNumber>${unit}</unitNumber><capacityInKB>0</capacityInKB><capacityInBytes>${capacityBytes}</capacityInBytes>`,
    '<fileOperation>create</fileOperation>',
  );

const importVm = (name: string, ...capacities: readonly number[]) =>
  client.reference(
    'ImportVApp',
    pool,
    `<spec xsi:type="VirtualMachineImportSpec"><configSpec><name>${name}</name><files><vmPathName>[datastore1]</vmPathName></files>
     <numCPUs>1</numCPUs><memoryMB>512</memoryMB>
     ${change('xsi:type="ParaVirtualSCSIController"><key>-100</key><busNumber>0</busNumber><sharedBus>noSharing</sharedBus>')}
     ${capacities.map((bytes, index) => newDisk(index, bytes)).join('')}</configSpec></spec>`,
  );

const names = async () => (await control.state()).vms.map((vm) => vm.name);

describe('an import', () => {
  it('makes a VM and fills its disks with what is uploaded', async () => {
    const disks = [randomBytes(3 * MIB + 512), Buffer.concat([Buffer.alloc(40 * MIB), randomBytes(MIB)])];
    const lease = await importVm('restored', ...disks.map((disk) => disk.length));
    const devices = await client.devices(lease);
    expect(devices.map((device) => device.importKey)).toEqual([
      '/restored/ParaVirtualSCSIController0:0',
      '/restored/ParaVirtualSCSIController0:1',
    ]);
    const vm = await client.find('Hangzhou/vm/restored');
    expect(devices[0]?.key).toBe(`/${vm.split(':')[1]}/ParaVirtualSCSIController0:0`);
    const [first, second] = await Promise.all(disks.map(vmdk));
    // Once chunked, once with a length and the other method.
    expect((await client.post(devices[0]?.url ?? '', [first ?? Buffer.alloc(0)])).status).toBe(200);
    const put = { 'content-length': second?.length ?? 0, overwrite: 't' };
    expect((await client.send('PUT', devices[1]?.url ?? '', [second ?? Buffer.alloc(0)], put)).status).toBe(201);
    await expect(client.task('PowerOnVM_Task', vm)).rejects.toThrow('TaskInProgress');
    await client.call('HttpNfcLeaseProgress', lease, '<percent>100</percent>');
    await client.call('HttpNfcLeaseComplete', lease);

    for (const [disk, content] of disks.entries()) {
      expect(await control.sha256({ vm: 'restored', disk })).toBe(sha256(content));
    }
    const told = (await control.state()).leases.at(-1);
    expect(told).toMatchObject({ kind: 'import', end: 'completed', error: null, progressCalls: 1, transfers: 0 });
    const kept = await readFile(told?.disks[0]?.kept[0] ?? '');
    expect(first && kept.equals(first)).toBe(true);
    await client.task('PowerOnVM_Task', vm);
  });

  it('may upload a disk again, which then counts alone', async () => {
    const lease = await importVm('again', MIB);
    const [device] = await client.devices(lease);
    const content = Buffer.alloc(MIB);
    content.write('the second', 70_000);
    expect((await client.post(device?.url ?? '', [await vmdk(randomBytes(MIB))])).status).toBe(200);
    expect((await client.post(device?.url ?? '', [await vmdk(content)])).status).toBe(200);
    await client.call('HttpNfcLeaseComplete', lease);
    expect(await control.sha256({ vm: 'again' })).toBe(sha256(content));
  });

  it('that is aborted takes the VM and its files away', async () => {
    const lease = await importVm('aborted', MIB);
    await client.devices(lease);
    expect(await names()).toContain('aborted');
    const [disk] = (await control.vm('aborted')).disks;
    await client.call('HttpNfcLeaseAbort', lease);
    expect(await names()).not.toContain('aborted');
    await expect(readFile(disk?.path ?? '')).rejects.toThrow('ENOENT');
  });

  it.each([
    ['another format', async () => Buffer.from('not a VMDK'.repeat(1000))],
    ['a truncated VMDK', async () => (await vmdk(randomBytes(MIB))).subarray(0, 300_000)],
    ['a disk of another size', async () => vmdk(randomBytes(2 * MIB))],
  ])('of %s fails, and so does the lease', async (_, make) => {
    const lease = await importVm('broken', MIB);
    const [device] = await client.devices(lease);
    expect((await client.post(device?.url ?? '', [await make()])).status).toBe(500);
    expect(await client.leaseState(lease)).toBe('error');
    await expect(client.call('HttpNfcLeaseComplete', lease)).rejects.toThrow('InvalidState');
    await expect.poll(names).not.toContain('broken');
  });

  it('of a name that is taken leaves nothing', async () => {
    const first = await importVm('taken', MIB);
    await client.devices(first);
    const second = await importVm('taken', MIB);
    await expect(client.devices(second)).rejects.toThrow('DuplicateName');
    await client.call('HttpNfcLeaseComplete', first);
    expect((await names()).filter((name) => name === 'taken')).toHaveLength(1);
  });
});
