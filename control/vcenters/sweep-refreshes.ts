import type { ControlContext } from '../context.ts';
import { finishRefresh } from './finish-refresh.ts';
import { refreshDeadlineMs } from './refresh-inventory.ts';

/** Ends refreshes whose time is over, so that a crash between two steps leaves nothing REFRESHING for ever. For the sweeper; at most 100 a call. */
export async function sweepRefreshes(control: ControlContext): Promise<number> {
  const overdue = await control.db
    .selectFrom('vcenter')
    .select(['vcenter.id', 'vcenter.inventory_refresh_id'])
    .where('vcenter.inventory_state', '=', 'REFRESHING')
    .where('vcenter.inventory_refresh_id', '<', firstUuidAt(control.clock.now() - refreshDeadlineMs))
    .orderBy('vcenter.id')
    .limit(100)
    .execute();
  for (const { id, inventory_refresh_id: refreshId } of overdue) {
    if (refreshId === null) continue;
    await finishRefresh(control, null, { refreshId, vcenterId: id }, { ok: false, error: tookTooLong });
  }
  return overdue.length;
}

/** A refresh's id is a UUID version 7, so it says when the refresh began. */
function firstUuidAt(milliseconds: number): string {
  const hex = Math.max(0, milliseconds).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}

const tookTooLong = {
  code: 'GATEWAY_OFFLINE',
  message: 'The gateway did not finish the refresh in time.',
  remedy: 'Check that the gateway is connected, then refresh again.',
  retryable: true,
};
