import { sql, type Transaction } from 'kysely';
import type { ControlContext } from '../context.ts';
import type { Database } from '../database/tables.ts';
import type { Emit } from '../events/event.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { onlyGroup } from '../only-group.ts';
import { type Scope, scopes } from '../scopes.ts';
import { formatAccessKey, generateAccessKey, hashSecret } from './access-key.ts';

export interface AccessKeyGrant {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly resourceGroups: 'ALL' | readonly string[];
  readonly expiresAt: Date | null;
  readonly createdBy: string | null;
}

/** Inserts a key and gives its full text, which is stored nowhere. */
export async function insertAccessKey(
  trx: Transaction<Database>,
  control: Pick<ControlContext, 'clock' | 'ids'>,
  emit: Emit,
  id: string,
  grant: AccessKeyGrant,
): Promise<string> {
  const key = generateAccessKey(control.ids);
  const all = grant.resourceGroups === 'ALL';
  const groups = grant.resourceGroups === 'ALL' ? [] : [...new Set(grant.resourceGroups)];
  await trx
    .insertInto('access_key')
    .values({
      id,
      key_id: key.keyId,
      secret_hash: hashSecret(key.secret),
      name: grant.name,
      scopes: [...new Set(grant.scopes)],
      all_resource_groups: all,
      resource_group_ids: groups,
      created_at: new Date(control.clock.now()),
      created_by: grant.createdBy,
      expires_at: grant.expiresAt,
    })
    .execute();
  emit({
    type: 'ACCESS_KEY_CREATED',
    resourceGroupId: onlyGroup(groups),
    subjectType: 'ACCESS_KEY',
    subjectId: id,
    data: { name: grant.name, keyId: key.keyId },
  });
  return formatAccessKey(key);
}

/** For the operator's own shell (`holdfast admin create-key`): nobody's rights limit it. */
export async function issueAccessKey(
  control: ControlContext,
  grant: Omit<AccessKeyGrant, 'createdBy'>,
): Promise<{ readonly accessKeyId: string; readonly secret: string }> {
  const accessKeyId = control.ids.uuid();
  const secret = await inTransaction(control, (trx, emit) =>
    insertAccessKey(trx, control, emit, accessKeyId, { ...grant, createdBy: null }),
  );
  return { accessKeyId, secret };
}

/** At the very first start: a key that may do everything, to be printed once. Undefined when there are keys already. */
export async function ensureAdministratorKey(control: ControlContext): Promise<string | undefined> {
  return inTransaction(control, async (trx, emit) => {
    await sql`lock table access_key in share row exclusive mode`.execute(trx);
    const existing = await trx.selectFrom('access_key').select('id').limit(1).executeTakeFirst();
    if (existing) return undefined;
    return insertAccessKey(trx, control, emit, control.ids.uuid(), {
      name: 'administrator',
      scopes,
      resourceGroups: 'ALL',
      expiresAt: null,
      createdBy: null,
    });
  });
}
