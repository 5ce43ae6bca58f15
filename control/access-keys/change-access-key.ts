import type { Transaction, Updateable } from 'kysely';
import { isOneOf } from '../by-ids.ts';
import type { AccessKeyTable, Database } from '../database/tables.ts';
import { ConflictError, ForbiddenError, InvalidInputError, NotFoundError } from '../errors.ts';
import type { NewEvent } from '../events/event.ts';
import { onlyGroup } from '../only-group.ts';
import { requireVersion } from '../require-version.ts';
import { type AccessKeyRow, accessKeyColumns } from '../rows.ts';
import { isScope } from '../scopes.ts';
import type { Viewer } from '../viewer.ts';
import { visibleAccessKeys } from './access-keys.ts';

/** The key to change, locked: of the seen ones, not revoked, and still as the caller knows it. */
export async function lockAccessKey(
  trx: Transaction<Database>,
  viewer: Viewer,
  accessKeyId: string,
  expectedVersion: number | null | undefined,
): Promise<AccessKeyRow> {
  const found = await trx
    .selectFrom('access_key')
    .select(accessKeyColumns)
    .where(isOneOf('access_key.id', [accessKeyId]))
    .where(visibleAccessKeys(viewer))
    .forUpdate()
    .executeTakeFirst();
  if (!found) throw new NotFoundError('access key');
  if (found.revoked_at !== null)
    throw new ConflictError('ACCESS_KEY_REVOKED', 'This access key was revoked.', 'Create another access key.');
  requireVersion(found, expectedVersion);
  return found;
}

/**
 * Whoever gets the secret of a key can do what the key can: so only those may have it who can do all of that already. Throws
 * ForbiddenError for the first scope that goes beyond, or for all resource groups.
 */
export function requireReach(viewer: Viewer, key: Pick<AccessKeyRow, 'scopes' | 'all_resource_groups'>): void {
  const beyond = key.scopes.find((scope) => isScope(scope) && !viewer.scopes.has(scope));
  if (beyond !== undefined) throw new ForbiddenError(beyond);
  if (key.all_resource_groups && viewer.resourceGroups !== 'ALL')
    throw new ForbiddenError('accessKey:write for all resource groups');
}

/** Whether the viewer may rotate it: its own key unless by a secret that was replaced, another one with the scope and at least its reach. */
export function canRotate(viewer: Viewer, key: AccessKeyRow, now: number): boolean {
  if (key.revoked_at !== null || (key.expires_at !== null && key.expires_at.getTime() <= now)) return false;
  if (key.id === viewer.accessKeyId) return !viewer.secretIsReplaced;
  const lives = viewer.expiresAt === null || (key.expires_at !== null && key.expires_at.getTime() <= viewer.expiresAt);
  return viewer.scopes.has('accessKey:write') && lives && reachesAsFar(viewer, key);
}

function reachesAsFar(viewer: Viewer, key: Pick<AccessKeyRow, 'scopes' | 'all_resource_groups'>): boolean {
  const hasAll = key.scopes.every((scope) => !isScope(scope) || viewer.scopes.has(scope));
  return hasAll && (viewer.resourceGroups === 'ALL' || !key.all_resource_groups);
}

/** An expiry in the past, or later than the viewer's own, is an InvalidInputError. */
export function checkExpiry(expiresAt: Date | null, viewer: Pick<Viewer, 'expiresAt'>, now: number): void {
  const issue = (code: string, message: string) => new InvalidInputError([{ path: ['expiresAt'], code, message }]);
  if (expiresAt && expiresAt.getTime() <= now) throw issue('TOO_SMALL', 'must be in the future');
  if (viewer.expiresAt === null) return;
  if (expiresAt === null || expiresAt.getTime() > viewer.expiresAt)
    throw issue('TOO_BIG', `must not be after your own key expires, ${new Date(viewer.expiresAt).toISOString()}`);
}

/** Whether `after` is a longer life than `before`. */
export function livesLonger(after: Date | null, before: Date | null): boolean {
  return before !== null && (after === null || after > before);
}

export async function saveAccessKey(
  trx: Transaction<Database>,
  id: string,
  changes: Updateable<AccessKeyTable>,
): Promise<AccessKeyRow> {
  return trx
    .updateTable('access_key')
    .set(changes)
    .where('id', '=', id)
    .returning(accessKeyColumns)
    .executeTakeFirstOrThrow();
}

export function accessKeyEvent(type: NewEvent['type'], key: AccessKeyRow): NewEvent {
  return {
    type,
    resourceGroupId: onlyGroup(key.resource_group_ids),
    subjectType: 'ACCESS_KEY',
    subjectId: key.id,
    data: { name: key.name, keyId: key.key_id },
  };
}
