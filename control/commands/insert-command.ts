import { gatewayNotActivated } from '../activation/sealing-key.ts';
import type { ControlContext } from '../context.ts';
import { GatewayUnavailableError, NotFoundError } from '../errors.ts';
import { type CommandInput, commandPlace } from './command-input.ts';

export interface CommandOptions {
  /** Milliseconds until nobody waits for the answer any more; `config.commandDeadlineMs` by default. */
  readonly deadlineMs?: number;
}

/**
 * Writes a command down for a gateway, in `db` or in a transaction in which something else is changed with it; whoever does that wakes the gateway once it is committed.
 * Throws GATEWAY_NOT_ACTIVATED. Returns the command's id.
 */
export async function insertCommand(
  control: Pick<ControlContext, 'ids' | 'clock' | 'config' | 'vault'>,
  db: ControlContext['db'],
  gatewayId: string,
  input: CommandInput,
  options: CommandOptions = {},
): Promise<string> {
  const gateway = await db
    .selectFrom('gateway')
    .select(['status', 'sealing_key'])
    .where('id', '=', gatewayId)
    .executeTakeFirst();
  if (!gateway) throw new NotFoundError('gateway');
  const isKey = input.kind === 'REPLACE_ACCESS_KEY' && gateway.status === 'CREDENTIALS_EXPIRED';
  if (gateway.status !== 'ACTIVATED' && gateway.status !== 'OFFLINE' && !isKey) throw notUsable(gateway.status);
  if (!gateway.sealing_key) throw gatewayNotActivated();
  const id = control.ids.uuid();
  const now = control.clock.now();
  await db
    .insertInto('gateway_command')
    .values({
      id,
      gateway_id: gatewayId,
      kind: input.kind,
      vcenter_id: 'vcenter' in input ? input.vcenter.vcenterId : null,
      input_sealed: control.vault.seal(Buffer.from(JSON.stringify(input)), commandPlace(id)),
      status: 'PENDING',
      deadline: new Date(now + (options.deadlineMs ?? control.config.commandDeadlineMs)),
      created_at: new Date(now),
    })
    .execute();
  return id;
}

function notUsable(status: string): GatewayUnavailableError {
  if (status === 'NOT_ACTIVATED') return gatewayNotActivated();
  return new GatewayUnavailableError(
    'GATEWAY_NOT_ACTIVATED',
    `This gateway cannot work: ${status}.`,
    'Download a new certificate for it and activate it again with a valid access key.',
  );
}
