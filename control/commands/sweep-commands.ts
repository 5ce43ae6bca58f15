import type { CommandResult } from '../../protocol/work.ts';
import type { ControlContext } from '../context.ts';
import { expireCommand } from './expire-command.ts';
import { settleCommand } from './settle-command.ts';

/** Answered and expired commands are kept this long for a repeated answer; they hold sealed passwords. */
const keepMs = 60 * 60_000;
const commandsPerRun = 200;

/** Expires commands whose deadline has passed and forgets old ones. Returns how many expired. */
export async function sweepCommands(control: ControlContext): Promise<number> {
  const now = control.clock.now();
  const late = await control.db
    .selectFrom('gateway_command')
    .select(['id', 'kind', 'gateway_id', 'input_sealed'])
    .where('status', 'in', ['PENDING', 'CLAIMED'])
    .where('deadline', '<=', new Date(now))
    .limit(commandsPerRun)
    .execute();
  let expired = 0;
  for (const row of late) {
    // Settled first: an answer is refused after the deadline anyway, and a crash in between only makes it happen again.
    await settleCommand(control, row, noAnswer);
    if (await expireCommand(control, row.id)) expired += 1;
  }
  await control.db
    .deleteFrom('gateway_command')
    .where('ended_at', '<', new Date(now - keepMs))
    .execute();
  return expired;
}

const noAnswer: CommandResult = {
  ok: false,
  error: {
    code: 'GATEWAY_OFFLINE',
    message: 'The gateway did not answer in time.',
    remedy: 'Check that the gateway is running and reaches the control plane and the vCenter, then try again.',
    retryable: true,
  },
};
