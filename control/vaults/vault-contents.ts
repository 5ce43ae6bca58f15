import { isOneOf } from '../by-ids.ts';
import type { ControlContext } from '../context.ts';
import { requireScope, type Viewer, visible } from '../viewer.ts';

/** What decides who may delete a vault, and what is in it. */
export interface VaultContents {
  readonly id: string;
  readonly isLocked: boolean;
  readonly hasGateways: boolean;
  readonly hasRecoveryPoints: boolean;
}

/** In the order of `ids`, in one statement; undefined where the viewer may not see the vault. For whoever may delete one or the other. */
export async function vaultContentsByIds(
  control: Pick<ControlContext, 'db'>,
  viewer: Viewer,
  ids: readonly string[],
): Promise<readonly (VaultContents | undefined)[]> {
  if (!viewer.scopes.has('recoveryPoint:delete')) requireScope(viewer, 'vault:write');
  const rows = await control.db
    .selectFrom('vault')
    .select((eb) => [
      'vault.id',
      'vault.worm_enabled as isLocked',
      eb
        .exists(
          eb
            .selectFrom('gateway')
            .select('gateway.id')
            .whereRef('gateway.vault_id', '=', 'vault.id')
            .where('gateway.deleted_at', 'is', null),
        )
        .$castTo<boolean>()
        .as('hasGateways'),
      eb
        .exists(
          eb
            .selectFrom('recovery_point')
            .select('recovery_point.id')
            .whereRef('recovery_point.vault_id', '=', 'vault.id')
            .where('recovery_point.status', '!=', 'DELETING'),
        )
        .$castTo<boolean>()
        .as('hasRecoveryPoints'),
    ])
    .where(isOneOf('vault.id', ids))
    .where(visible(viewer, 'vault.resource_group_id'))
    .execute();
  const found = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => found.get(id));
}
