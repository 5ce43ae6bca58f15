import { z } from 'zod';
import { isOneOf } from '../by-ids.ts';
import type { ControlContext } from '../context.ts';
import { ConflictError, NotFoundError } from '../errors.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { idempotent } from '../idempotency.ts';
import { idempotencyKeySchema, parseInput } from '../input.ts';
import { requireScope, type Viewer } from '../viewer.ts';
import { deliveryColumns, requireWebhook, visibleWebhooks, type WebhookDeliveryRow } from './webhooks.ts';

const testInput = z.object({ webhookId: z.string(), idempotencyKey: idempotencyKeySchema });
export type TestWebhookInput = z.input<typeof testInput>;

/** Queues a delivery that is about nothing, also to a webhook that is switched off: it is tried once. */
export async function testWebhook(
  control: ControlContext,
  viewer: Viewer,
  input: TestWebhookInput,
): Promise<{ readonly delivery: WebhookDeliveryRow }> {
  requireScope(viewer, 'webhook:write');
  const { webhookId, idempotencyKey } = parseInput(testInput, input);
  return inTransaction(control, async (trx) => {
    const request = { field: 'testWebhook', key: idempotencyKey, input: { webhookId } };
    const webhook = await requireWebhook(trx, viewer, webhookId);
    const { id, replayed } = await idempotent(trx, control, viewer, request);
    const now = new Date(control.clock.now());
    if (!replayed) {
      const body = JSON.stringify({ type: 'WEBHOOK_TEST', occurredAt: now.toISOString(), webhook: webhook.name });
      await trx
        .insertInto('webhook_delivery')
        .values({
          id,
          webhook_id: webhook.id,
          kind: 'TEST',
          event_type: null,
          event_cursor: null,
          body,
          status: 'PENDING',
          next_try_at: now,
          created_at: now,
        })
        .execute();
    }
    return { delivery: await requireDelivery(trx, viewer, id) };
  });
}

const redeliverInput = z.object({ deliveryId: z.string(), idempotencyKey: idempotencyKeySchema });
export type RedeliverWebhookInput = z.input<typeof redeliverInput>;

/** Sends a delivery that has ended once more, with the same id and body, and with all its tries before it. */
export async function redeliverWebhook(
  control: ControlContext,
  viewer: Viewer,
  input: RedeliverWebhookInput,
): Promise<{ readonly delivery: WebhookDeliveryRow }> {
  requireScope(viewer, 'webhook:write');
  const { deliveryId, idempotencyKey } = parseInput(redeliverInput, input);
  return inTransaction(control, async (trx) => {
    const request = { field: 'redeliverWebhook', key: idempotencyKey, input: { deliveryId } };
    const { replayed } = await idempotent(trx, control, viewer, request);
    const present = await requireDelivery(trx, viewer, deliveryId);
    if (replayed) return { delivery: present };
    const changed = await trx
      .updateTable('webhook_delivery')
      .set({ status: 'PENDING', tries: 0, next_try_at: new Date(control.clock.now()), ended_at: null })
      .where('id', '=', present.id)
      .where('status', '!=', 'PENDING')
      .returning('id')
      .executeTakeFirst();
    if (!changed) throw stillPending();
    return { delivery: await requireDelivery(trx, viewer, present.id) };
  });
}

async function requireDelivery(db: ControlContext['db'], viewer: Viewer, id: string): Promise<WebhookDeliveryRow> {
  const delivery = await db
    .selectFrom('webhook_delivery')
    .innerJoin('webhook', 'webhook.id', 'webhook_delivery.webhook_id')
    .select(deliveryColumns)
    .where(isOneOf('webhook_delivery.id', [id]))
    .where(visibleWebhooks(viewer))
    .executeTakeFirst();
  if (!delivery) throw new NotFoundError('delivery');
  return delivery;
}

function stillPending(): ConflictError {
  return new ConflictError(
    'DELIVERY_PENDING',
    'This delivery is still being tried.',
    'Wait until it has succeeded or failed; nextTryAt says when it is sent next.',
    true,
  );
}
