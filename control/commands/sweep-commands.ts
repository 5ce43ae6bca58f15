import type { ControlContext } from '../context.ts';

/** Answered and expired commands are kept this long for a repeated answer; they hold sealed passwords. */
const keepMs = 60 * 60_000;

/** Expires commands whose deadline has passed and forgets old ones. Returns how many expired. */
export async function sweepCommands(control: ControlContext): Promise<number> {
  const now = control.clock.now();
  const expired = await control.db
    .updateTable('gateway_command')
    .set({ status: 'EXPIRED', ended_at: new Date(now) })
    .where('status', 'in', ['PENDING', 'CLAIMED'])
    .where('deadline', '<=', new Date(now))
    .returning('id')
    .execute();
  await control.db
    .deleteFrom('gateway_command')
    .where('ended_at', '<', new Date(now - keepMs))
    .execute();
  return expired.length;
}
