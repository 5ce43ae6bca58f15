import { z } from 'zod';
import type { ControlContext } from '../context.ts';
import { ForbiddenError, NotFoundError } from '../errors.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { idempotent } from '../idempotency.ts';
import { idempotencyKeySchema, nameSchema, parseInput } from '../input.ts';
import { resourceGroupsByIds } from '../resource-groups/resource-groups.ts';
import { type AccessKeyRow, accessKeyColumns } from '../rows.ts';
import { scopes } from '../scopes.ts';
import { requireScope, type Viewer } from '../viewer.ts';
import { visibleAccessKeys } from './access-keys.ts';
import { checkExpiry } from './change-access-key.ts';
import { insertAccessKey } from './issue-access-key.ts';

const createInput = z.object({
  name: nameSchema,
  scopes: z.array(z.enum(scopes)).min(1).max(64),
  /** Null or missing: all resource groups. */
  resourceGroupIds: z.array(z.string()).min(1).max(100).nullish(),
  /** ISO 8601, in the future; null: does not expire. */
  expiresAt: z.union([z.iso.datetime({ offset: true }), z.date()]).nullish(),
  idempotencyKey: idempotencyKeySchema,
});
export type CreateAccessKeyInput = z.input<typeof createInput>;

export interface CreatedAccessKey {
  readonly accessKey: AccessKeyRow;
  /** `<id>.<secret>`, shown this once; null in a replay. */
  readonly secret: string | null;
}

/**
 * Makes a key with at most the scopes, resource groups and life of the viewer's own. Throws ForbiddenError for a scope the viewer lacks,
 * NotFoundError for a resource group it does not see, InvalidInputError for an expiry in the past or after its own.
 */
export async function createAccessKey(
  control: ControlContext,
  viewer: Viewer,
  input: CreateAccessKeyInput,
): Promise<CreatedAccessKey> {
  requireScope(viewer, 'accessKey:write');
  const { idempotencyKey, ...wanted } = parseInput(createInput, input);
  for (const scope of wanted.scopes) requireScope(viewer, scope);
  const resourceGroups: 'ALL' | readonly string[] = wanted.resourceGroupIds ?? 'ALL';
  if (resourceGroups === 'ALL' && viewer.resourceGroups !== 'ALL')
    throw new ForbiddenError('accessKey:write for all resource groups');
  const expiresAt = wanted.expiresAt ? new Date(wanted.expiresAt) : null;
  return inTransaction(control, async (trx, emit) => {
    const request = { field: 'createAccessKey', key: idempotencyKey, input: wanted };
    const { id, replayed } = await idempotent(trx, control, viewer, request);
    let secret: string | null = null;
    if (!replayed) {
      checkExpiry(expiresAt, viewer, control.clock.now());
      if (resourceGroups !== 'ALL') {
        const found = await resourceGroupsByIds({ db: trx }, viewer, resourceGroups);
        if (found.includes(undefined)) throw new NotFoundError('resource group');
      }
      const grant = { name: wanted.name, scopes: wanted.scopes, resourceGroups, expiresAt };
      secret = await insertAccessKey(trx, control, emit, id, { ...grant, createdBy: viewer.accessKeyId });
    }
    const accessKey = await trx
      .selectFrom('access_key')
      .select(accessKeyColumns)
      .where('access_key.id', '=', id)
      .where(visibleAccessKeys(viewer))
      .executeTakeFirst();
    if (!accessKey) throw new NotFoundError('access key');
    return { accessKey, secret };
  });
}
