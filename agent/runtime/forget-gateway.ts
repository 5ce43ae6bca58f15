import type { ActivationRecord } from '../state/records.ts';
import type { StateDirectory } from '../state/state-directory.ts';

/**
 * Keeps of a deleted gateway what its page shows and asks for, and nothing secret beside the page's password: no keys, no access key, no spool, no cache. May be called again; cut off in
 * between, the next start does the rest. Returns what is kept.
 */
export async function forgetGateway(state: StateDirectory, record: ActivationRecord): Promise<ActivationRecord> {
  const kept: ActivationRecord = { ...record, keys: { signing: '', sealing: '' } };
  await state.activation.write(kept);
  await state.instance.remove();
  await state.accessKeys.forget();
  await state.removeWorkData();
  return kept;
}
