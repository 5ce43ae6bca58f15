import type { Transaction } from 'kysely';
import { isOneOf } from '../by-ids.ts';
import type { ControlContext } from '../context.ts';
import type { Database } from '../database/tables.ts';
import { NotFoundError } from '../errors.ts';
import { requireVersion } from '../require-version.ts';
import { type VcenterRow, vcenterColumns } from '../rows.ts';
import { type Viewer, visible } from '../viewer.ts';

/** A vCenter with its sealed password; never leaves control. */
export type SealedVcenterRow = VcenterRow & { readonly password_sealed: Buffer };

function visibleVcenter(db: ControlContext['db'], viewer: Viewer, id: string) {
  return db
    .selectFrom('vcenter')
    .select(vcenterColumns)
    .where(isOneOf('vcenter.id', [id]))
    .where(visible(viewer, 'vcenter.resource_group_id'));
}

/** Throws NotFoundError. */
export async function readVcenter(db: ControlContext['db'], viewer: Viewer, id: string): Promise<VcenterRow> {
  const vcenter = await visibleVcenter(db, viewer, id).executeTakeFirst();
  if (!vcenter) throw new NotFoundError('vCenter');
  return vcenter;
}

/** One that was not removed, in the version the caller has seen. Throws NotFoundError, VersionConflictError. */
export async function requireVcenter(
  db: ControlContext['db'],
  viewer: Viewer,
  id: string,
  expectedVersion?: number | null,
): Promise<SealedVcenterRow> {
  const vcenter = await visibleVcenter(db, viewer, id)
    .select('vcenter.password_sealed')
    .where('vcenter.removed_at', 'is', null)
    .executeTakeFirst();
  return inVersion(vcenter, expectedVersion);
}

/** As {@link requireVcenter}, and locks the row for a change. */
export async function lockVcenter(
  trx: Transaction<Database>,
  viewer: Viewer,
  id: string,
  expectedVersion?: number | null,
): Promise<SealedVcenterRow> {
  const vcenter = await visibleVcenter(trx, viewer, id)
    .select('vcenter.password_sealed')
    .where('vcenter.removed_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
  return inVersion(vcenter, expectedVersion);
}

function inVersion(vcenter: SealedVcenterRow | undefined, expectedVersion?: number | null): SealedVcenterRow {
  if (!vcenter) throw new NotFoundError('vCenter');
  requireVersion(vcenter, expectedVersion);
  return vcenter;
}
