import { abortable, withDeadline } from '../../../../base/abort.ts';
import { HoldfastError } from '../../../../base/errors.ts';
import { driverError, errorOfFault, isFault } from '../errors.ts';
import type { HttpNfcLeaseInfo, VirtualDevice } from '../gen/types.ts';
import { readObject } from '../properties.ts';
import { faultOf } from '../tasks.ts';
import type { VimSession } from '../vim-session.ts';
import { isA } from '../vim-types.ts';
import type { ManagedObjectReference } from '../vim-values.ts';
import { watchObject } from '../watch-object.ts';
import { leasedDisks } from './leased-disks.ts';
import { abortLease, NfcLease } from './nfc-lease.ts';

/** vCenter makes a lease ready in seconds; making a VM's disks in full takes longer. */
const readyWithinMs = 15 * 60_000;
const askWithinMs = 5 * 60_000;

export interface LeaseRequest {
  /** What is being done, as the start of a sentence. */
  readonly what: string;
  /** Asks for the lease. Not ended by the caller's signal: a lease that nobody knows of blocks the VM until it times out. */
  readonly ask: (signal: AbortSignal) => Promise<ManagedObjectReference>;
  /** The devices its disks are among. */
  readonly devices: (info: HttpNfcLeaseInfo, signal: AbortSignal) => Promise<readonly VirtualDevice[]>;
}

/** Asks for a lease and waits until it is ready. Whatever goes wrong, and when the signal is aborted, none is left. */
export async function openLease(
  session: VimSession,
  { what, ask, devices }: LeaseRequest,
  signal: AbortSignal,
): Promise<{ readonly lease: NfcLease; readonly info: HttpNfcLeaseInfo }> {
  signal.throwIfAborted();
  const { clock, server } = session;
  const asking = withDeadline({ clock, ms: askWithinMs, what }, ask);
  let ref: ManagedObjectReference;
  try {
    ref = await abortable(asking, signal);
  } catch (error) {
    if (signal.aborted)
      asking.then(
        (late) => abortLease(session, late),
        () => undefined,
      );
    throw isFault(error, 'LimitExceeded') ? tooMany(error) : withoutDeadline(error);
  }
  try {
    return await withDeadline({ clock, ms: readyWithinMs, what, parent: signal }, async (waiting) => {
      await ready(session, ref, what, waiting);
      const info = (await readObject(session, ref, ['info'], waiting)).data('info', 'HttpNfcLeaseInfo');
      if (!info) {
        throw driverError('transient', 'TASK_FAILED', `${what}: vSphere does not say what it leased.`, 'Try again.');
      }
      const disks = leasedDisks(await devices(info, waiting), info.deviceUrl ?? [], server.address);
      return { lease: new NfcLease(session, ref, disks, info.leaseTimeout * 1000), info };
    });
  } catch (error) {
    await abortLease(session, ref);
    throw withoutDeadline(error);
  }
}

/** Throws what the lease's error means. */
async function ready(
  session: VimSession,
  object: ManagedObjectReference,
  what: string,
  signal: AbortSignal,
): Promise<void> {
  const paths = ['state', 'error'];
  const end = await watchObject(session, { object, paths, what, noun: 'lease' }, signal, (values) => {
    const state = values.get('state');
    return state === undefined || state === 'initializing' ? undefined : { state, error: values.get('error') };
  });
  if (end.state === 'ready') return;
  throw errorOfFault(faultOf(isA(end.error, 'LocalizedMethodFault') ? end.error : undefined), what);
}

function tooMany(cause: unknown): Error {
  return driverError(
    'transient',
    'BUSY',
    'vSphere transfers as many disks already as it can.',
    'Try again when other backups and restores have ended.',
    cause,
  );
}

/** A deadline of ours as the contract has it. */
function withoutDeadline(error: unknown): unknown {
  if (!(error instanceof HoldfastError) || error.code !== 'DEADLINE_EXCEEDED') return error;
  return driverError('transient', 'TIMEOUT', error.message, 'Check the load of the vCenter, then try again.', error);
}
