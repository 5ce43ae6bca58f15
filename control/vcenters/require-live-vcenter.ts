import type { Transaction } from 'kysely';
import { isOneOf } from '../by-ids.ts';
import type { Database } from '../database/tables.ts';
import { ConflictError, NotFoundError } from '../errors.ts';
import { type Viewer, visible } from '../viewer.ts';
import type { VcenterStatus } from './vcenter-status.ts';

interface LiveVcenter {
  readonly id: string;
  readonly status: VcenterStatus;
}

/** The vCenter a new job is for; it is neither removed nor stopped before the job is recorded. Throws VCENTER_REMOVED. */
export async function requireLiveVcenter(trx: Transaction<Database>, vcenterId: string): Promise<LiveVcenter> {
  const vcenter = await trx
    .selectFrom('vcenter')
    .select(['id', 'name', 'status', 'removed_at'])
    .where('id', '=', vcenterId)
    .forShare()
    .executeTakeFirstOrThrow();
  if (vcenter.removed_at === null) return vcenter;
  throw new ConflictError(
    'VCENTER_REMOVED',
    `The vCenter ${vcenter.name} of this virtual machine was removed.`,
    'Add it again, or name another vCenter (vcenterId) to restore to.',
  );
}

/** As {@link requireLiveVcenter}, of one somebody asked for. Throws NotFoundError. */
export async function lockVisibleVcenter(
  trx: Transaction<Database>,
  viewer: Viewer,
  vcenterId: string,
): Promise<LiveVcenter> {
  const vcenter = await trx
    .selectFrom('vcenter')
    .select(['vcenter.id', 'vcenter.status'])
    .where(isOneOf('vcenter.id', [vcenterId]))
    .where(visible(viewer, 'vcenter.resource_group_id'))
    .where('vcenter.removed_at', 'is', null)
    .forShare()
    .executeTakeFirst();
  if (!vcenter) throw new NotFoundError('vCenter');
  return vcenter;
}
