import type { UpMessage } from '../../protocol/messages.ts';
import type { Work } from '../../protocol/work.ts';
import { workersFor } from '../jobs/workers.ts';
import type { RunningJob } from '../status.ts';
import { AttemptLease } from './attempt-lease.ts';
import type { GatewayContext } from './gateway-context.ts';
import { runAttempt } from './run-attempt.ts';

interface Running {
  readonly work: Work;
  readonly lease: AttemptLease;
  readonly done: Promise<void>;
}

/** Runs up to `slots` attempts at a time. */
export class JobRunner {
  readonly #gateway: GatewayContext;
  readonly #slots: number;
  readonly #onFreeSlot: () => void;
  readonly #attempts = new Map<string, Running>();
  #isStopping = false;

  constructor(gateway: GatewayContext, slots: number, onFreeSlot: () => void) {
    this.#gateway = gateway;
    this.#slots = slots;
    this.#onFreeSlot = onFreeSlot;
  }

  freeSlots(): number {
    return this.#isStopping ? 0 : Math.max(0, this.#slots - this.#attempts.size);
  }

  /** Ids of the attempts in hand, those that are still reporting included. */
  running(): string[] {
    return [...this.#attempts.keys()];
  }

  start(work: Work, claimedAt: number): void {
    const { tools, control } = this.#gateway;
    const { attemptId, jobId, kind } = work;
    this.#gateway.places.learnWork(work);
    const logger = tools.logger.child({ jobId, attemptId, kind });
    // The newest job's settings are the gateway's: from here on all share what it allows.
    this.#gateway.turns.setLimit(workersFor(work.settings));
    const lease = new AttemptLease({ ...tools, work, control, logger, claimedAt });
    const done = this.#after(work, () => runAttempt(this.#gateway, work, lease, logger)).finally(async () => {
      await lease[Symbol.asyncDispose]();
      this.#attempts.delete(attemptId);
      this.#onFreeSlot();
      const running = [...this.#attempts.values()].map((attempt) => attempt.work.jobId);
      await this.#gateway.state
        .removeOldSpools(running)
        .catch((error: unknown) => logger.warn({ reason: String(error) }, 'old spools not removed'));
    });
    this.#attempts.set(attemptId, { work, lease, done });
    if (this.#isStopping) lease.stop();
  }

  /** An attempt that was lost may still be letting go of its disks: the next one at the same thing waits for that. */
  async #after(work: Work, run: () => Promise<void>): Promise<void> {
    const subject = subjectOf(work);
    const before = [...this.#attempts.values()].filter((running) => subjectOf(running.work) === subject);
    await Promise.allSettled(before.map(({ done }) => done));
    await run();
  }

  lose(attemptId: string, why: string): void {
    this.#attempts.get(attemptId)?.lease.lose(why);
  }

  loseAll(why: string): void {
    for (const { lease } of this.#attempts.values()) lease.lose(why);
  }

  /** No further work; what runs is given back after tidying up. */
  stop(): void {
    this.#isStopping = true;
    for (const { lease } of this.#attempts.values()) lease.stop();
  }

  async finished(): Promise<void> {
    await Promise.allSettled([...this.#attempts.values()].map(({ done }) => done));
  }

  renewAll(): void {
    for (const { lease } of this.#attempts.values()) lease.renewNow();
  }

  takeProgress(): UpMessage['progress'] {
    return [...this.#attempts.values()].flatMap(({ lease }) => lease.takeProgress() ?? []);
  }

  status(): RunningJob[] {
    return [...this.#attempts.values()].map(({ work, lease }) => ({
      jobId: work.jobId,
      attemptId: work.attemptId,
      kind: work.kind,
      subject: work.kind === 'RESTORE' ? work.target.vmName : work.virtualMachine.name,
      transport: lease.transport ?? work.transport,
      startedAt: lease.startedAt,
      progress: lease.progress,
    }));
  }
}

/** What two attempts must not work on at the same time. */
function subjectOf(work: Work): string {
  return work.kind === 'RESTORE' ? work.jobId : work.virtualMachine.virtualMachineId;
}
