import type { ControlContext } from '../context.ts';
import { DatabaseUnavailableError } from '../database/unavailable.ts';
import { advanceGatewayDeletion } from '../gateways/finish-gateway-deletion.ts';
import { advanceVaultDeletion } from '../vaults/finish-vault-deletion.ts';

/** Takes every deletion that was begun as far as it goes in the database. Returns how many gateways ended. */
export async function sweepDeletions(control: ControlContext): Promise<number> {
  let ended = 0;
  const gateways = await control.db
    .selectFrom('gateway')
    .select('id')
    .where('status', '=', 'DELETING')
    .where('deleted_at', 'is', null)
    .execute();
  for (const { id } of gateways)
    await other(control, id, async () => {
      if (await advanceGatewayDeletion(control, id)) ended += 1;
    });
  const vaults = await control.db
    .selectFrom('vault')
    .select('id')
    .where('status', '=', 'DELETING')
    .where('deleted_at', 'is', null)
    .execute();
  for (const { id } of vaults) await other(control, id, () => advanceVaultDeletion(control, id));
  return ended;
}

/** One that fails must not keep all others waiting; a database that is away fails for all. */
async function other(control: ControlContext, id: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof DatabaseUnavailableError) throw error;
    control.logger.error({ id, err: error }, 'A deletion could not go on; it is tried again.');
  }
}
