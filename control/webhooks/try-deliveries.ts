import { sql } from 'kysely';
import type { ControlContext } from '../context.ts';
import type { DeliveryTry } from '../database/webhook-tables.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { onlyGroup } from '../only-group.ts';

/** A delivery that this process is to send now. */
export interface DueDelivery {
  readonly id: string;
  readonly webhookId: string;
  readonly url: string;
  readonly secretSealed: Buffer;
  readonly body: string;
  /** Which try this is; counts from 1. */
  readonly tries: number;
}

/** Longer than any try takes: a process that died in the middle leaves it to others after this. */
const leaseMs = 60_000;
/** Tries of one event: the last one 21 hours after the first. */
export const mostTries = 16;
const firstDelayMs = 10_000;
const longestDelayMs = 4 * 60 * 60_000;
/** A receiver that took nothing of what it was sent for this long is left alone. */
const patienceMs = 3 * 24 * 60 * 60_000;

/** Of one webhook at the same time, whichever processes send them: a receiver that does not answer holds up no others. */
export const atOncePerWebhook = 4;

/**
 * Takes up to `limit` deliveries that are due, those of each webhook in the order they became so; tests do not wait for events. Of several processes
 * each gets its own.
 */
export async function takeDueDeliveries(control: ControlContext, limit: number): Promise<readonly DueDelivery[]> {
  const now = new Date(control.clock.now());
  const leaseUntil = new Date(now.getTime() + leaseMs);
  const { rows } = await sql<DueDelivery>`
    with due as materialized (
      select next.id from webhook
      cross join (values ('TEST'), ('EVENT')) as kinds (kind)
      cross join lateral (
        select delivery.id, delivery.next_try_at from webhook_delivery as delivery
        where delivery.webhook_id = webhook.id and delivery.kind = kinds.kind and delivery.status = 'PENDING'
          and delivery.next_try_at <= ${now} and (delivery.lease_until is null or delivery.lease_until <= ${now})
        order by delivery.next_try_at, delivery.id
        limit greatest(0, ${sql.lit(atOncePerWebhook)} - (
          select count(*) from webhook_delivery as under_way
          where under_way.webhook_id = webhook.id and under_way.kind = kinds.kind and under_way.lease_until > ${now}))
        for update skip locked
      ) as next
      where webhook.enabled or kinds.kind = 'TEST'
      order by next.next_try_at, next.id
      limit ${limit}
    )
    update webhook_delivery set lease_until = ${leaseUntil}, tries = webhook_delivery.tries + 1
    from due, webhook
    where webhook_delivery.id = due.id and webhook.id = webhook_delivery.webhook_id
    returning webhook_delivery.id, webhook_delivery.webhook_id as "webhookId", webhook_delivery.body, webhook_delivery.tries,
      webhook.url, webhook.secret_sealed as "secretSealed"`.execute(control.db);
  return rows;
}

/** Records how a try went: the end, or when it is tried again. A receiver that took nothing for days is switched off, with an event. */
export async function finishTry(control: ControlContext, due: DueDelivery, outcome: DeliveryTry): Promise<void> {
  await inTransaction(control, async (trx, emit) => {
    const now = new Date(control.clock.now());
    const webhook = await trx
      .selectFrom('webhook')
      .selectAll()
      .where('id', '=', due.webhookId)
      .forUpdate()
      .executeTakeFirst();
    if (!webhook) return;
    const succeeded = outcome.error === null;
    const delivery = await trx
      .updateTable('webhook_delivery')
      .set({ lease_until: null, last_try: JSON.stringify(outcome) })
      .where('id', '=', due.id)
      .where('status', '=', 'PENDING')
      .returning(['kind', 'tries', 'created_at'])
      .executeTakeFirst();
    if (!delivery) return;
    const failingSince = succeeded ? null : (webhook.failing_since ?? (delivery.kind === 'EVENT' ? now : null));
    await trx
      .updateTable('webhook')
      .set({ failing_since: failingSince, ...(succeeded && { last_success_at: now }) })
      .where('id', '=', webhook.id)
      .execute();
    const isOver = succeeded || delivery.kind === 'TEST' || delivery.tries >= mostTries;
    await trx
      .updateTable('webhook_delivery')
      .set(
        isOver
          ? { status: succeeded ? 'SUCCEEDED' : 'FAILED', next_try_at: null, ended_at: now }
          : { next_try_at: new Date(now.getTime() + delayAfter(delivery.tries)) },
      )
      .where('id', '=', due.id)
      .execute();
    const isHopeless = isOver && failingSince !== null && now.getTime() - failingSince.getTime() > patienceMs;
    if (delivery.kind === 'TEST' || !isHopeless || !webhook.enabled) return;
    await trx
      .updateTable('webhook')
      .set({ enabled: false, disabled_reason: 'RECEIVER_FAILED', version: sql`version + 1` })
      .where('id', '=', webhook.id)
      .execute();
    emit({
      type: 'WEBHOOK_DISABLED',
      resourceGroupId: onlyGroup(webhook.resource_group_ids),
      subjectType: 'WEBHOOK',
      subjectId: webhook.id,
      data: { name: webhook.name, error: outcome.error },
    });
  });
}

/** 10 s, 20 s, 40 s, … up to four hours. */
export function delayAfter(tries: number): number {
  return Math.min(firstDelayMs * 2 ** (tries - 1), longestDelayMs);
}

/** Deliveries that ended are kept this long. */
const keptMs = 30 * 24 * 60 * 60_000;

/** Removes old entries of the delivery log. */
export async function forgetDeliveries(control: ControlContext): Promise<void> {
  await control.db
    .deleteFrom('webhook_delivery')
    .where('status', '!=', 'PENDING')
    .where('ended_at', '<', new Date(control.clock.now() - keptMs))
    .execute();
}
