import type { IdSource } from '../../base/ids.ts';
import type { InstanceRecord } from '../state/records.ts';
import type { StateDirectory } from '../state/state-directory.ts';

/** Ids of cut-off starts that are remembered. */
const mostPrevious = 8;

/**
 * A new instance id for this start, stored before anybody hears of it. A start that was cut off between hello and its note of it may or may not be
 * the present instance of the control plane: both ids are kept as candidates, the newest first.
 */
export async function beginInstance(state: StateDirectory, gatewayId: string, ids: IdSource): Promise<InstanceRecord> {
  const before = await state.instance.read();
  const previous =
    before?.gatewayId === gatewayId ? [before.instanceId, ...before.previous].slice(0, mostPrevious) : [];
  const record: InstanceRecord = { version: 1, gatewayId, instanceId: ids.uuid(), previous };
  await state.instance.write(record);
  return record;
}

/** Hello has succeeded: only this instance counts from now on. */
export async function confirmInstance(state: StateDirectory, record: InstanceRecord): Promise<void> {
  await state.instance.write({ ...record, previous: [] });
}
