import type { Selectable } from 'kysely';
import { z } from 'zod';
import { command } from '../../protocol/work.ts';
import type { ControlContext } from '../context.ts';
import type { GatewayCommandTable } from '../database/command-table.ts';
import { type CommandInput, commandPlace } from './command-input.ts';

const [testVcenter, refreshInventory, preflight, replaceAccessKey] = command.options;
const plainAccess = testVcenter.shape.vcenter.omit({ sealedPassword: true }).extend({ password: z.string() });

/** A command's input as `postCommand` sealed it. */
const commandInput = z.discriminatedUnion('kind', [
  z.object({ kind: testVcenter.shape.kind, vcenter: plainAccess }),
  z.object({ kind: refreshInventory.shape.kind, refreshId: refreshInventory.shape.refreshId, vcenter: plainAccess }),
  preflight.omit({ commandId: true, deadline: true, vcenter: true }).extend({ vcenter: plainAccess }),
  replaceAccessKey.omit({ commandId: true, deadline: true }),
]);

/** Opens what `postCommand` sealed at rest. */
export function openCommand(
  control: Pick<ControlContext, 'vault'>,
  row: Pick<Selectable<GatewayCommandTable>, 'id' | 'input_sealed'>,
): CommandInput {
  const plaintext = control.vault.open(row.input_sealed, commandPlace(row.id));
  return commandInput.parse(JSON.parse(plaintext.toString('utf8')));
}
