import type { Clock } from '../../base/clock.ts';

/** Where a move stands. All in bytes of the disk but `stored`, which is bytes of packs. */
export interface MoveProgress {
  readonly bytesDone: number;
  readonly bytesTotal: number;
  readonly read: number;
  readonly zeroSkipped: number;
  readonly deduplicated: number;
  readonly stored: number;
}

/** Boundaries at which tests stop or kill a backup. */
export type MoverStep = 'pack-sealed' | 'pack-uploaded' | 'index-uploaded' | 'map-written';

const names = ['done', 'read', 'zero', 'deduplicated', 'fresh', 'stored'] as const;
export type Counter = (typeof names)[number];

/** Counters that all threads add to. Made from the same shared memory in each of them. */
export class SharedCounters {
  readonly memory: SharedArrayBuffer;
  readonly #values: BigInt64Array;

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(names.length * 8)) {
    this.memory = memory;
    this.#values = new BigInt64Array(memory);
  }

  add(counter: Counter, bytes: number): void {
    Atomics.add(this.#values, names.indexOf(counter), BigInt(bytes));
  }

  get(counter: Counter): number {
    return Number(Atomics.load(this.#values, names.indexOf(counter)));
  }

  progress(bytesTotal: number): MoveProgress {
    return {
      bytesDone: Math.min(this.get('done'), bytesTotal),
      bytesTotal,
      read: this.get('read'),
      zeroSkipped: this.get('zero'),
      deduplicated: this.get('deduplicated'),
      stored: this.get('stored'),
    };
  }
}

/** Calls `report` once a second until disposed, and then once more. */
export function reportEverySecond(clock: Clock, report: () => void): Disposable {
  const stop = new AbortController();
  const loop = async () => {
    for (;;) {
      await clock.sleep(1000, stop.signal);
      report();
    }
  };
  loop().catch(() => undefined);
  return {
    [Symbol.dispose]() {
      stop.abort();
      report();
    },
  };
}
