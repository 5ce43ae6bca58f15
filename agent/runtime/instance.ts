import { createHash } from 'node:crypto';
import { realpath, stat } from 'node:fs/promises';
import type { IdSource } from '../../base/ids.ts';
import type { InstanceRecord } from '../state/records.ts';
import type { StateDirectory } from '../state/state-directory.ts';

/** Ids of cut-off starts that are remembered. */
const mostPrevious = 8;

/**
 * A new instance id for this start, stored before anybody hears of it. A start that was cut off between hello and its note of it may or may not be
 * the present instance of the control plane: both ids are kept as candidates, the newest first.
 *
 * A record that came here with a copy of the directory is another agent's, which may be at work: nothing of it is continued, so that the control
 * plane takes this start for a second process with one identity, which it is.
 */
export async function beginInstance(
  state: StateDirectory,
  owner: { readonly gatewayId: string; readonly vmUuid: string | null },
  ids: IdSource,
): Promise<InstanceRecord> {
  const before = await state.instance.read();
  const { gatewayId } = owner;
  const home = await homeOf(state.path, owner.vmUuid);
  const isOurs = before?.gatewayId === gatewayId && (before.home === undefined || before.home === home);
  const previous = isOurs ? [before.instanceId, ...before.previous].slice(0, mostPrevious) : [];
  const record: InstanceRecord = { version: 1, gatewayId, instanceId: ids.uuid(), previous, home };
  await state.instance.write(record);
  return record;
}

/** Hello has succeeded: only this instance counts from now on. */
export async function confirmInstance(state: StateDirectory, record: InstanceRecord): Promise<void> {
  await state.instance.write({ ...record, previous: [] });
}

/** The same after a restart; another one in a copy of the directory and in a clone of the virtual machine. */
async function homeOf(directory: string, vmUuid: string | null): Promise<string> {
  const { ino } = await stat(directory, { bigint: true });
  const parts = [await realpath(directory), String(ino), vmUuid];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
