import { sql } from 'kysely';
import type { ControlContext } from '../context.ts';
import type { ControlEvent } from '../events/event.ts';
import { readEvents, readHead } from '../events/read-events.ts';

/** Events looked at for one webhook and run. */
const stretchLength = 500;
/** Webhooks looked after in one run: what is due is sent in between. */
const mostWebhooks = 100;

/**
 * Gives webhooks that are on a delivery for each event they want, up to the end of the log. `render` makes the body. Any number of processes may do it at
 * once: each webhook's row is locked. True: there is more to do at once.
 */
export async function scheduleDeliveries(
  control: ControlContext,
  render: (event: ControlEvent) => string,
): Promise<boolean> {
  const head = await readHead(control);
  const behind = await control.db
    .selectFrom('webhook')
    .select('id')
    .where('enabled', '=', true)
    .where((eb) => eb.or([eb('stream', '!=', head.stream), eb('position', '!=', head.position)]))
    .orderBy('position')
    .orderBy('id')
    .limit(mostWebhooks)
    .execute();
  let isMore = false;
  let looked = 0;
  for (const { id } of behind) {
    const done = await scheduleFor(control, id, render);
    if (done === 'LOCKED') continue;
    looked += 1;
    isMore ||= done === 'FULL';
  }
  return isMore || (behind.length === mostWebhooks && looked > 0);
}

async function scheduleFor(
  control: ControlContext,
  webhookId: string,
  render: (event: ControlEvent) => string,
): Promise<'LOCKED' | 'FULL' | 'DONE'> {
  return control.db.transaction().execute(async (trx) => {
    const webhook = await trx
      .selectFrom('webhook')
      .select(['id', 'stream', 'position', 'event_types', 'all_resource_groups', 'resource_group_ids'])
      .where('id', '=', webhookId)
      .where('enabled', '=', true)
      .forUpdate()
      .skipLocked()
      .executeTakeFirst();
    if (!webhook) return 'LOCKED';
    const head = await readHead({ db: trx });
    // After a restored or replaced database nothing tells which events were sent: it goes on with what is new.
    const isPutBack = webhook.stream !== head.stream || webhook.position > head.position;
    const after = isPutBack ? head : webhook;
    const { events, position, full } = await readEvents({ db: trx }, after, stretchLength);
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
    return full ? 'FULL' : 'DONE';
  });
}
