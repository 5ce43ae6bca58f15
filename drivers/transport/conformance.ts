import { open } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DiskAccess, SourceDisk, TransportContext, TransportDisk, TransportDriver } from './contract.ts';

/** A platform with disks that the suite may read and write. */
export interface TransportFixture {
  readonly driver: TransportDriver;
  readonly context: TransportContext;
  /** A frozen disk under a snapshot, as a backup reads it, and its first bytes. */
  readonly source: { readonly disk: SourceDisk; readonly content: Uint8Array };
  /** An empty disk of a new VM, as a restore writes it. */
  readonly target: TransportDisk;
  /** Reads `target` by another way than the transport. */
  readonly readTarget: (length: number) => Promise<Uint8Array>;
}

/** Declares the suite that every transport passes. Call it at the top level of a vitest file. */
export function transportConformance(
  name: string,
  makeFixture: () => Promise<TransportFixture & { readonly close: () => Promise<void> }>,
): void {
  describe(`transport ${name}`, () => {
    const signal = AbortSignal.timeout(10 * 60_000);
    let fixture: Awaited<ReturnType<typeof makeFixture>>;

    /** Disks of others that are attached to the gateway's VM. */
    const leftOver = async () => {
      const { session, gatewayVm } = fixture.context;
      return gatewayVm === null ? [] : await session.foreignDisks(gatewayVm, signal);
    };
    /** What a gateway that died leaves behind. */
    const leaveAttached = async (gatewayVm: string) =>
      fixture.context.session.attachDisk(gatewayVm, { ...fixture.source.disk, mode: 'READ' }, signal);

    beforeAll(async () => {
      fixture = await makeFixture();
    });
    afterAll(async () => {
      await fixture?.close();
    });

    it('reads a disk, tells its size and leaves nothing attached, closed once or twice', async () => {
      const { disk, content } = fixture.source;
      const opened = await fixture.driver.openForRead(fixture.context, disk, signal);
      expect(opened.access.capacityBytes).toBe(disk.capacityBytes);
      expect(Buffer.compare(await readStart(pathOf(opened.access), content.length), content)).toBe(0);
      await opened[Symbol.asyncDispose]();
      await opened[Symbol.asyncDispose]();
      expect(await leftOver()).toEqual([]);
    });

    it('reads the same disk again', async () => {
      await using opened = await fixture.driver.openForRead(fixture.context, fixture.source.disk, signal);
      expect(Buffer.compare(await readStart(pathOf(opened.access), 512), fixture.source.content.subarray(0, 512))).toBe(
        0,
      );
    });

    it('writes a disk of a new VM, and what was written is there afterwards', async ({ skip }) => {
      if (fixture.driver.capabilities.write === 'none') skip();
      const data = new Uint8Array(8192).fill(0xa5);
      {
        await using opened = await fixture.driver.openForWrite(fixture.context, fixture.target, signal);
        const file = await open(pathOf(opened.access), 'r+');
        try {
          await file.write(data, 0, data.length, 4096);
          await file.sync();
        } finally {
          await file.close();
        }
      }
      const read = await fixture.readTarget(16_384);
      expect(Buffer.compare(read.subarray(4096, 12_288), data)).toBe(0);
      expect(read.subarray(0, 4096).every((byte) => byte === 0)).toBe(true);
      expect(await leftOver()).toEqual([]);
    });

    it('opens two disks at a time', async () => {
      await using one = await fixture.driver.openForRead(fixture.context, fixture.source.disk, signal);
      if (fixture.driver.capabilities.write === 'none') return;
      await using other = await fixture.driver.openForWrite(fixture.context, fixture.target, signal);
      expect(pathOf(one.access)).not.toBe(pathOf(other.access));
    });

    it('gives no other disk than the one asked for, and leaves none attached', async () => {
      const disk = { ...fixture.source.disk, uuid: '6000c290-0000-4000-8000-000000000000' };
      await expect(fixture.driver.openForRead(fixture.context, disk, signal)).rejects.toMatchObject({
        name: 'DriverError',
        code: 'WRONG_DISK',
        kind: 'permanent',
      });
      const grown = { ...fixture.source.disk, capacityBytes: fixture.source.disk.capacityBytes + 1024 * 1024 };
      await expect(fixture.driver.openForRead(fixture.context, grown, signal)).rejects.toMatchObject({
        code: 'WRONG_DISK',
      });
      expect(await leftOver()).toEqual([]);
    });

    it('stops with the reason of the signal', async () => {
      const reason = new Error('enough');
      const aborted = AbortSignal.abort(reason);
      await expect(fixture.driver.openForRead(fixture.context, fixture.source.disk, aborted)).rejects.toBe(reason);
      expect(await leftOver()).toEqual([]);
    });

    it('reaps what a dead process left attached, and not what this one has open', async ({ skip }) => {
      const { gatewayVm } = fixture.context;
      if (gatewayVm === null) return skip();
      await leaveAttached(gatewayVm);
      expect(await fixture.driver.reap(fixture.context, signal)).toEqual({ detached: 1 });
      expect(await fixture.driver.reap(fixture.context, signal)).toEqual({ detached: 0 });
      await using opened = await fixture.driver.openForRead(fixture.context, fixture.source.disk, signal);
      expect(await fixture.driver.reap(fixture.context, signal)).toEqual({ detached: 0 });
      expect((await readStart(pathOf(opened.access), 512)).length).toBe(512);
    });
  });
}

function pathOf(access: DiskAccess): string {
  if (access.kind !== 'device') throw new Error('not a device');
  return access.path;
}

async function readStart(path: string, length: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
