import type { Selectable } from 'kysely';
import type { CommandResult } from '../../protocol/work.ts';
import type { ControlContext } from '../context.ts';
import type { GatewayCommandTable } from '../database/command-table.ts';
import { finishRefresh } from '../vcenters/finish-refresh.ts';
import { openCommand } from './open-command.ts';

/** Carries out what follows from the end of a command that nobody waits for. May be called twice. */
export async function settleCommand(
  control: ControlContext,
  row: Pick<Selectable<GatewayCommandTable>, 'id' | 'kind' | 'gateway_id' | 'input_sealed'>,
  result: CommandResult,
): Promise<void> {
  if (row.kind !== 'REFRESH_INVENTORY') return;
  const input = openCommand(control, row);
  if (input.kind !== 'REFRESH_INVENTORY') return;
  const { refreshId, vcenter } = input;
  const { vcenterId, loginVersion } = vcenter;
  await finishRefresh(control, row.gateway_id, { refreshId, vcenterId, ...(loginVersion && { loginVersion }) }, result);
}
