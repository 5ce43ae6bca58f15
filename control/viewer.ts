import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { ForbiddenError, NotFoundError } from './errors.ts';
import type { Scope } from './scopes.ts';

/** Who asks: an access key as it was when it was last looked up. Lives as long as one operation's execution, never longer. */
export interface Viewer {
  /** The access key's row id. */
  readonly accessKeyId: string;
  /** The public half of the access key, as the caller knows it. */
  readonly keyId: string;
  readonly name: string;
  readonly scopes: ReadonlySet<Scope>;
  readonly resourceGroups: 'ALL' | readonly string[];
  /** Milliseconds since the epoch; null: does not expire. */
  readonly expiresAt: number | null;
}

/** Throws ForbiddenError when the viewer lacks `scope`. */
export function requireScope(viewer: Viewer, scope: Scope): void {
  if (!viewer.scopes.has(scope)) throw new ForbiddenError(scope);
}

export function seesGroup(viewer: Viewer, resourceGroupId: string): boolean {
  return viewer.resourceGroups === 'ALL' || viewer.resourceGroups.includes(resourceGroupId);
}

/** Throws NotFoundError, the same for an unknown group and for one the viewer may not see. */
export function requireGroup(viewer: Viewer, resourceGroupId: string): void {
  if (!seesGroup(viewer, resourceGroupId)) throw new NotFoundError('resource group');
}

/**
 * The `where` condition that keeps a query to what the viewer may see:
 * `query.where(visible(viewer, 'vault.resource_group_id'))`. A null group is seen by viewers of all groups only.
 */
export function visible(
  viewer: Pick<Viewer, 'resourceGroups'>,
  column: `${string}resource_group_id` | 'resource_group.id',
): RawBuilder<SqlBool> {
  const groups = viewer.resourceGroups;
  return groups === 'ALL' ? sql<SqlBool>`true` : sql<SqlBool>`${sql.ref(column)} = any(${groups}::uuid[])`;
}
