import { withDeadline } from '../../../base/abort.ts';
import type { Clock } from '../../../base/clock.ts';
import { DriverError } from '../../../base/errors.ts';
import type { DiskLease, LeasedDisk } from '../../platform/contract.ts';
import type { DiskArea, OpenDisk, ReadStream, SourceDisk, TransportContext } from '../contract.ts';
import { notSupported, sameUuid, wrongDisk } from './disk-errors.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import { readVmdk } from './vmdk-reader.ts';

const completeWithinMs = 2 * 60_000;

/** Leases the snapshot's disks for reading one of them. */
export async function openSource(
  clock: Clock,
  { session }: TransportContext,
  disk: SourceDisk,
  signal: AbortSignal,
): Promise<OpenDisk<ReadStream>> {
  const frozen = (await session.snapshotDisks(disk.snapshot, signal)).find(({ key }) => key === disk.key);
  if (!frozen || !sameUuid(frozen.uuid, disk.uuid))
    throw wrongDisk(`The snapshot's disk ${disk.key} has the uuid ${frozen?.uuid ?? 'of none'} and not ${disk.uuid}.`);
  if (frozen.capacityBytes !== disk.capacityBytes)
    throw wrongDisk(`The snapshot's disk ${disk.key} has ${frozen.capacityBytes} bytes and not ${disk.capacityBytes}.`);
  if (!session.exportSnapshot) throw notSupported('This platform gives no snapshots away as streams.');
  const lease = await session.exportSnapshot(disk.vm, disk.snapshot, signal);
  const leased = lease.disks.find(({ key }) => key === disk.key);
  if (leased) return new LeasedSource(clock, lease, leased, disk.capacityBytes);
  await lease[Symbol.asyncDispose]();
  throw notSupported(`vSphere does not give the disk ${frozen.label} away as a stream.`);
}

class LeasedSource implements OpenDisk<ReadStream> {
  readonly access: ReadStream;
  readonly #clock: Clock;
  readonly #lease: DiskLease;
  readonly #leased: LeasedDisk;
  readonly #capacityBytes: number;
  readonly #keeper: LeaseKeeper;
  #isRead = false;
  #isClosed = false;

  constructor(clock: Clock, lease: DiskLease, leased: LeasedDisk, capacityBytes: number) {
    this.#clock = clock;
    this.#lease = lease;
    this.#leased = leased;
    this.#capacityBytes = capacityBytes;
    this.#keeper = new LeaseKeeper(clock, lease);
    this.access = { kind: 'readStream', capacityBytes, areas: (signal) => this.#areas(signal) };
  }

  async *#areas(signal: AbortSignal): AsyncGenerator<DiskArea, void, undefined> {
    if (this.#isClosed) throw closed();
    this.#isRead = false;
    const running = AbortSignal.any([signal, this.#keeper.lost]);
    running.throwIfAborted();
    for await (const area of readVmdk(this.#lease.download(this.#leased, running), this.#capacityBytes, running)) {
      this.#keeper.percent = (100 * (area.start + area.data.length)) / this.#capacityBytes;
      yield area;
    }
    this.#keeper.percent = 100;
    this.#isRead = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#keeper[Symbol.dispose]();
    await using lease = this.#lease;
    if (!this.#isRead) return;
    // The disk was read and found sound: whether the lease ends well or is aborted makes no difference to it.
    const deadline = { clock: this.#clock, ms: completeWithinMs, what: 'Completing the transfer of disks' };
    await withDeadline(deadline, (signal) => lease.complete(signal)).catch(() => undefined);
  }
}

const closed = () =>
  new DriverError({
    kind: 'permanent',
    code: 'INVALID_STATE',
    message: 'The disk was closed.',
    remedy: 'Open it again.',
  });
