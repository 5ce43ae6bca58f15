import type { Clock } from '../../base/clock.ts';
import type { Progress } from '../../protocol/work.ts';
import type { MoveProgress } from '../mover/progress.ts';

/** The rate is that of this many milliseconds past. */
const rateWindowMs = 5_000;

/** A job's progress over all of its disks. */
export class JobProgress {
  readonly #clock: Clock;
  readonly #report: (progress: Progress) => void;
  #finished: Progress;
  #current: Progress;
  readonly #samples: { readonly at: number; readonly done: number }[] = [];

  constructor(clock: Clock, report: (progress: Progress) => void) {
    this.#clock = clock;
    this.#report = report;
    this.#finished = {
      phase: 'PREPARING',
      bytesTotal: 0,
      bytesDone: 0,
      bytesRead: 0,
      bytesZero: 0,
      bytesDeduplicated: 0,
      bytesStored: 0,
      rate: 0,
    };
    this.#current = this.#finished;
    report(this.#current);
  }

  enter(phase: Progress['phase']): void {
    this.#publish({ ...this.#current, phase, rate: 0 });
  }

  /** Bytes of all disks together, known before the first one moves. */
  expect(bytesTotal: number): void {
    this.#finished = { ...this.#finished, bytesTotal };
    this.#publish({ ...this.#current, bytesTotal });
  }

  /** Where the disk stands that moves at present. */
  readonly move = (disk: MoveProgress): void => {
    const before = this.#finished;
    const bytesDone = before.bytesDone + disk.bytesDone;
    this.#publish({
      phase: this.#current.phase,
      bytesTotal: before.bytesTotal,
      bytesDone,
      bytesRead: before.bytesRead + disk.read,
      bytesZero: before.bytesZero + disk.zeroSkipped,
      bytesDeduplicated: before.bytesDeduplicated + disk.deduplicated,
      bytesStored: before.bytesStored + disk.stored,
      rate: this.#rate(bytesDone),
    });
  };

  /** The disk has moved: the next one's numbers are added to its. */
  diskDone(): void {
    this.#finished = this.#current;
  }

  /** The disk starts again from its beginning. */
  diskRestarted(): void {
    this.#samples.length = 0;
    this.#publish({ ...this.#finished, phase: this.#current.phase });
  }

  #rate(done: number): number {
    const at = this.#clock.monotonic();
    this.#samples.push({ at, done });
    while (this.#samples.length > 2 && at - (this.#samples[0]?.at ?? at) > rateWindowMs) this.#samples.shift();
    const first = this.#samples[0];
    if (!first || at <= first.at) return 0;
    return Math.max(0, Math.round(((done - first.done) * 1_000) / (at - first.at)));
  }

  #publish(progress: Progress): void {
    this.#current = progress;
    this.#report(progress);
  }
}
