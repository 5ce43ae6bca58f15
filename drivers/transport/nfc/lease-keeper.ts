import { withDeadline } from '../../../base/abort.ts';
import type { Clock } from '../../../base/clock.ts';
import { DriverError, isDriverError } from '../../../base/errors.ts';
import type { DiskLease } from '../../platform/contract.ts';

/** Progress is told three times in the time a lease lives without it. */
const REPORTS = 3;

/** Keeps a lease alive by a timer of its own, however slowly its disks move. `lost` is aborted with the reason when that does not help. */
export class LeaseKeeper implements Disposable {
  /** 0 to 100. */
  percent = 0;
  readonly #clock: Clock;
  readonly #lease: DiskLease;
  readonly #lost = new AbortController();
  readonly #stop = new AbortController();

  constructor(clock: Clock, lease: DiskLease) {
    this.#clock = clock;
    this.#lease = lease;
    this.#keep().catch((error: unknown) => {
      if (!this.#stop.signal.aborted) this.#lost.abort(error);
    });
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  [Symbol.dispose](): void {
    this.#stop.abort();
  }

  async #keep(): Promise<void> {
    const everyMs = this.#lease.timeoutMs / REPORTS;
    const parent = this.#stop.signal;
    let renewedAt = this.#clock.monotonic();
    for (;;) {
      await this.#clock.sleep(everyMs, parent);
      const asked = this.#clock.monotonic();
      try {
        const deadline = { clock: this.#clock, ms: everyMs, what: 'Keeping the transfer of disks alive', parent };
        await withDeadline(deadline, (signal) => this.#lease.progress(this.percent, signal));
        renewedAt = asked;
      } catch (error) {
        parent.throwIfAborted();
        if (isDriverError(error) && error.code === 'LEASE_LOST') throw error;
        // Anything else may pass before the lease has run out.
        if (this.#clock.monotonic() - renewedAt >= this.#lease.timeoutMs) throw ranOut(error);
      }
    }
  }
}

function ranOut(cause: unknown): DriverError {
  const reason = cause instanceof Error ? cause.message : '';
  return new DriverError(
    {
      kind: 'transient',
      code: 'LEASE_LOST',
      message: `The right to transfer the disks ran out, because the server could not be told that it is still used: ${reason}`,
      remedy: 'Check the network between the gateway and the vCenter, then try again.',
    },
    { cause },
  );
}
