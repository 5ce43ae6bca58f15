import { expireCommand } from '../commands/expire-command.ts';
import { settleCommand } from '../commands/settle-command.ts';
import type { ControlContext } from '../context.ts';

/** Ends what somebody asked of a gateway that is going: nobody will answer. May be called twice. */
export async function settleOpenCommands(control: ControlContext, gatewayId: string): Promise<void> {
  const open = await control.db
    .selectFrom('gateway_command')
    .select(['id', 'kind', 'gateway_id', 'input_sealed'])
    .where('gateway_id', '=', gatewayId)
    .where('status', 'in', ['PENDING', 'CLAIMED'])
    .execute();
  for (const row of open) {
    await settleCommand(control, row, { ok: false, error: gatewayGoes });
    await expireCommand(control, row.id);
  }
}

const gatewayGoes = {
  code: 'GATEWAY_OFFLINE',
  message: 'The gateway is being deleted.',
  remedy: 'Ask another gateway of this vCenter, or add the vCenter through another one.',
  retryable: false,
};
