import { open } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InventoryDisk, NewVmSpec } from '../platform/contract.ts';
import type {
  NewVm,
  ReadAccess,
  SourceDisk,
  TransportContext,
  TransportDisk,
  TransportDriver,
  WriteAccess,
} from './contract.ts';

/** A platform with disks that the suite may read and write. */
export interface TransportFixture {
  readonly driver: TransportDriver;
  readonly context: TransportContext;
  /** A frozen disk under a snapshot, as a backup reads it, with all of its bytes: a few MiB, of which the first 64 KiB are not all zeros. */
  readonly source: { readonly disk: SourceDisk; readonly content: Uint8Array };
  /** A VM that may be made, with one disk of a few MiB. */
  readonly newVm: NewVmSpec;
  /** All bytes of a VM's only disk, read by another way than the transport. */
  readonly readDisk: (vmName: string) => Promise<Uint8Array>;
  /** In words what the transport has left behind or open by now: attached disks, leases, VMs that were not finished. */
  readonly left: () => Promise<readonly string[]>;
  /** Leaves behind what a process that died would; undefined where such things go by themselves. */
  readonly leaveBehind?: () => Promise<void>;
}

const KiB = 1024;

/** Declares the suite that every transport passes. Call it at the top level of a vitest file. */
export function transportConformance(
  name: string,
  makeFixture: () => Promise<TransportFixture & { readonly close: () => Promise<void> }>,
): void {
  describe(`transport ${name}`, () => {
    const signal = AbortSignal.timeout(10 * 60_000);
    let fixture: Awaited<ReturnType<typeof makeFixture>>;
    let made = 0;

    const openSource = (more: Partial<SourceDisk> = {}, by: AbortSignal = signal) =>
      fixture.driver.openForRead(fixture.context, { ...fixture.source.disk, ...more }, by);

    /** A new VM by whichever way the transport has, and its disk. */
    const makeVm = async (): Promise<NewVm & { readonly disk: TransportDisk }> => {
      const { driver, context, newVm } = fixture;
      made += 1;
      const spec = { ...newVm, name: `${newVm.name}-${made}` };
      const vm = driver.createVm ? await driver.createVm(context, spec, signal) : await inPlace(driver, context, spec);
      const [disk] = vm.vm.disks;
      if (!disk) throw new Error('The new virtual machine has no disk.');
      return {
        vm: vm.vm,
        disk: transportDisk(disk),
        openForWrite: (target, by) => vm.openForWrite(target, by),
        finish: (by) => vm.finish(by),
        async [Symbol.asyncDispose]() {
          await vm[Symbol.asyncDispose]();
        },
      };
    };

    beforeAll(async () => {
      fixture = await makeFixture();
    });
    afterAll(async () => {
      await fixture?.close();
    });

    it('reads a whole disk, tells its size and leaves nothing behind, closed once or twice', async () => {
      const { disk, content } = fixture.source;
      const opened = await openSource();
      expect(opened.access.capacityBytes).toBe(disk.capacityBytes);
      expect(Buffer.compare(await readAll(opened.access, signal), content)).toBe(0);
      await opened[Symbol.asyncDispose]();
      await opened[Symbol.asyncDispose]();
      expect(await fixture.left()).toEqual([]);
    });

    it('reads the same disk again, opened once or anew', async () => {
      {
        await using opened = await openSource();
        for (let time = 0; time < 2; time++)
          expect(Buffer.compare(await readAll(opened.access, signal), fixture.source.content)).toBe(0);
      }
      await using opened = await openSource();
      expect(Buffer.compare(await readAll(opened.access, signal), fixture.source.content)).toBe(0);
    });

    it('is closed before anything or all of the disk was read', async () => {
      {
        await using _ = await openSource();
      }
      await using opened = await openSource();
      if (opened.access.kind === 'readStream')
        for await (const area of opened.access.areas(signal)) {
          expect(area.data.length).toBeGreaterThan(0);
          break;
        }
      await opened[Symbol.asyncDispose]();
      expect(await fixture.left()).toEqual([]);
    });

    it('writes a disk of a new VM, and exactly what was written is there afterwards', async ({ skip }) => {
      if (fixture.driver.capabilities.write === 'none') skip();
      const content = Buffer.alloc(fixture.newVm.disks[0]?.capacityBytes ?? 0);
      content.fill('some data ', 64 * KiB, 192 * KiB);
      content.fill(0xa5, content.length - 64 * KiB);
      let vmName = '';
      {
        await using vm = await makeVm();
        vmName = vm.vm.name;
        {
          await using opened = await vm.openForWrite(vm.disk, signal);
          expect(opened.access.capacityBytes).toBe(content.length);
          await writeParts(opened.access, content, signal);
          await opened[Symbol.asyncDispose]();
        }
        await vm.finish(signal);
        await vm[Symbol.asyncDispose]();
      }
      expect(Buffer.compare(await fixture.readDisk(vmName), content)).toBe(0);
      expect(await fixture.left()).toEqual([]);
    });

    it('leaves nothing of a VM that was not finished, but what the session made itself', async ({ skip }) => {
      if (fixture.driver.capabilities.write === 'none') skip();
      const vm = await makeVm();
      {
        await using opened = await vm.openForWrite(vm.disk, signal);
        const { access } = opened;
        if (access.kind === 'writeStream') await access.write(0, Buffer.alloc(64 * KiB, 1), signal);
      }
      await vm[Symbol.asyncDispose]();
      await vm[Symbol.asyncDispose]();
      const { session } = fixture.context;
      const found = await session.findVm(vm.vm, signal);
      if (fixture.driver.createVm) expect(found).toBeUndefined();
      else if (found) await session.destroyVm(found.ref, signal);
      expect(await fixture.left()).toEqual([]);
    });

    it('opens two disks at a time', async () => {
      await using one = await openSource();
      if (fixture.driver.capabilities.write === 'none') return;
      await using vm = await makeVm();
      await using other = await vm.openForWrite(vm.disk, signal);
      expect(other.access).not.toBe(one.access);
      expect(Buffer.compare(await readAll(one.access, signal), fixture.source.content)).toBe(0);
    });

    it('gives no other disk than the one asked for, and leaves none open', async () => {
      await expect(openSource({ uuid: '6000c290-0000-4000-8000-000000000000' })).rejects.toMatchObject({
        name: 'DriverError',
        code: 'WRONG_DISK',
        kind: 'permanent',
      });
      const grown = { capacityBytes: fixture.source.disk.capacityBytes + KiB * KiB };
      await expect(openSource(grown)).rejects.toMatchObject({ code: 'WRONG_DISK' });
      expect(await fixture.left()).toEqual([]);
    });

    it('stops with the reason of the signal', async () => {
      const reason = new Error('enough');
      await expect(openSource({}, AbortSignal.abort(reason))).rejects.toBe(reason);
      const stop = new AbortController();
      {
        await using opened = await openSource();
        if (opened.access.kind === 'readStream') {
          const reading = async ({ areas }: Extract<ReadAccess, { kind: 'readStream' }>) => {
            for await (const _ of areas(stop.signal)) stop.abort(reason);
          };
          await expect(reading(opened.access)).rejects.toBe(reason);
        }
      }
      expect(await fixture.left()).toEqual([]);
    });

    it('reaps what a dead process left behind, and not what this one has open', async () => {
      await fixture.leaveBehind?.();
      expect(await fixture.driver.reap(fixture.context, signal)).toEqual({ detached: fixture.leaveBehind ? 1 : 0 });
      expect(await fixture.driver.reap(fixture.context, signal)).toEqual({ detached: 0 });
      await using opened = await openSource();
      expect(await fixture.driver.reap(fixture.context, signal)).toEqual({ detached: 0 });
      expect(Buffer.compare(await readAll(opened.access, signal), fixture.source.content)).toBe(0);
    });
  });
}

/** The way of transports that write the disks of a VM which the session has made. */
async function inPlace(driver: TransportDriver, context: TransportContext, spec: NewVmSpec): Promise<NewVm> {
  const vm = await context.session.createVm(spec, AbortSignal.timeout(60_000));
  return {
    vm,
    openForWrite: (disk, signal) => driver.openForWrite(context, disk, signal),
    finish: async () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  };
}

function transportDisk({ uuid, fileName, datastore, capacityBytes }: InventoryDisk): TransportDisk {
  return { uuid, fileName, datastore, capacityBytes };
}

async function readAll(access: ReadAccess, signal: AbortSignal): Promise<Buffer> {
  const content = Buffer.alloc(access.capacityBytes);
  if (access.kind === 'readStream') {
    let position = 0;
    for await (const { start, data } of access.areas(signal)) {
      if (start < position || data.length > KiB * KiB) throw new Error(`An area of ${data.length} bytes at ${start}.`);
      position = start + data.length;
      content.set(data, start);
    }
    return content;
  }
  const file = await open(access.path, 'r');
  try {
    await file.read(content, 0, content.length, 0);
    return content;
  } finally {
    await file.close();
  }
}

/** Writes what is not zero, in pieces of 64 KiB. */
async function writeParts(access: WriteAccess, content: Buffer, signal: AbortSignal): Promise<void> {
  const file = access.kind === 'device' ? await open(access.path, 'r+') : undefined;
  try {
    for (let at = 0; at < content.length; at += 64 * KiB) {
      const part = content.subarray(at, at + 64 * KiB);
      if (part.every((byte) => byte === 0)) continue;
      if (access.kind === 'writeStream') await access.write(at, part, signal);
      else await file?.write(part, 0, part.length, at);
    }
    await file?.sync();
  } finally {
    await file?.close();
  }
  if (access.kind === 'writeStream') await access.finish(signal);
}
