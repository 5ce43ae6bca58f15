import type { Transaction } from 'kysely';
import { z } from 'zod';
import type { ControlContext } from '../context.ts';
import type { Database } from '../database/tables.ts';
import { ForbiddenError, InvalidInputError, NotFoundError } from '../errors.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { nameSchema, parseInput } from '../input.ts';
import { resourceGroupsByIds } from '../resource-groups/resource-groups.ts';
import type { AccessKeyRow } from '../rows.ts';
import { scopes } from '../scopes.ts';
import { requireScope, type Viewer } from '../viewer.ts';
import {
  accessKeyEvent,
  checkExpiry,
  livesLonger,
  lockAccessKey,
  requireReach,
  saveAccessKey,
} from './change-access-key.ts';

/** Null and missing leave a field as it is, but for the expiry: there null means that the key does not expire. */
const updateInput = z.object({
  accessKeyId: z.string(),
  name: nameSchema.nullish(),
  scopes: z.array(z.enum(scopes)).min(1).max(64).nullish(),
  resourceGroupIds: z.array(z.string()).min(1).max(100).nullish(),
  /** True: every resource group, also those created later. */
  allResourceGroups: z.literal(true).nullish(),
  expiresAt: z.union([z.iso.datetime({ offset: true }), z.date()]).nullish(),
  expectedVersion: z.int().positive().nullish(),
});
export type UpdateAccessKeyInput = z.input<typeof updateInput>;
type Wanted = z.output<typeof updateInput>;

/**
 * Changes what a key is called, may do and sees, and how long. Nothing may be added that the viewer does not have itself; taking away is
 * always possible. What is open by that key sees the change with its next event.
 */
export async function updateAccessKey(
  control: ControlContext,
  viewer: Viewer,
  input: UpdateAccessKeyInput,
): Promise<{ readonly accessKey: AccessKeyRow }> {
  requireScope(viewer, 'accessKey:write');
  const wanted = parseInput(updateInput, input);
  return inTransaction(control, async (trx, emit) => {
    const key = await lockAccessKey(trx, viewer, wanted.accessKeyId, wanted.expectedVersion);
    const changes = {
      name: wanted.name ?? key.name,
      scopes: newScopes(key, wanted, viewer),
      ...(await newGroups(trx, key, wanted, viewer)),
      expires_at: newExpiry(key, wanted, viewer, control.clock.now()),
    };
    // Who makes rights reach further, or last longer, has to have all of them itself.
    if (seesMore(changes, key) || livesLonger(changes.expires_at, key.expires_at)) requireReach(viewer, changes);
    const accessKey = await saveAccessKey(trx, key.id, { ...changes, version: key.version + 1 });
    emit(accessKeyEvent('ACCESS_KEY_UPDATED', accessKey));
    return { accessKey };
  });
}

type Groups = Pick<AccessKeyRow, 'all_resource_groups' | 'resource_group_ids'>;

function seesMore(after: Groups, before: Groups): boolean {
  if (before.all_resource_groups) return false;
  return after.all_resource_groups || after.resource_group_ids.some((id) => !before.resource_group_ids.includes(id));
}

function newScopes(key: AccessKeyRow, wanted: Wanted, viewer: Viewer): string[] {
  if (!wanted.scopes) return key.scopes;
  for (const scope of wanted.scopes) if (!key.scopes.includes(scope)) requireScope(viewer, scope);
  return [...new Set(wanted.scopes)];
}

async function newGroups(
  trx: Transaction<Database>,
  key: AccessKeyRow,
  { resourceGroupIds, allResourceGroups }: Wanted,
  viewer: Viewer,
): Promise<Groups> {
  if (allResourceGroups && resourceGroupIds) {
    const message = 'cannot be given together with allResourceGroups';
    throw new InvalidInputError([{ path: ['resourceGroupIds'], code: 'CONFLICTING', message }]);
  }
  if (allResourceGroups) {
    if (!key.all_resource_groups && viewer.resourceGroups !== 'ALL')
      throw new ForbiddenError('accessKey:write for all resource groups');
    return { all_resource_groups: true, resource_group_ids: [] };
  }
  if (!resourceGroupIds)
    return { all_resource_groups: key.all_resource_groups, resource_group_ids: key.resource_group_ids };
  const found = await resourceGroupsByIds({ db: trx }, viewer, resourceGroupIds);
  if (found.includes(undefined)) throw new NotFoundError('resource group');
  return { all_resource_groups: false, resource_group_ids: [...new Set(resourceGroupIds)] };
}

function newExpiry(key: AccessKeyRow, { expiresAt }: Wanted, viewer: Viewer, now: number): Date | null {
  if (expiresAt === undefined) return key.expires_at;
  const wanted = expiresAt === null ? null : new Date(expiresAt);
  checkExpiry(wanted, livesLonger(wanted, key.expires_at) ? viewer : { expiresAt: null }, now);
  return wanted;
}
