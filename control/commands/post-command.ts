import type { ControlContext } from '../context.ts';
import { wakeGateway } from '../wake-gateway.ts';
import type { CommandInput } from './command-input.ts';
import { type CommandOptions, insertCommand } from './insert-command.ts';

/** Hands a command to a gateway and does not wait for the answer. Throws GATEWAY_NOT_ACTIVATED at once. Returns the command's id. */
export async function postCommand(
  control: ControlContext,
  gatewayId: string,
  input: CommandInput,
  options: CommandOptions = {},
): Promise<string> {
  const id = await insertCommand(control, control.db, gatewayId, input, options);
  await wakeGateway(control, gatewayId, 'COMMAND');
  return id;
}
