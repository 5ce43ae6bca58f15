import { sql } from 'kysely';
import type { ControlContext } from '../context.ts';
import type { DeliveryTry } from '../database/webhook-tables.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { openWebhookSecret } from './secret.ts';
import { groupOfWebhook } from './webhook-input.ts';

/** A delivery that this process is to send now. */
export interface DueDelivery {
  readonly id: string;
  readonly webhookId: string;
  readonly url: string;
  readonly secret: string;
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
/** A receiver that took nothing for this long is left alone. */
const patienceMs = 3 * 24 * 60 * 60_000;

/** Takes up to `limit` deliveries that are due. Of several processes each gets its own. */
export async function takeDueDeliveries(control: ControlContext, limit: number): Promise<readonly DueDelivery[]> {
  const now = new Date(control.clock.now());
  const due = control.db
    .selectFrom('webhook_delivery')
    .innerJoin('webhook', 'webhook.id', 'webhook_delivery.webhook_id')
    .select('webhook_delivery.id')
    .where('webhook_delivery.status', '=', 'PENDING')
    .where('webhook_delivery.next_try_at', '<=', now)
    .where((eb) => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<=', now)]))
    .where((eb) => eb.or([eb('webhook.enabled', '=', true), eb('webhook_delivery.kind', '=', 'TEST')]))
    .orderBy('webhook_delivery.next_try_at')
    .orderBy('webhook_delivery.id')
    .limit(limit)
    .forUpdate('webhook_delivery')
    .skipLocked();
  const taken = await control.db
    .updateTable('webhook_delivery')
    .from('webhook')
    .set({ lease_until: new Date(now.getTime() + leaseMs), tries: sql`tries + 1` })
    .whereRef('webhook.id', '=', 'webhook_delivery.webhook_id')
    .where('webhook_delivery.id', 'in', due)
    .returning([
      'webhook_delivery.id',
      'webhook_delivery.webhook_id as webhookId',
      'webhook_delivery.body',
      'webhook_delivery.tries',
      'webhook.url',
      'webhook.secret_sealed',
    ])
    .execute();
  return taken.map(({ secret_sealed, ...delivery }) => ({
    ...delivery,
    secret: openWebhookSecret(control, delivery.webhookId, secret_sealed),
  }));
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
    if (succeeded)
      await trx.updateTable('webhook').set({ last_success_at: now }).where('id', '=', webhook.id).execute();
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
    const goodSince = webhook.last_success_at ?? webhook.created_at;
    const isHopeless = isOver && !succeeded && now.getTime() - goodSince.getTime() > patienceMs;
    if (delivery.kind === 'TEST' || !isHopeless || !webhook.enabled) return;
    await trx
      .updateTable('webhook')
      .set({ enabled: false, disabled_reason: 'RECEIVER_FAILED', version: sql`version + 1` })
      .where('id', '=', webhook.id)
      .execute();
    emit({
      type: 'WEBHOOK_DISABLED',
      resourceGroupId: groupOfWebhook(webhook),
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
