import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FaultPlan } from '../../base/fault-plan.ts';
import type { FaultEffect } from '../../base/faults.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import { SandboxControl } from '../control-client.ts';
import { type RunningSandbox, startSandbox } from '../start.ts';
import type { NfcOptions } from './options.ts';
import { NfcTestClient } from './test-client.ts';
import { decodeVmdk } from './vmdk/decoder.ts';
import { VmdkError } from './vmdk/format.ts';

const MIB = 2 ** 20;
const MINUTE = 60_000;
const content = randomBytes(2 * MIB);

let directory: string;
let sandbox: RunningSandbox;
let control: SandboxControl;
let clock: ManualClock;
let faults: FaultPlan;
let client: NfcTestClient;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sandbox-lease-'));
  await writeFile(join(directory, 'image.raw'), content);
});

afterEach(async () => {
  await sandbox.close();
  await rm(directory, { recursive: true, force: true });
});

async function start(nfc: NfcOptions = {}): Promise<void> {
  clock = new ManualClock();
  faults = new FaultPlan();
  const image = join(directory, 'image.raw');
  sandbox = await startSandbox({
    directory: join(directory, 'sandbox'),
    clock,
    faults,
    taskDelayMs: 0,
    vms: ['one', 'two'].map((name) => ({ name, powerState: 'poweredOff', disks: [{ image }] })),
    nfc,
  });
  control = new SandboxControl(sandbox.controlUrl);
  client = await NfcTestClient.login(sandbox);
}

/** An open lease and the URL of its disk. */
async function exportVm(name = 'one'): Promise<{ readonly lease: string; readonly url: string }> {
  const lease = await client.reference('ExportVm', await client.find(`Hangzhou/vm/${name}`));
  const [device] = await client.devices(lease);
  return { lease, url: device?.url ?? '' };
}

async function importVm(): Promise<{ readonly lease: string; readonly url: string }> {
  const lease = await requestImport();
  const [device] = await client.devices(lease);
  return { lease, url: device?.url ?? '' };
}

async function requestImport(): Promise<string> {
  const cluster = await client.find('Hangzhou/host/production');
  const [, pool] = /<returnval[^>]*>([^<]+)</.exec(await client.property(cluster, 'resourcePool')) ?? [];
  return client.reference(
    'ImportVApp',
    `ResourcePool:${pool}`,
    `<spec xsi:type="VirtualMachineImportSpec"><configSpec><name>made</name><files><vmPathName>[datastore1]</vmPathName></files>
     <deviceChange><operation>add</operation><device xsi:type="ParaVirtualSCSIController"><key>-1</key><busNumber>0</busNumber>
     <sharedBus>noSharing</sharedBus></device></deviceChange>
     <deviceChange><operation>add</operation><fileOperation>create</fileOperation><device xsi:type="VirtualDisk"><key>-2</key>
     <backing xsi:type="VirtualDiskFlatVer2BackingInfo"><fileName></fileName><diskMode>persistent</diskMode></backing>
     <controllerKey>-1</controllerKey><unitNumber>0</unitNumber><capacityInKB>2048</capacityInKB></device></deviceChange>
     </configSpec></spec>`,
  );
}

const progress = (lease: string) => client.call('HttpNfcLeaseProgress', lease, '<percent>10</percent>');
const names = async () => (await control.state()).vms.map((vm) => vm.name);

async function decode(vmdk: Buffer): Promise<Buffer> {
  const disk = Buffer.alloc(content.length);
  const write = async (offset: number, data: Buffer) => disk.set(data, offset);
  await decodeVmdk(
    (async function* () {
      yield vmdk;
    })(),
    { capacityBytes: disk.length, write },
  );
  return disk;
}

describe('a lease nobody reports progress for', () => {
  it('times out after five minutes, and not before', async () => {
    await start();
    const { lease, url } = await exportVm();
    expect(await client.property(lease, 'info')).toContain('<leaseTimeout>300</leaseTimeout>');
    await clock.advance(4 * MINUTE);
    await progress(lease);
    await clock.advance(4 * MINUTE);
    expect(await client.leaseState(lease)).toBe('ready');
    await clock.advance(MINUTE);
    await expect.poll(() => client.leaseState(lease)).toBe('error');
    expect(await client.property(lease, 'error')).toContain('<fault xsi:type="Timedout"');
    await expect(progress(lease)).rejects.toThrow('Timedout');
    await expect(client.call('HttpNfcLeaseComplete', lease)).rejects.toThrow('Timedout');
    expect((await client.get(url)).status).toBe(404);
    expect((await control.state()).leases[0]).toMatchObject({ end: 'timedOut', error: 'Timedout', progressCalls: 1 });
    await exportVm();
  });

  it('takes an imported VM with it', async () => {
    await start({ leaseTimeoutMs: 10_000 });
    const { lease } = await importVm();
    expect(await client.property(lease, 'info')).toContain('<leaseTimeout>10</leaseTimeout>');
    expect(await names()).toContain('made');
    await clock.advance(10_000);
    await expect.poll(names).not.toContain('made');
  });

  it('takes it away too when the upload hangs', async () => {
    await start();
    const bytes = (await client.get((await exportVm()).url)).body;
    const { url } = await importVm();
    faults.add({ operation: 'nfc.put', effect: { kind: 'stall', afterBytes: 200_000 } });
    const cut = expect(client.post(url, [bytes])).rejects.toThrow(/hang up|EPIPE|ECONNRESET/);
    await expect.poll(async () => (await control.state()).leases[1]?.disks[0]?.transferredBytes).toBe(200_000);
    await clock.advance(5 * MINUTE);
    await cut;
    await expect.poll(names).not.toContain('made');
  });

  it('cuts the transfer that is going on', async () => {
    await start();
    faults.add({ operation: 'nfc.get', effect: { kind: 'stall', afterBytes: 100_000 } });
    const { url } = await exportVm();
    const reading = client.get(url);
    const cut = expect(reading).rejects.toThrow(/aborted|hang up/);
    await expect.poll(async () => (await control.state()).leases[0]?.disks[0]?.transferredBytes).toBe(100_000);
    await clock.advance(5 * MINUTE);
    await cut;
  });
});

it('a lease ends with the session that opened it', async () => {
  await start();
  await importVm();
  await control.expireSessions();
  await expect.poll(names).not.toContain('made');
  expect((await control.state()).leases[0]).toMatchObject({ end: 'aborted', error: 'RequestCanceled' });
});

it('an import that is aborted while it is initializing makes nothing', async () => {
  await start();
  faults.add({ operation: 'ImportVAppLRO', times: 1, effect: { kind: 'delay', ms: MINUTE } });
  const lease = await requestImport();
  expect(await client.leaseState(lease)).toBe('initializing');
  await client.call('HttpNfcLeaseAbort', lease);
  await clock.advance(MINUTE);
  expect(await client.leaseState(lease)).toBe('error');
  await importVm();
  expect((await names()).filter((name) => name === 'made')).toHaveLength(1);
});

it('the client tells why it aborts', async () => {
  await start();
  const { lease } = await exportVm();
  const fault =
    '<fault><fault xsi:type="FileFault"><file>disk-0.vmdk</file></fault><localizedMessage>broken</localizedMessage></fault>';
  await client.call('HttpNfcLeaseAbort', lease, fault);
  const error = await client.property(lease, 'error');
  expect(error).toContain('xsi:type="FileFault"');
  expect(error).toContain('<localizedMessage>broken</localizedMessage>');
});

it('a sandbox that closes leaves no lease open', async () => {
  await start();
  const { url } = await exportVm();
  faults.add({ operation: 'nfc.get', effect: { kind: 'stall' } });
  const reading = client.get(url);
  const cut = expect(reading).rejects.toThrow(/aborted|hang up|ECONNRE/);
  await expect.poll(async () => (await control.state()).leases[0]?.transfers).toBe(1);
  await sandbox.close();
  await cut;
  sandbox = await startSandbox({ directory: join(directory, 'other') });
});

describe('limits', () => {
  it('of leases', async () => {
    await start({ maxLeases: 1 });
    const { lease } = await exportVm();
    await expect(exportVm('two')).rejects.toThrow('LimitExceeded');
    await client.call('HttpNfcLeaseComplete', lease);
    await exportVm('two');
  });

  it('of transfers of one host', async () => {
    await start({ maxTransfers: 1, urls: 'host' });
    faults.add({ operation: 'nfc.get', times: 1, effect: { kind: 'stall' } });
    const { lease, url } = await exportVm();
    const first = expect(client.get(url)).rejects.toThrow(/aborted|hang up/);
    await expect.poll(async () => (await control.state()).leases[0]?.transfers).toBe(1);
    const other = await exportVm('two');
    expect((await client.get(other.url)).status).toBe(503);
    await client.call('HttpNfcLeaseAbort', lease);
    await first;
    await expect.poll(async () => (await client.get(other.url)).status).toBe(200);
  });
});

describe('a fault of a download', () => {
  const once = (effect: FaultEffect) => faults.add({ operation: 'nfc.get', times: 1, effect });

  it('answers a status, and the next try succeeds', async () => {
    await start();
    const { url } = await exportVm();
    once({ kind: 'error', code: '503' });
    expect((await client.get(url)).status).toBe(503);
    expect((await decode((await client.get(url)).body)).equals(content)).toBe(true);
    expect(faults.happened()).toHaveLength(1);
  });

  it('ends the answer too early, as if that were all', async () => {
    await start();
    const { url } = await exportVm();
    once({ kind: 'truncate', afterBytes: 100_000 });
    const { status, body } = await client.get(url);
    expect([status, body.length]).toEqual([200, 100_000]);
    await expect(decode(body)).rejects.toThrow(VmdkError);
  });

  it('cuts the connection', async () => {
    await start();
    const { url } = await exportVm();
    once({ kind: 'close' });
    await expect(client.get(url)).rejects.toThrow(/aborted|hang up/);
    once({ kind: 'close', afterwards: true });
    await expect(client.get(url)).rejects.toThrow(/aborted|hang up/);
  });

  it('turns a bit over', async () => {
    await start();
    const { url } = await exportVm();
    once({ kind: 'error', code: 'corrupt' });
    const { body } = await client.get(url);
    await expect(decode(body)).rejects.toThrow(/Grain 0 cannot be decompressed/);
  });

  it('of another VM does not concern this one', async () => {
    await start();
    const { url } = await exportVm();
    faults.add({ operation: 'nfc.*', subject: 'vm-1', effect: { kind: 'close' } });
    expect((await client.get(url)).status).toBe(200);
  });
});

describe('a fault of an upload', () => {
  const vmdk = async () => (await client.get((await exportVm()).url)).body;

  it('answers a status and leaves the lease as it is', async () => {
    await start();
    const bytes = await vmdk();
    const { lease, url } = await importVm();
    faults.add({ operation: 'nfc.put', times: 1, effect: { kind: 'error', code: '500' } });
    expect((await client.post(url, [bytes])).status).toBe(500);
    expect(await client.leaseState(lease)).toBe('ready');
    expect((await client.post(url, [bytes])).status).toBe(200);
  });

  it('cuts the connection in the middle, or when all has been written', async () => {
    await start();
    const bytes = await vmdk();
    const { lease, url } = await importVm();
    faults.add({ operation: 'nfc.put', times: 1, effect: { kind: 'close' } });
    await expect(client.post(url, [bytes])).rejects.toThrow(/hang up|EPIPE|ECONNRESET/);
    faults.add({ operation: 'nfc.put', times: 1, effect: { kind: 'close', afterwards: true } });
    await expect(client.post(url, [bytes])).rejects.toThrow(/hang up|EPIPE|ECONNRESET/);
    expect(await client.leaseState(lease)).toBe('ready');
    expect(await control.sha256({ vm: 'made' })).toBe(await control.sha256({ vm: 'one' }));
  });

  it.each<[string, FaultEffect]>([
    ['loses the end', { kind: 'truncate' }],
    ['turns a bit over', { kind: 'error', code: 'corrupt' }],
  ])('%s, which the host notices', async (_, effect) => {
    await start();
    const bytes = await vmdk();
    const { lease, url } = await importVm();
    faults.add({ operation: 'nfc.put', times: 1, effect });
    expect((await client.post(url, [bytes])).status).toBe(500);
    expect(await client.leaseState(lease)).toBe('error');
  });
});

it('a lease can tell a thumbprint that is not the host’s', async () => {
  await start();
  faults.add({ operation: 'nfc.thumbprint', times: 1, effect: { kind: 'error', code: 'wrong' } });
  const lease = await client.reference('ExportVm', await client.find('Hangzhou/vm/one'));
  const [device] = await client.devices(lease);
  expect(device?.thumbprint).toMatch(/^([0-9A-F]{2}:){19}[0-9A-F]{2}$/);
  expect((await client.get(device?.url ?? '')).thumbprint).not.toBe(device?.thumbprint);
});

it('a lease that cannot be made ready is in error, and tells why', async () => {
  await start();
  faults.add({ operation: 'ExportVmLRO', times: 1, effect: { kind: 'error', code: 'NoDiskSpace' } });
  await expect(exportVm()).rejects.toThrow('NoDiskSpace');
  await exportVm();
});
