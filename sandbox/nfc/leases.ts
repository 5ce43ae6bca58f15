import { createHash } from 'node:crypto';
import type { DiskFile } from '../disks/disk-file.ts';
import { uuidText } from '../disks/uuid-text.ts';
import { Mutex } from '../vcenter/core/mutex.ts';
import type { World } from '../vcenter/core/world.ts';
import type { Entity } from '../vcenter/inventory/entity.ts';
import type { Session } from '../vcenter/sessions.ts';
import { VimFault } from '../vcenter/soap/faults.ts';
import type { MoRef } from '../vcenter/soap/values.ts';
import { destroy } from '../vcenter/vm/destroy-vm.ts';
import type { VirtualMachine } from '../vcenter/vm/virtual-machine.ts';
import { type LeaseEnd, type LeaseKind, NfcLease } from './lease.ts';
import type { NfcOptions } from './options.ts';

const DEFAULT_TIMEOUT_MS = 300_000;

export interface LeaseRequest {
  readonly kind: LeaseKind;
  /** `ExportVmLRO`: the task that runs as long as the lease. */
  readonly operation: string;
  /** What the task is for. */
  readonly entity: Entity;
  /** Of an export. */
  readonly vm?: VirtualMachine;
  readonly session: Session | undefined;
  /** Runs while the lease is initializing. Puts `vm` and `devices` on the lease, or throws what becomes its error. */
  readonly prepare: (lease: NfcLease) => Promise<void>;
}

/** All NFC leases, those that have ended too. */
export class Leases {
  readonly #world: World;
  readonly #options: NfcOptions;
  readonly #leases: NfcLease[] = [];

  constructor(world: World, options: NfcOptions) {
    this.#world = world;
    this.#options = options;
  }

  all(): readonly NfcLease[] {
    return this.#leases;
  }

  /** Opens a lease, which is made ready by its task. Throws LimitExceeded. */
  open(request: LeaseRequest): MoRef {
    const { ids, objects, tasks } = this.#world;
    const { maxLeases = Number.POSITIVE_INFINITY, leaseTimeoutMs = DEFAULT_TIMEOUT_MS } = this.#options;
    if (this.#leases.filter((lease) => lease.held).length >= maxLeases) {
      throw new VimFault('LimitExceeded', 'The maximum number of NFC leases is in use.', { limit: maxLeases });
    }
    const lease = new NfcLease(
      { type: 'HttpNfcLease', value: `session[${ids.uuid()}]${ids.uuid()}` },
      request.kind,
      uuidText(`52${ids.bytes(15).toString('hex')}`),
      leaseTimeoutMs,
      request.vm,
    );
    this.#leases.push(lease);
    objects.add(lease);
    lease.task = tasks.start({
      operation: request.operation,
      entity: request.entity,
      // Whatever else is asked of the VM is refused and not kept waiting.
      mutex: new Mutex(),
      userName: request.session?.userName ?? '',
      work: () => this.#work(lease, request),
      failed: (fault) => this.#taskFailed(lease, fault),
    });
    const orphaned = () => void this.abort(lease);
    request.session?.ended.signal.addEventListener('abort', orphaned, { once: true });
    return lease.ref;
  }

  /** The task: from making the lease ready until nothing is left of it. */
  async #work(lease: NfcLease, request: LeaseRequest): Promise<undefined> {
    lease.begun = true;
    try {
      if (lease.end === undefined) await request.prepare(lease);
      this.#makeReady(lease);
    } catch (error) {
      this.#end(lease, 'failed', error instanceof VimFault ? error : systemError(error));
    }
    await lease.ended.promise;
    await Promise.allSettled(lease.transfers);
    const { vm } = lease;
    if (lease.error && lease.kind === 'import' && vm) await vm.mutex.run(() => destroy(vm));
    lease.released.resolve();
    if (lease.error) throw lease.error;
    return undefined;
  }

  #makeReady(lease: NfcLease): void {
    // It may have been aborted meanwhile.
    if (lease.end !== undefined) return;
    lease.state = 'ready';
    lease.renewedAt = this.#world.clock.monotonic();
    this.#world.changes.raise();
    this.#watch(lease).catch(() => undefined);
  }

  #taskFailed(lease: NfcLease, fault: VimFault): void {
    this.#end(lease, 'failed', fault);
    if (!lease.begun) lease.released.resolve();
  }

  /** Rejects when the lease ends otherwise. */
  async #watch(lease: NfcLease): Promise<void> {
    const { clock } = this.#world;
    for (;;) {
      const left = lease.renewedAt + lease.timeoutMs - clock.monotonic();
      if (left <= 0) break;
      await clock.sleep(left, lease.over.signal);
    }
    this.#end(lease, 'timedOut', new VimFault('Timedout', 'The lease timed out.'));
  }

  /** HttpNfcLeaseProgress. Throws Timedout, and InvalidState when it is not ready. */
  progress(lease: NfcLease, percent: number): void {
    this.checkReady(lease);
    lease.progress = percent;
    lease.progressCalls += 1;
    lease.renewedAt = this.#world.clock.monotonic();
    this.#world.changes.raise();
  }

  checkReady(lease: NfcLease): void {
    if (lease.end === 'timedOut') throw new VimFault('Timedout', 'The lease timed out.');
    if (lease.state !== 'ready') {
      throw new VimFault('InvalidState', 'The operation is not allowed in the current state of the lease.');
    }
  }

  /** Only the first end counts. Transfers are cut at once; the task then clears up. */
  #end(lease: NfcLease, end: LeaseEnd, fault: VimFault | undefined): void {
    if (lease.end !== undefined) return;
    lease.end = end;
    lease.error = fault;
    lease.state = fault ? 'error' : 'done';
    lease.over.abort();
    lease.ended.resolve();
    this.#world.changes.raise();
    this.#world.logger.debug({ lease: lease.ref.value, end }, 'An NFC lease ended.');
  }

  /** Resolves when the VM is free again. */
  complete(lease: NfcLease): Promise<void> {
    this.checkReady(lease);
    this.#end(lease, 'completed', undefined);
    return lease.released.promise;
  }

  /** Resolves when what an import made is gone. */
  async abort(lease: NfcLease, fault?: VimFault): Promise<void> {
    this.#end(lease, 'aborted', fault ?? new VimFault('RequestCanceled', 'The task was canceled by a user.'));
    // Before its task has begun nothing is made, and nothing will be.
    if (lease.begun) await lease.released.promise;
  }

  /** A transfer found that the lease cannot come to a good end. */
  fail(lease: NfcLease, fault: VimFault): void {
    this.#end(lease, 'failed', fault);
  }

  /** The leases that read or write the file. */
  holding(file: DiskFile): readonly NfcLease[] {
    const uses = (lease: NfcLease) => lease.devices.some((device) => device.file.chain().includes(file));
    return this.#leases.filter((lease) => lease.held && uses(lease));
  }

  async close(): Promise<void> {
    await Promise.all(this.#leases.filter((lease) => lease.held).map((lease) => this.abort(lease)));
  }

  /** The lease with this ticket, as long as it is ready. */
  withTicket(ticket: string): NfcLease | undefined {
    // Compared as digests, so that the time it takes tells nothing about a ticket.
    const digest = sha256(ticket);
    return this.#leases.find((lease) => lease.state === 'ready' && sha256(lease.ticket) === digest);
  }

  /** Throws TaskInProgress when a lease keeps the operation from the VM. */
  checkFree(entity: Entity, operation: string): void {
    const lease = this.#leases.find(
      (each) => each.vm === entity && each.held && (each.kind !== 'exportSnapshot' || disturbing.has(operation)),
    );
    if (!lease) return;
    throw new VimFault('TaskInProgress', 'Another task is already in progress.', {
      task: lease.task ?? { type: 'Task', value: '' },
    });
  }
}

/** What a VM whose snapshot is exported cannot have done to it; it may run, and be backed up. */
const disturbing: ReadonlySet<string> = new Set([
  'RemoveSnapshot_Task',
  'RemoveAllSnapshots_Task',
  'ConsolidateVMDisks_Task',
  'Destroy_Task',
  'UnregisterVM',
]);

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function systemError(error: unknown): VimFault {
  const reason = error instanceof Error ? error.message : String(error);
  return new VimFault('SystemError', `A general system error occurred: ${reason}`, { reason });
}
