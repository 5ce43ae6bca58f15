import { sql } from 'kysely';
import { z } from 'zod';
import type { ControlContext } from '../context.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { idempotent } from '../idempotency.ts';
import { idempotencyKeySchema, nameSchema, parseInput } from '../input.ts';
import { onlyGroup } from '../only-group.ts';
import { requireVersion } from '../require-version.ts';
import { requireScope, type Viewer } from '../viewer.ts';
import { newWebhookSecret, sealWebhookSecret } from './secret.ts';
import { webhookEventTypes, webhookUrl } from './webhook-input.ts';
import { requireWebhook, type WebhookRow } from './webhooks.ts';

const expectedVersion = z.number().int().positive().nullish();

const updateInput = z.object({
  webhookId: z.string(),
  name: nameSchema.nullish(),
  url: webhookUrl.nullish(),
  /** Null: all types; missing: as they are. */
  eventTypes: webhookEventTypes,
  enabled: z.boolean().nullish(),
  expectedVersion,
});
export type UpdateWebhookInput = z.input<typeof updateInput>;

/** Changes what is given. One that is switched on again is sent what happened since it was switched off, as far as the log has it. */
export async function updateWebhook(
  control: ControlContext,
  viewer: Viewer,
  input: UpdateWebhookInput,
): Promise<{ readonly webhook: WebhookRow }> {
  requireScope(viewer, 'webhook:write');
  const { webhookId, expectedVersion: expected, name, url, eventTypes, enabled } = parseInput(updateInput, input);
  // Who decides where events go, or which, could read them there.
  if (url || eventTypes !== undefined) requireScope(viewer, 'event:read');
  return inTransaction(control, async (trx, emit) => {
    const present = await requireWebhook(trx, viewer, webhookId, true);
    requireVersion(present, expected);
    const webhook = {
      name: name ?? present.name,
      url: url ?? present.url,
      event_types: eventTypes === undefined ? present.event_types : eventTypes,
      enabled: enabled ?? present.enabled,
    };
    await trx
      .updateTable('webhook')
      .set({
        ...webhook,
        disabled_reason: webhook.enabled ? null : (present.disabled_reason ?? 'SWITCHED_OFF'),
        // Its receiver has all the time again.
        ...(webhook.enabled && !present.enabled && { failing_since: null }),
        version: present.version + 1,
      })
      .where('id', '=', present.id)
      .execute();
    emit({
      type: 'WEBHOOK_UPDATED',
      resourceGroupId: onlyGroup(present.resource_group_ids),
      subjectType: 'WEBHOOK',
      subjectId: present.id,
      data: { name: webhook.name, enabled: webhook.enabled },
    });
    return { webhook: await requireWebhook(trx, viewer, present.id) };
  });
}

const rotateInput = z.object({ webhookId: z.string(), expectedVersion, idempotencyKey: idempotencyKeySchema });
export type RotateWebhookSecretInput = z.input<typeof rotateInput>;

/** Signs with another secret from now on, also what is sent again. Null in a replay. */
export async function rotateWebhookSecret(
  control: ControlContext,
  viewer: Viewer,
  input: RotateWebhookSecretInput,
): Promise<{ readonly webhook: WebhookRow; readonly secret: string | null }> {
  requireScope(viewer, 'webhook:write');
  const { idempotencyKey, ...wanted } = parseInput(rotateInput, input);
  return inTransaction(control, async (trx, emit) => {
    const present = await requireWebhook(trx, viewer, wanted.webhookId, true);
    const request = { field: 'rotateWebhookSecret', key: idempotencyKey, input: wanted };
    const { replayed } = await idempotent(trx, control, viewer, request, present.id);
    if (replayed) return { webhook: present, secret: null };
    requireVersion(present, wanted.expectedVersion);
    const secret = newWebhookSecret(control);
    await trx
      .updateTable('webhook')
      .set({ secret_sealed: sealWebhookSecret(control, present.id, secret), version: sql`version + 1` })
      .where('id', '=', present.id)
      .execute();
    emit({
      type: 'WEBHOOK_UPDATED',
      resourceGroupId: onlyGroup(present.resource_group_ids),
      subjectType: 'WEBHOOK',
      subjectId: present.id,
      data: { name: present.name, secret: 'rotated' },
    });
    return { webhook: await requireWebhook(trx, viewer, present.id), secret };
  });
}

const deleteInput = z.object({ webhookId: z.string(), expectedVersion, idempotencyKey: idempotencyKeySchema });
export type DeleteWebhookInput = z.input<typeof deleteInput>;

/** Ends a webhook, with its delivery log. Answers with what it was. */
export async function deleteWebhook(
  control: ControlContext,
  viewer: Viewer,
  input: DeleteWebhookInput,
): Promise<{ readonly webhookId: string }> {
  requireScope(viewer, 'webhook:write');
  const { idempotencyKey, ...wanted } = parseInput(deleteInput, input);
  return inTransaction(control, async (trx, emit) => {
    const request = { field: 'deleteWebhook', key: idempotencyKey, input: wanted };
    const { replayed } = await idempotent(trx, control, viewer, request);
    if (replayed) return { webhookId: wanted.webhookId };
    const present = await requireWebhook(trx, viewer, wanted.webhookId, true);
    requireVersion(present, wanted.expectedVersion);
    await trx.deleteFrom('webhook').where('id', '=', present.id).execute();
    emit({
      type: 'WEBHOOK_DELETED',
      resourceGroupId: onlyGroup(present.resource_group_ids),
      subjectType: 'WEBHOOK',
      subjectId: present.id,
      data: { name: present.name },
    });
    return { webhookId: present.id };
  });
}
