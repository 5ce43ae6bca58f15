import { type CommandResult, commandResultRequest } from '../../protocol/work.ts';
import type { ControlContext } from '../context.ts';
import { GatewayUnavailableError } from '../errors.ts';
import type { CommandInput } from './command-input.ts';
import { expireCommand } from './expire-command.ts';
import type { CommandOptions } from './insert-command.ts';
import { postCommand } from './post-command.ts';

/** Any api process may get the answer, so whoever waits looks at the row. */
const lookIntervalMs = 200;

/**
 * Hands a command to a gateway and waits for its answer, good or bad; what a bad one means is the caller's to say. Throws GatewayUnavailableError:
 * GATEWAY_NOT_ACTIVATED at once, GATEWAY_OFFLINE at the deadline; or the signal's reason.
 */
export async function runCommand(
  control: ControlContext,
  gatewayId: string,
  input: CommandInput,
  signal?: AbortSignal,
  options: CommandOptions = {},
): Promise<CommandResult> {
  const commandId = await postCommand(control, gatewayId, input, options);
  try {
    return await answerOf(control, commandId, signal);
  } catch (error) {
    await expireCommand(control, commandId);
    throw error;
  }
}

async function answerOf(control: ControlContext, commandId: string, signal?: AbortSignal): Promise<CommandResult> {
  for (;;) {
    const row = await control.db
      .selectFrom('gateway_command')
      .select(['status', 'deadline', 'result'])
      .where('id', '=', commandId)
      .executeTakeFirst();
    if (row?.status === 'DONE') return commandResultRequest.parse(row.result);
    if (!row || row.status === 'EXPIRED' || row.deadline.getTime() <= control.clock.now()) throw noAnswer(row?.status);
    await control.clock.sleep(lookIntervalMs, signal);
  }
}

function noAnswer(status: string | undefined): GatewayUnavailableError {
  return new GatewayUnavailableError(
    'GATEWAY_OFFLINE',
    status === 'CLAIMED'
      ? 'The gateway took the request but did not answer in time.'
      : 'The gateway did not answer in time.',
    'Check that the gateway is running, that it reaches the control plane and the vCenter, then try again.',
  );
}
