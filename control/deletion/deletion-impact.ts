import { isOneOf } from '../by-ids.ts';
import type { ControlContext } from '../context.ts';
import { InvalidInputError, NotFoundError } from '../errors.ts';
import { requireScope, type Viewer, visible } from '../viewer.ts';
import type { DeletionFigures } from './deletion-record.ts';
import { deletionFigures } from './figures.ts';

/** What deleting a gateway or a vault would concern, told before anybody does it. Exactly one of the two ids is given. */
export async function deletionImpact(
  control: Pick<ControlContext, 'db'>,
  viewer: Viewer,
  asked: {
    readonly gatewayId?: string | null;
    readonly vaultId?: string | null;
    /** Of a gateway: whether the recovery points it made would go too. */
    readonly deleteBackupData: boolean;
  },
): Promise<DeletionFigures> {
  const { gatewayId, vaultId, deleteBackupData } = asked;
  if (gatewayId && !vaultId) {
    requireScope(viewer, 'gateway:read');
    await requireVisible(control, viewer, 'gateway', gatewayId);
    return deletionFigures(control.db, { gatewayId, deleteBackupData });
  }
  if (vaultId && !gatewayId) {
    requireScope(viewer, 'vault:read');
    await requireVisible(control, viewer, 'vault', vaultId);
    return deletionFigures(control.db, { vaultId });
  }
  throw new InvalidInputError([{ path: ['gatewayId'], code: 'ONE_OF', message: 'give either gatewayId or vaultId' }]);
}

async function requireVisible(
  control: Pick<ControlContext, 'db'>,
  viewer: Viewer,
  table: 'gateway' | 'vault',
  id: string,
): Promise<void> {
  const row = await control.db
    .selectFrom(table)
    .select('id')
    .where(isOneOf(`${table}.id`, [id]))
    .where('deleted_at', 'is', null)
    .where(visible(viewer, `${table}.resource_group_id`))
    .executeTakeFirst();
  if (!row) throw new NotFoundError(table);
}
