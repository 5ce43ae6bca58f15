import { withDeadline } from '../../base/abort.ts';
import type { Clock } from '../../base/clock.ts';
import type { StorageCredentials } from '../../drivers/storage/contract.ts';

/** As long as a store that does not watch its own progress is waited for. */
const patienceMs = 10 * 60_000;

/**
 * Credentials are asked for until the control plane gives them, and a control plane that cannot reach its STS renews the
 * job's lease all the same: without an end here the job would run, with the VM's snapshot, for as long as that lasts.
 */
export function withinPatience(
  clock: Clock,
  ask: (signal: AbortSignal) => Promise<StorageCredentials>,
): (signal: AbortSignal) => Promise<StorageCredentials> {
  return (signal) =>
    withDeadline({ clock, ms: patienceMs, what: 'Asking for the credentials of the vault', parent: signal }, ask);
}
