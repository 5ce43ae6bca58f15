import type { Selectable } from 'kysely';
import { seal, sealContext } from '../../protocol/sealed.ts';
import type { Command } from '../../protocol/work.ts';
import { sealingKeyOf } from '../activation/sealing-key.ts';
import type { ControlContext } from '../context.ts';
import type { GatewayCommandTable } from '../database/command-table.ts';
import type { GatewayTable } from '../database/tables.ts';
import { openCommand } from './open-command.ts';

const commandsPerClaim = 16;

/**
 * Takes the commands that wait for this gateway and have not expired; each is handed out once. While its access key does not count it gets none that
 * hold another's password, only the one that gives it a key.
 */
export async function claimCommands(control: ControlContext, gateway: Selectable<GatewayTable>): Promise<Command[]> {
  const rows = await control.db
    .updateTable('gateway_command')
    .set({ status: 'CLAIMED' })
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('gateway_command')
        .select('id')
        .where('gateway_id', '=', gateway.id)
        .where('status', '=', 'PENDING')
        .where('deadline', '>', new Date(control.clock.now()))
        .$if(gateway.status === 'CREDENTIALS_EXPIRED', (query) => query.where('kind', '=', 'REPLACE_ACCESS_KEY'))
        .orderBy('created_at')
        .limit(commandsPerClaim)
        .forUpdate()
        .skipLocked(),
    )
    .returningAll()
    .execute();
  return rows
    .sort((a, b) => a.created_at.getTime() - b.created_at.getTime())
    .map((row) => sealedCommand(control, gateway, row));
}

function sealedCommand(
  control: ControlContext,
  gateway: Selectable<GatewayTable>,
  row: Selectable<GatewayCommandTable>,
): Command {
  const input = openCommand(control, row);
  if (input.kind === 'REPLACE_ACCESS_KEY') return { ...input, commandId: row.id, deadline: row.deadline.toISOString() };
  const { password, ...access } = input.vcenter;
  const context = sealContext.vcenterPassword(access.vcenterId);
  const sealedPassword = seal(sealingKeyOf(gateway), Buffer.from(password), context, control.ids);
  const command = {
    commandId: row.id,
    deadline: row.deadline.toISOString(),
    vcenter: { ...access, sealedPassword },
  };
  if (input.kind === 'TEST_VCENTER') return { kind: 'TEST_VCENTER', ...command };
  if (input.kind === 'PREFLIGHT') {
    const { kind, transport, virtualMachines } = input;
    return { kind, transport, virtualMachines, ...command };
  }
  return { kind: 'REFRESH_INVENTORY', refreshId: input.refreshId, ...command };
}
