import { isDeepStrictEqual } from 'node:util';
import { HoldfastError } from '../../base/errors.ts';
import { type CommandResult, commandResultRequest } from '../../protocol/work.ts';
import type { GatewayPrincipal } from '../activation/gateway-principal.ts';
import type { ControlContext } from '../context.ts';
import { NotFoundError } from '../errors.ts';
import { settleCommand } from './settle-command.ts';

/**
 * Takes a gateway's answer to a command. The same answer twice is accepted; one for a command that has expired or was answered otherwise throws
 * COMMAND_EXPIRED.
 */
export async function finishCommand(
  control: ControlContext,
  principal: GatewayPrincipal,
  commandId: string,
  result: CommandResult,
): Promise<Record<string, never>> {
  const now = new Date(control.clock.now());
  const finished = await control.db
    .updateTable('gateway_command')
    .set({ status: 'DONE', result: JSON.stringify(result), ended_at: now })
    .where('id', '=', commandId)
    .where('gateway_id', '=', principal.gatewayId)
    .where('status', '=', 'CLAIMED')
    .where('deadline', '>', now)
    .returningAll()
    .executeTakeFirst();
  if (finished) {
    await settleCommand(control, finished, result);
    return {};
  }
  const row = await control.db
    .selectFrom('gateway_command')
    .selectAll()
    .where('id', '=', commandId)
    .where('gateway_id', '=', principal.gatewayId)
    .executeTakeFirst();
  if (!row) throw new NotFoundError('command');
  const same = row.status === 'DONE' && isDeepStrictEqual(commandResultRequest.parse(row.result), plain(result));
  if (same) {
    // The process that took the answer the first time may have died before it settled the command.
    await settleCommand(control, row, result);
    return {};
  }
  throw new HoldfastError({
    code: 'COMMAND_EXPIRED',
    message: 'Nobody waits for the answer to this command any more.',
    remedy: 'Drop the answer.',
    retryable: false,
  });
}

/** As it comes back out of JSON. */
function plain(result: CommandResult): CommandResult {
  return commandResultRequest.parse(JSON.parse(JSON.stringify(result)));
}
