import type { IdSource } from '../../base/ids.ts';
import { GrainMap } from './grains.ts';

/**
 * Changed block tracking of one disk. Change ids are `<uuid>/<sequence>`, as VMware writes them; a new tracker has a new
 * uuid, so ids of an earlier one are foreign to it.
 */
export class ChangeTracker {
  readonly #epoch: string;
  readonly #capacityBytes: number;
  /** Element n holds what changed after change id n and up to change id n + 1. */
  readonly #intervals: GrainMap[] = [];
  #open: GrainMap;

  constructor(capacityBytes: number, ids: IdSource) {
    this.#capacityBytes = capacityBytes;
    this.#epoch = formatEpoch(ids.bytes(16));
    this.#open = new GrainMap(capacityBytes);
  }

  record(offset: number, length: number): void {
    this.#open.addRange(offset, length);
  }

  /** Ends the present interval, as a snapshot does, and answers the change id of this moment. */
  cut(): string {
    this.#intervals.push(this.#open);
    this.#open = new GrainMap(this.#capacityBytes);
    return `${this.#epoch}/${this.#intervals.length}`;
  }

  /** The change id of the last cut; sequence 0 stands for the moment tracking began. */
  latest(): string {
    return `${this.#epoch}/${this.#intervals.length}`;
  }

  /** The sequence number of a change id of this tracker; undefined for a foreign, malformed or future one. */
  sequenceOf(changeId: string): number | undefined {
    const [epoch, text = ''] = changeId.split('/');
    const sequence = Number(text);
    if (epoch !== this.#epoch || !/^\d+$/.test(text) || sequence > this.#intervals.length) {
      return undefined;
    }
    return sequence;
  }

  /** What changed after sequence `from` and up to `to`; without `to`, up to now. */
  changedBetween(from: number, to?: number): GrainMap {
    const result = new GrainMap(this.#capacityBytes);
    for (const interval of this.#intervals.slice(from, to)) result.addAll(interval);
    if (to === undefined) result.addAll(this.#open);
    return result;
  }
}

/** `52 de c0 d9 b9 43 9d 10-61 d5 4c 1b e9 7b 65 63` */
function formatEpoch(bytes: Buffer): string {
  const pairs = Array.from(Buffer.concat([Buffer.of(0x52), bytes.subarray(1, 16)]), (byte) =>
    byte.toString(16).padStart(2, '0'),
  );
  return `${pairs.slice(0, 8).join(' ')}-${pairs.slice(8).join(' ')}`;
}
