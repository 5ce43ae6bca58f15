import { withDeadline } from '../../../../base/abort.ts';
import type { DiskLease, LeasedDisk } from '../../contract.ts';
import { formatAddress } from '../address.ts';
import { driverError, errorOfFault, isFault } from '../errors.ts';
import { type CertificateTrust, PinnedAgent } from '../pinned-agent.ts';
import { readObject } from '../properties.ts';
import { faultOf, isSilence } from '../tasks.ts';
import type { VimSession } from '../vim-session.ts';
import type { ManagedObjectReference } from '../vim-values.ts';
import { download, type TransferPlace, upload } from './disk-transfer.ts';
import { hostOf } from './leased-disks.ts';
import { leaseLost } from './transfer-errors.ts';

const abortWithinMs = 2 * 60_000;
const tries = 3;
const betweenTriesMs = 1_000;
/** How a lease says that it is not there any more. */
const goneFaults = ['Timedout', 'InvalidState', 'ManagedObjectNotFound', 'RequestCanceled'];

/** A lease that is ready (HttpNfcLease, "vSphere Web Services API"). */
export class NfcLease implements DiskLease {
  readonly disks: readonly LeasedDisk[];
  readonly timeoutMs: number;
  readonly #session: VimSession;
  readonly #ref: ManagedObjectReference;
  readonly #agents = new Map<string, PinnedAgent>();
  #isOver = false;

  constructor(session: VimSession, ref: ManagedObjectReference, disks: readonly LeasedDisk[], timeoutMs: number) {
    this.#session = session;
    this.#ref = ref;
    this.disks = disks;
    this.timeoutMs = timeoutMs;
  }

  download(disk: LeasedDisk, signal: AbortSignal): AsyncIterable<Uint8Array> {
    return download(this.#placeOf(disk), this.#session.clock, signal);
  }

  async upload(disk: LeasedDisk, body: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
    await upload(this.#placeOf(disk), body, this.#session.clock, signal);
    // A host may say yes to bytes that it then fails to write.
    await this.#throwIfOver(signal);
  }

  async progress(percent: number, signal: AbortSignal): Promise<void> {
    const what = 'Keeping the transfer of disks alive';
    try {
      const request = { _this: this.#ref, percent: Math.max(0, Math.min(100, Math.floor(percent))) };
      await this.#session.call('HttpNfcLeaseProgress', request, { signal, what });
    } catch (error) {
      throw await this.#whyOver(error, signal);
    }
  }

  async complete(signal: AbortSignal): Promise<void> {
    if (this.#isOver) return;
    const what = 'Completing the transfer of disks';
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#session.call(
          'HttpNfcLeaseComplete',
          { _this: this.#ref },
          { signal, what, timeoutMs: 10 * 60_000 },
        );
        break;
      } catch (error) {
        signal.throwIfAborted();
        // When only the answer was lost, the lease knows; everything was transferred by now, hours of work perhaps.
        const state = await this.#stateAfter(error, signal);
        if (state === 'done') break;
        if (state !== 'ready' || attempt >= tries) throw await this.#whyOver(error, signal);
      }
      await this.#session.clock.sleep(betweenTriesMs, signal);
    }
    this.#isOver = true;
    this.#close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#close();
    if (this.#isOver) return;
    this.#isOver = true;
    await abortLease(this.#session, this.#ref);
  }

  #close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
    this.#agents.clear();
  }

  #placeOf(disk: LeasedDisk): TransferPlace {
    const address = hostOf(disk.url);
    const key = `${formatAddress(address)} ${disk.hostThumbprint ?? ''}`;
    const agent = this.#agents.get(key) ?? new PinnedAgent(address, this.#trustOf(disk));
    this.#agents.set(key, agent);
    const { pathname, search } = new URL(disk.url);
    return { address, path: `${pathname}${search}`, agent };
  }

  /** vCenter vouches for its hosts; for itself speaks only what was trusted when it was connected to. */
  #trustOf({ url, hostThumbprint }: LeasedDisk): CertificateTrust {
    const { address, trust } = this.#session.server;
    const host = formatAddress(hostOf(url));
    if (host === formatAddress(address)) return trust;
    if (hostThumbprint !== null) return { hostThumbprint };
    throw driverError(
      'needsPerson',
      'CERTIFICATE_NOT_TRUSTED',
      `vCenter does not say which certificate ${host} has, so its disks cannot be transferred.`,
      'Reconnect the host in vCenter, or use a gateway in the same vCenter with the transport hotadd.',
    );
  }

  async #throwIfOver(signal: AbortSignal): Promise<void> {
    const properties = await readObject(this.#session, this.#ref, ['state', 'error'], signal);
    if (properties.text('state') !== 'error') return;
    const fault = faultOf(properties.data('error', 'LocalizedMethodFault'));
    if (goneFaults.includes(fault.type)) throw leaseLost(fault.message || fault.type, fault);
    throw errorOfFault(fault, 'Transferring the disks');
  }

  /** Undefined where the error says enough, or nobody answers. */
  async #stateAfter(error: unknown, signal: AbortSignal): Promise<string | undefined> {
    if (!isSilence(error) && !goneFaults.some((type) => isFault(error, type))) return undefined;
    try {
      return (await readObject(this.#session, this.#ref, ['state'], signal)).text('state');
    } catch {
      return undefined;
    }
  }

  /** The lease's own error says more than that it cannot be used. */
  async #whyOver(error: unknown, signal: AbortSignal): Promise<unknown> {
    if (!goneFaults.some((type) => isFault(error, type))) return error;
    try {
      await this.#throwIfOver(signal);
    } catch (reason) {
      if (!isFault(reason, 'ManagedObjectNotFound')) return reason;
    }
    return leaseLost(error instanceof Error ? error.message : '', error);
  }
}

/** Ends a lease and what it made. Never throws: one that cannot be ended times out by itself. */
export async function abortLease(session: VimSession, ref: ManagedObjectReference): Promise<void> {
  const { clock } = session;
  const what = 'Ending the transfer of disks';
  // Not the job's signal: a job that was cancelled has to give its lease back all the same.
  await withDeadline({ clock, ms: abortWithinMs, what }, async (signal) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await session.call('HttpNfcLeaseAbort', { _this: ref }, { signal, what });
        return;
      } catch (error) {
        if (attempt >= tries || goneFaults.some((type) => isFault(error, type))) return;
        await clock.sleep(betweenTriesMs, signal);
      }
    }
  }).catch(() => undefined);
}
