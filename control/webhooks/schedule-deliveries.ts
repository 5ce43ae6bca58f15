import { sql } from 'kysely';
import type { ControlContext } from '../context.ts';
import type { ControlEvent } from '../events/event.ts';
import { readEvents, readHead } from '../events/read-events.ts';

/** Events looked at for one webhook and run. */
const stretchLength = 500;

/**
 * Gives every webhook that is on a delivery for each event it wants, up to the end of the log. `render` makes the body. Any number of processes may do it at
 * once: each webhook's row is locked. Returns how many deliveries were made.
 */
export async function scheduleDeliveries(
  control: ControlContext,
  render: (event: ControlEvent) => string,
): Promise<number> {
  const head = await readHead(control);
  const behind = await control.db
    .selectFrom('webhook')
    .select('id')
    .where('enabled', '=', true)
    .where((eb) => eb.or([eb('stream', '!=', head.stream), eb('position', '!=', head.position)]))
    .orderBy('id')
    .execute();
  let made = 0;
  for (const { id } of behind) made += await scheduleFor(control, id, render);
  return made;
}

async function scheduleFor(
  control: ControlContext,
  webhookId: string,
  render: (event: ControlEvent) => string,
): Promise<number> {
  return control.db.transaction().execute(async (trx) => {
    const webhook = await trx
      .selectFrom('webhook')
      .select(['id', 'stream', 'position', 'event_types', 'all_resource_groups', 'resource_group_ids'])
      .where('id', '=', webhookId)
      .where('enabled', '=', true)
      .forUpdate()
      .skipLocked()
      .executeTakeFirst();
    if (!webhook) return 0;
    const head = await readHead({ db: trx });
    // After a restored or replaced database nothing tells which events were sent: it goes on with what is new.
    const isPutBack = webhook.stream !== head.stream || webhook.position > head.position;
    const after = isPutBack ? head : webhook;
    const { events, position } = await readEvents({ db: trx }, after, stretchLength);
    const wanted = events.filter(
      ({ type, resourceGroupId }) =>
        (webhook.event_types === null || webhook.event_types.includes(type)) &&
        (webhook.all_resource_groups ||
          (resourceGroupId !== null && webhook.resource_group_ids.includes(resourceGroupId))),
    );
    const now = new Date(control.clock.now());
    if (wanted.length > 0) {
      await trx
        .insertInto('webhook_delivery')
        .values(
          wanted.map((event) => ({
            id: control.ids.uuid(),
            webhook_id: webhook.id,
            kind: 'EVENT' as const,
            event_type: event.type,
            event_cursor: event.cursor,
            body: render(event),
            status: 'PENDING' as const,
            next_try_at: now,
            created_at: now,
          })),
        )
        .execute();
    }
    await trx
      .updateTable('webhook')
      .set({ stream: head.stream, position: sql<number>`${position}` })
      .where('id', '=', webhook.id)
      .execute();
    return wanted.length;
  });
}
