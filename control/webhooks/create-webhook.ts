import { z } from 'zod';
import type { ControlContext } from '../context.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { readHead } from '../events/read-events.ts';
import { idempotent } from '../idempotency.ts';
import { idempotencyKeySchema, nameSchema, parseInput } from '../input.ts';
import { onlyGroup } from '../only-group.ts';
import { requireScope, type Viewer } from '../viewer.ts';
import { newWebhookSecret, sealWebhookSecret } from './secret.ts';
import { reachableGroups, webhookEventTypes, webhookUrl } from './webhook-input.ts';
import { requireWebhook, type WebhookRow } from './webhooks.ts';

const createInput = z.object({
  name: nameSchema,
  url: webhookUrl,
  /** Missing: all types, also those added later. */
  eventTypes: webhookEventTypes,
  /** Missing: all resource groups. */
  resourceGroupIds: z.array(z.string()).min(1).max(100).nullish(),
  idempotencyKey: idempotencyKeySchema,
});
export type CreateWebhookInput = z.input<typeof createInput>;

/** Sends events to a URL from now on. The secret that signs them is shown this once; null in a replay. */
export async function createWebhook(
  control: ControlContext,
  viewer: Viewer,
  input: CreateWebhookInput,
): Promise<{ readonly webhook: WebhookRow; readonly secret: string | null }> {
  requireScope(viewer, 'webhook:write');
  requireScope(viewer, 'event:read');
  const { idempotencyKey, ...wanted } = parseInput(createInput, input);
  return inTransaction(control, async (trx, emit) => {
    const request = { field: 'createWebhook', key: idempotencyKey, input: wanted };
    const { id, replayed } = await idempotent(trx, control, viewer, request);
    if (replayed) return { webhook: await requireWebhook(trx, viewer, id), secret: null };
    const groups = await reachableGroups(trx, viewer, wanted.resourceGroupIds);
    const head = await readHead({ db: trx });
    const secret = newWebhookSecret(control);
    const values = {
      id,
      name: wanted.name,
      url: wanted.url,
      secret_sealed: sealWebhookSecret(control, id, secret),
      event_types: wanted.eventTypes ?? null,
      all_resource_groups: groups === 'ALL',
      resource_group_ids: groups === 'ALL' ? [] : [...groups],
      enabled: true,
      stream: head.stream,
      position: head.position,
      created_at: new Date(control.clock.now()),
      created_by: viewer.accessKeyId,
    };
    await trx.insertInto('webhook').values(values).execute();
    emit({
      type: 'WEBHOOK_CREATED',
      resourceGroupId: onlyGroup(values.resource_group_ids),
      subjectType: 'WEBHOOK',
      subjectId: id,
      data: { name: wanted.name, host: new URL(wanted.url).host },
    });
    return { webhook: await requireWebhook(trx, viewer, id), secret };
  });
}
