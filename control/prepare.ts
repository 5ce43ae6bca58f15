import { sql } from 'kysely';
import type { ControlContext } from './context.ts';
import { inTransaction } from './events/in-transaction.ts';
import { signingKey } from './signing-key.ts';

/** Name of the resource group that every installation starts with. */
export const defaultResourceGroupName = 'default';

/**
 * What has to exist before the first request: the event stream, the default resource group and the signing key. Called by every process at
 * its start, after `migrate`; several may do it at once.
 */
export async function prepareControl(control: ControlContext): Promise<void> {
  await control.db.transaction().execute(async (trx) => {
    await sql`lock table event_head in share row exclusive mode`.execute(trx);
    await sql`insert into event_head (stream, position, min_position)
      select ${control.ids.uuid()}::uuid, 0, 1 where not exists (select from event_head)`.execute(trx);
  });
  await inTransaction(control, async (trx, emit) => {
    const made = await trx
      .insertInto('resource_group')
      .values({ id: control.ids.uuid(), name: defaultResourceGroupName, created_at: new Date(control.clock.now()) })
      .onConflict((conflict) => conflict.doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!made) return;
    emit({
      type: 'RESOURCE_GROUP_CREATED',
      resourceGroupId: made.id,
      subjectType: 'RESOURCE_GROUP',
      subjectId: made.id,
      data: { name: defaultResourceGroupName },
    });
  });
  await signingKey(control);
}
