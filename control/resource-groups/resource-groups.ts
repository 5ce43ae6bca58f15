import { type SqlBool, sql } from 'kysely';
import { z } from 'zod';
import { inOrder, isOneOf } from '../by-ids.ts';
import type { ControlContext } from '../context.ts';
import { violatedConstraint } from '../database/constraints.ts';
import { ConflictError, ForbiddenError, NotFoundError } from '../errors.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { idempotent } from '../idempotency.ts';
import { idempotencyKeySchema, nameSchema, parseInput } from '../input.ts';
import { type Page, type PageInput, paginate } from '../paging.ts';
import { defaultResourceGroupName } from '../prepare.ts';
import { type ResourceGroupRow, resourceGroupColumns } from '../rows.ts';
import { requireScope, type Viewer, visible } from '../viewer.ts';

const createInput = z.object({ name: nameSchema, idempotencyKey: idempotencyKeySchema });
export type CreateResourceGroupInput = z.input<typeof createInput>;

/** Only viewers of all resource groups may make another one: nobody else could see it. */
export async function createResourceGroup(
  control: ControlContext,
  viewer: Viewer,
  input: CreateResourceGroupInput,
): Promise<{ readonly resourceGroup: ResourceGroupRow }> {
  requireScope(viewer, 'resourceGroup:write');
  if (viewer.resourceGroups !== 'ALL') throw new ForbiddenError('resourceGroup:write for all resource groups');
  const { idempotencyKey, ...wanted } = parseInput(createInput, input);
  try {
    return await inTransaction(control, async (trx, emit) => {
      const request = { field: 'createResourceGroup', key: idempotencyKey, input: wanted };
      const { id, replayed } = await idempotent(trx, control, viewer, request);
      if (!replayed) {
        const row = { id, name: wanted.name, created_at: new Date(control.clock.now()) };
        await trx.insertInto('resource_group').values(row).execute();
        emit({
          type: 'RESOURCE_GROUP_CREATED',
          resourceGroupId: id,
          subjectType: 'RESOURCE_GROUP',
          subjectId: id,
          data: { name: wanted.name },
        });
      }
      const [resourceGroup] = await resourceGroupsByIds({ ...control, db: trx }, viewer, [id]);
      if (!resourceGroup) throw new NotFoundError('resource group');
      return { resourceGroup };
    });
  } catch (error) {
    if (violatedConstraint(error) !== 'resource_group_name_taken') throw error;
    throw new ConflictError(
      'NAME_TAKEN',
      `There is a resource group named ${wanted.name} already.`,
      'Choose another name, or use the resource group that is there.',
    );
  }
}

/** Needs no scope: whoever sees a thing sees the name of the group it is in. */
export async function resourceGroupsByIds(
  control: Pick<ControlContext, 'db'>,
  viewer: Viewer,
  ids: readonly string[],
): Promise<readonly (ResourceGroupRow | undefined)[]> {
  const rows = await control.db
    .selectFrom('resource_group')
    .select(resourceGroupColumns)
    .where(isOneOf('resource_group.id', ids))
    .where(visible(viewer, 'resource_group.id'))
    .execute();
  return inOrder(ids, rows);
}

export interface ResourceGroupFilter {
  /** Part of the name, upper and lower case alike. */
  readonly nameContains?: string | null;
  /** From this time on. */
  readonly createdAfter?: Date | null;
  /** Before this time. */
  readonly createdBefore?: Date | null;
}
export type ResourceGroupOrder = 'NAME_ASC' | 'CREATED_AT_ASC' | 'CREATED_AT_DESC';

export async function listResourceGroups(
  control: Pick<ControlContext, 'db'>,
  viewer: Viewer,
  page: PageInput<ResourceGroupFilter, ResourceGroupOrder>,
): Promise<Page<ResourceGroupRow>> {
  requireScope(viewer, 'resourceGroup:read');
  const { nameContains, createdAfter, createdBefore } = page.filter ?? {};
  let query = control.db
    .selectFrom('resource_group')
    .select(resourceGroupColumns)
    .where(visible(viewer, 'resource_group.id'));
  if (nameContains)
    query = query.where(sql<SqlBool>`position(lower(${nameContains}) in lower(resource_group.name)) > 0`);
  if (createdAfter) query = query.where('resource_group.created_at', '>=', createdAfter);
  if (createdBefore) query = query.where('resource_group.created_at', '<', createdBefore);
  return paginate(control.db, query, {
    page,
    id: 'resource_group.id',
    defaultOrder: 'NAME_ASC',
    orderings: {
      NAME_ASC: { column: 'resource_group.name', type: 'text', direction: 'asc' },
      CREATED_AT_ASC: { column: 'resource_group.created_at', type: 'timestamptz', direction: 'asc' },
      CREATED_AT_DESC: { column: 'resource_group.created_at', type: 'timestamptz', direction: 'desc' },
    },
  });
}

/**
 * The group a new thing goes to: the one that is named, or the viewer's only one, or the default one. NotFoundError for one the
 * viewer may not see or that does not exist.
 */
export async function chooseResourceGroup(
  control: Pick<ControlContext, 'db'>,
  viewer: Viewer,
  resourceGroupId: string | null | undefined,
): Promise<string> {
  let query = control.db.selectFrom('resource_group').select('id').where(visible(viewer, 'resource_group.id'));
  if (resourceGroupId) query = query.where(isOneOf('resource_group.id', [resourceGroupId]));
  else if (viewer.resourceGroups === 'ALL' || viewer.resourceGroups.length !== 1)
    query = query.where('name', '=', defaultResourceGroupName);
  const found = await query.executeTakeFirst();
  if (!found) throw new NotFoundError('resource group');
  return found.id;
}
