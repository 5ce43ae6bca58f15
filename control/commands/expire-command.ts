import type { ControlContext } from '../context.ts';

/** Nobody waits for this command any more. False: it was answered or had expired already. */
export async function expireCommand(control: ControlContext, commandId: string): Promise<boolean> {
  const expired = await control.db
    .updateTable('gateway_command')
    .set({ status: 'EXPIRED', ended_at: new Date(control.clock.now()) })
    .where('id', '=', commandId)
    .where('status', 'in', ['PENDING', 'CLAIMED'])
    .returning('id')
    .executeTakeFirst();
  return expired !== undefined;
}
