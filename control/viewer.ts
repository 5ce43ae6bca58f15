import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { ForbiddenError } from './errors.ts';
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
  /** Milliseconds since the epoch: when the access key expires, or the secret that was shown ends if that is sooner; null: neither. */
  readonly expiresAt: number | null;
  /** Whether the secret that was shown has been replaced and works for the rest of its grace only. */
  readonly secretIsReplaced: boolean;
}

/** Throws ForbiddenError when the viewer lacks `scope`. */
export function requireScope(viewer: Viewer, scope: Scope): void {
  if (!viewer.scopes.has(scope)) throw new ForbiddenError(scope);
}

/** The rule of {@link visible} for a row that is at hand already. */
export function seesGroup({ resourceGroups }: Pick<Viewer, 'resourceGroups'>, resourceGroupId: string | null): boolean {
  return resourceGroups === 'ALL' || (resourceGroupId !== null && resourceGroups.includes(resourceGroupId));
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
