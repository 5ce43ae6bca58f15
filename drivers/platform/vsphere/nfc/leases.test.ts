import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { answerLostOnce, closeTimes, errorOnce, type FaultEffect } from '../../../../base/faults.ts';
import { startTransportScene } from '../../../../tests/support/transport-scene.ts';
import { VmdkWriter } from '../../../transport/nfc/vmdk-writer.ts';
import type { DiskLease, ImportLease, LeasedDisk } from '../../contract.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const never = new AbortController().signal;
/** Long enough for tests that tell of no progress, short enough to be waited for. */
const leaseTimeoutMs = 3_000;
const MiB = 1 << 20;

let scene: Awaited<ReturnType<typeof startTransportScene>>;
beforeAll(async () => {
  scene = await startTransportScene({ nfc: { leaseTimeoutMs, maxLeases: 3 } });
});
afterEach(async () => {
  expect(await scene.left()).toEqual([]);
});
afterAll(() => scene?.close());

async function exported(signal: AbortSignal = never): Promise<DiskLease> {
  const { session, vm, snapshot } = scene;
  if (!session.exportSnapshot) throw new Error('There are no exports.');
  return session.exportSnapshot(vm.ref, snapshot.ref, signal);
}

async function imported(name: string): Promise<ImportLease> {
  if (!scene.session.importVm) throw new Error('There are no imports.');
  return scene.session.importVm({ ...scene.newVm, name, marker: `test:${name}` }, never);
}

/** The disk that is served under the host's own name, and the one behind `*`. */
function disksOf(lease: DiskLease): { readonly atHost: LeasedDisk; readonly atVcenter: LeasedDisk } {
  const isVcenter = (disk: LeasedDisk) => disk.url.includes(`//${scene.sandbox.vcenterAddress}/`);
  const [atHost, atVcenter] = [lease.disks.find((disk) => !isVcenter(disk)), lease.disks.find(isVcenter)];
  if (!atHost || !atVcenter) throw new Error('The sandbox should mix both.');
  return { atHost, atVcenter };
}

async function read(lease: DiskLease, disk: LeasedDisk, signal: AbortSignal = never): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(lease.download(disk, signal)));
}

async function vmdk(capacityBytes: number): Promise<Buffer> {
  const writer = new VmdkWriter(capacityBytes);
  const giving = writer.write(0, Buffer.alloc(MiB, 'data'), never).then(() => writer.finish());
  const body = await Array.fromAsync(writer.body(never));
  await giving;
  return Buffer.concat(body);
}

async function* once(bytes: Buffer): AsyncIterable<Uint8Array> {
  yield bytes;
}

const fault = (operation: 'nfc.get' | 'nfc.put', effect: FaultEffect) =>
  scene.guest.injectFault({ operation, times: 1, effect });

const lastLease = async () => (await scene.guest.state()).leases.at(-1);

describe('the lease of a snapshot', () => {
  it('names each disk by its key, resolves the host, and is ended once however often it is said', async () => {
    await using lease = await exported();
    expect(lease.disks.map(({ key }) => key)).toEqual(scene.vm.disks.map(({ key }) => key));
    expect(lease.timeoutMs).toBe(leaseTimeoutMs);
    const { atHost, atVcenter } = disksOf(lease);
    for (const disk of [atHost, atVcenter])
      expect((await read(lease, disk)).subarray(0, 4).toString('latin1')).toBe('KDMV');
    await lease.complete(never);
    await lease.complete(never);
    await lease[Symbol.asyncDispose]();
    expect((await lastLease())?.end).toBe('completed');
    await using aborted = await exported();
    await aborted[Symbol.asyncDispose]();
    await aborted[Symbol.asyncDispose]();
    expect((await lastLease())?.end).toBe('aborted');
  });

  it('is left by nobody who stopped while it was made', async () => {
    await scene.guest.injectFault({ operation: 'ExportSnapshotLRO', times: 1, effect: { kind: 'delay', ms: 300 } });
    const stop = new AbortController();
    const asking = exported(stop.signal);
    setTimeout(() => stop.abort(new Error('enough')), 100);
    await expect(asking).rejects.toThrow('enough');
    await vi.waitUntil(async () => (await lastLease())?.end !== null);
  });

  it('that cannot be made ready tells why, and one too many is BUSY', async () => {
    await scene.guest.injectFault(errorOnce('ExportSnapshotLRO', 'FileLocked'));
    await expect(exported()).rejects.toMatchObject({ code: 'DISK_LOCKED' });
    await using open = new AsyncDisposableStack();
    const openAll = async () => {
      for (;;) open.use(await exported());
    };
    await expect(openAll()).rejects.toMatchObject({ code: 'BUSY', kind: 'transient' });
  });

  it('is lost when nobody tells of progress, and lives on while somebody does', async () => {
    await using kept = await exported();
    await using left = await exported();
    for (let time = 0; time < 4; time++) {
      await new Promise((resolve) => setTimeout(resolve, leaseTimeoutMs / 3));
      await kept.progress(25 * time + 0.7, never);
    }
    await expect(left.progress(1, never)).rejects.toMatchObject({ code: 'LEASE_LOST', kind: 'transient' });
    await expect(left.complete(never)).rejects.toMatchObject({ code: 'LEASE_LOST' });
    await expect(read(left, disksOf(left).atHost)).rejects.toMatchObject({ code: 'LEASE_LOST' });
    await left[Symbol.asyncDispose]();
    await kept.complete(never);
    const told = (await scene.guest.state()).leases.findLast(({ end }) => end === 'completed');
    expect(told).toMatchObject({ progressCalls: 4, progress: 75 });
  });
});

describe('the host of a disk', () => {
  it('that shows another certificate than vCenter says gets no byte', async () => {
    await using lease = await exported();
    const { atHost, atVcenter } = disksOf(lease);
    const other = { ...atHost, hostThumbprint: '00:'.repeat(19).concat('00') };
    for (const disk of [other, { ...atHost, hostThumbprint: null }])
      await expect(read(lease, disk)).rejects.toMatchObject({ code: 'CERTIFICATE_NOT_TRUSTED', kind: 'needsPerson' });
    expect((await lastLease())?.disks.map((disk) => disk.transferredBytes)).toEqual([0, 0]);
    // vCenter itself is known by what was trusted when it was connected to, whatever it says of itself.
    expect((await read(lease, { ...atVcenter, hostThumbprint: null })).length).toBeGreaterThan(MiB / 16);
    const spelled = atHost.hostThumbprint?.toLowerCase().replaceAll(':', '') ?? '';
    expect((await read(lease, { ...atHost, hostThumbprint: spelled })).length).toBeGreaterThan(MiB / 16);
  });

  it('that cannot be reached is named with its port', async () => {
    await using lease = await exported();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    await new Promise((resolve) => server.close(resolve));
    const closed = { ...disksOf(lease).atHost, url: `https://127.0.0.1:${port}/nfc/x/disk-0.vmdk` };
    for (const trying of [read(lease, closed), lease.upload(closed, once(Buffer.alloc(10)), never)])
      await expect(trying).rejects.toMatchObject({
        code: 'UNREACHABLE',
        kind: 'transient',
        message: expect.stringContaining(`127.0.0.1:${port}`),
        remedy: expect.stringContaining(`Open TCP port ${port}`),
      });
  });

  it.each<[string, FaultEffect, string]>([
    ['has no connection to give', { kind: 'error', code: '503' }, 'BUSY'],
    ['fails', { kind: 'error', code: '500' }, 'TASK_FAILED'],
    ['sends elsewhere', { kind: 'error', code: '302' }, 'NOT_SUPPORTED'],
    ['does not know the lease', { kind: 'error', code: '404' }, 'LEASE_LOST'],
    ['cuts the connection', { kind: 'close' }, 'UNREACHABLE'],
  ])('that %s is told so', async (_name, effect, code) => {
    await using lease = await exported();
    await fault('nfc.get', effect);
    await expect(read(lease, disksOf(lease).atHost)).rejects.toMatchObject({ code });
    // The same lease serves a second try.
    expect((await read(lease, disksOf(lease).atHost)).length).toBeGreaterThan(MiB / 16);
  });

  it('is left at once by whoever stops', async () => {
    await using lease = await exported();
    await fault('nfc.get', { kind: 'stall', afterBytes: 70_000 });
    const stop = new AbortController();
    const reading = read(lease, disksOf(lease).atHost, stop.signal);
    setTimeout(() => stop.abort(new Error('enough')), 100);
    await expect(reading).rejects.toThrow('enough');
  });
});

describe('the lease of a new VM', () => {
  const vmOf = async (name: string) => (await scene.guest.state()).vms.find((vm) => vm.name === name);

  it('takes a disk, makes the VM whole with its mark, and no second VM of its name', async () => {
    await using lease = await imported('whole');
    const [disk] = lease.disks;
    if (!disk) throw new Error('no disk');
    expect(disk.key).toBe(lease.vm.disks[0]?.key);
    await lease.upload(disk, once(await vmdk(3 * MiB + 1024)), never);
    await lease.progress(100, never);
    await lease.complete(never);
    await lease[Symbol.asyncDispose]();
    const content = await scene.read({ vm: 'whole' });
    expect(content.subarray(0, MiB).equals(Buffer.alloc(MiB, 'data'))).toBe(true);
    const [marked] = await scene.session.findByMarker('test:whole', never);
    expect(marked?.vm.name).toBe('whole');
    await expect(imported('whole')).rejects.toMatchObject({ code: 'NAME_TAKEN' });
  });

  it.each([
    ['answer was lost', 'told', answerLostOnce('HttpNfcLeaseComplete')],
    ['request was lost', 'asked', closeTimes('HttpNfcLeaseComplete', 2)],
  ])('is complete when only the %s', async (_name, name, lost) => {
    await using lease = await imported(`complete ${name}`);
    const [disk] = lease.disks;
    if (!disk) throw new Error('no disk');
    await lease.upload(disk, once(await vmdk(3 * MiB + 1024)), never);
    await scene.guest.injectFault(lost);
    await lease.complete(never);
    await lease[Symbol.asyncDispose]();
    expect(await lastLease()).toMatchObject({ end: 'completed' });
    expect(await vmOf(`complete ${name}`)).toBeDefined();
    expect((await scene.guest.state()).faults).toEqual([]);
  });

  it('leaves no VM when it is aborted, nor when it runs out', async () => {
    const aborted = await imported('aborted');
    expect(await vmOf('aborted')).toBeDefined();
    await aborted[Symbol.asyncDispose]();
    expect(await vmOf('aborted')).toBeUndefined();

    const left = await imported('left');
    // While it lives, its VM is found by its mark and cannot be destroyed.
    const [marked] = await scene.session.findByMarker('test:left', never);
    await expect(scene.session.destroyVm(marked?.vm.ref ?? '', never)).rejects.toMatchObject({ code: 'BUSY' });
    await vi.waitUntil(async () => (await vmOf('left')) === undefined, { timeout: 10_000 });
    await expect(left.progress(1, never)).rejects.toMatchObject({ code: 'LEASE_LOST' });
    await left[Symbol.asyncDispose]();
  });

  it.each<[string, FaultEffect, string]>([
    ['is cut', { kind: 'close' }, 'UNREACHABLE'],
    ['is not answered', { kind: 'close', afterwards: true }, 'UNREACHABLE'],
    ['comes changed', { kind: 'error', code: 'corrupt' }, 'TASK_FAILED'],
    ['meets a busy host', { kind: 'error', code: '503' }, 'BUSY'],
  ])('does not take an upload that %s', async (name, effect, code) => {
    await using lease = await imported(`not ${name}`);
    await fault('nfc.put', effect);
    const [disk] = lease.disks;
    if (!disk) throw new Error('no disk');
    await expect(lease.upload(disk, once(await vmdk(3 * MiB + 1024)), never)).rejects.toMatchObject({ code });
  });

  it('does not take half a disk, and tells of whoever makes it', async () => {
    await using lease = await imported('half');
    const [disk] = lease.disks;
    if (!disk) throw new Error('no disk');
    const half = (await vmdk(3 * MiB + 1024)).subarray(0, 66_000);
    async function* failing(): AsyncIterable<Uint8Array> {
      yield half;
      throw new Error('no more bytes');
    }
    await expect(lease.upload(disk, failing(), never)).rejects.toMatchObject({
      message: expect.stringContaining('no more bytes'),
    });
    await expect(lease.upload(disk, once(half), never)).rejects.toMatchObject({ code: 'TASK_FAILED' });
  });
});
