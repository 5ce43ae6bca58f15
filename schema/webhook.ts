import type { DeliveryTry } from '../control/database/webhook-tables.ts';
import { eventTypes } from '../control/events/event.ts';
import type { WebhookDeliveryRow, WebhookRow } from '../control/webhooks/webhooks.ts';
import { builder } from './builder.ts';
import { connectionType } from './connection.ts';
import { EventType } from './event-type.ts';
import { present } from './loaders.ts';
import { ResourceGroup } from './resource-group.ts';

export const Webhook = builder.objectRef<WebhookRow>('Webhook');

builder.node(Webhook, {
  id: { resolve: (webhook) => webhook.id },
  loadOne: (id, { loaders }) => loaders.webhooks.load(id),
  authScopes: { $any: { scope: 'webhook:read', $granted: 'made' } },
  description:
    'Sends every event to a URL as it happens: an HTTP POST of the event as JSON, signed as the Standard Webhooks specification says. It goes on when the access key that made it is revoked.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What it is for, in its maker’s words.' }),
    url: t.exposeString('url', { description: 'Where events are sent.' }),
    eventTypes: t.field({
      type: [EventType],
      nullable: true,
      description: 'The types of events that are sent; null: all, also those added later.',
      resolve: ({ event_types: types }) => types && eventTypes.filter((type) => types.includes(type)),
    }),
    allResourceGroups: t.exposeBoolean('all_resource_groups', {
      description: 'Whether it is sent the events of every resource group, and those of none in particular.',
    }),
    resourceGroups: t.field({
      type: [ResourceGroup],
      nullable: true,
      description: 'The resource groups whose events are sent; empty when those of all are.',
      resolve: async (webhook, _args, { loaders }) =>
        present(await loaders.resourceGroups.loadMany(webhook.resource_group_ids)),
    }),
    enabled: t.exposeBoolean('enabled', { description: 'Whether it is sent anything at present.' }),
    disabledReason: t.exposeString('disabled_reason', {
      nullable: true,
      description:
        'Why it is off: `SWITCHED_OFF` by somebody, or `RECEIVER_FAILED` when its receiver took nothing of what it was sent for three days. Null while it is on.',
    }),
    lastSuccessAt: t.expose('last_success_at', {
      type: 'DateTime',
      nullable: true,
      description: 'When its receiver last took something; null when never.',
    }),
    createdAt: t.expose('created_at', { type: 'DateTime', description: 'When it was created.' }),
    viewerCanUpdate: t.boolean({
      description: 'Whether your access key may change, test and delete it.',
      resolve: (_webhook, _args, { viewer }) => viewer.scopes.has('webhook:write'),
    }),
    version: t.exposeInt('version', { description: 'Grows with every change.' }),
  }),
});

export const WebhookConnection = connectionType('Webhook', Webhook);

export const DeliveryStatus = builder.enumType('WebhookDeliveryStatus', {
  description: 'Whether a webhook’s receiver has taken something.',
  values: {
    PENDING: { description: 'It is being tried, or will be tried again at `nextTryAt`.' },
    SUCCEEDED: { description: 'The receiver took it: it answered with an HTTP status from 200 to 299.' },
    FAILED: { description: 'It was given up after all its tries. `redeliverWebhook` sends it again.' },
  } as const,
});

const DeliveryKind = builder.enumType('WebhookDeliveryKind', {
  description: 'Why something was sent to a webhook.',
  values: {
    EVENT: { description: 'An event happened.' },
    TEST: { description: 'Somebody tested the webhook.' },
  } as const,
});

const WebhookTry = builder.objectRef<DeliveryTry>('WebhookTry').implement({
  description: 'How one try at sending something went.',
  fields: (t) => ({
    at: t.field({ type: 'DateTime', description: 'When it was sent.', resolve: ({ at }) => new Date(at) }),
    durationMs: t.exposeInt('durationMs', { description: 'How long the receiver took, in milliseconds.' }),
    statusCode: t.exposeInt('statusCode', {
      nullable: true,
      description: 'The HTTP status it answered with; null when there was no answer.',
    }),
    error: t.exposeString('error', { nullable: true, description: 'What went wrong; null when it took it.' }),
  }),
});

export const WebhookDelivery = builder.objectRef<WebhookDeliveryRow>('WebhookDelivery');

builder.node(WebhookDelivery, {
  id: { resolve: (delivery) => delivery.id },
  loadOne: (id, { loaders }) => loaders.webhookDeliveries.load(id),
  authScopes: { $any: { scope: 'webhook:read', $granted: 'made' } },
  description: 'Something that is or was sent to a webhook. The log keeps ended ones for 30 days.',
  fields: (t) => ({
    webhook: t.field({
      type: Webhook,
      nullable: true,
      description: 'The webhook it is for.',
      resolve: (delivery, _args, { loaders }) => loaders.webhooks.load(delivery.webhook_id),
    }),
    kind: t.expose('kind', { type: DeliveryKind, description: 'Why it is sent.' }),
    eventType: t.field({
      type: EventType,
      nullable: true,
      description: 'The type of the event; null for a test.',
      resolve: ({ event_type: sent }) => eventTypes.find((type) => type === sent) ?? null,
    }),
    eventCursor: t.exposeString('event_cursor', {
      nullable: true,
      description: 'The event’s cursor in the log; null for a test. Order events by what you know, not by arrival.',
    }),
    messageId: t.string({
      description: 'What is sent as `webhook-id`: the same with every try, so that a receiver knows what it has.',
      resolve: (delivery) => delivery.id,
    }),
    body: t.exposeString('body', {
      nullable: true,
      authScopes: { scope: 'event:read' },
      description: 'Exactly what is sent. Scope: `event:read`.',
    }),
    status: t.expose('status', { type: DeliveryStatus, description: 'Whether the receiver has taken it.' }),
    tries: t.exposeInt('tries', { description: 'How often it was sent so far.' }),
    nextTryAt: t.expose('next_try_at', {
      type: 'DateTime',
      nullable: true,
      description: 'When it is sent next; null when it has ended.',
    }),
    lastTry: t.expose('last_try', {
      type: WebhookTry,
      nullable: true,
      description: 'How the last try went; null before the first.',
    }),
    createdAt: t.expose('created_at', { type: 'DateTime', description: 'When it was queued.' }),
    endedAt: t.expose('ended_at', {
      type: 'DateTime',
      nullable: true,
      description: 'When it succeeded or was given up; null while it is pending.',
    }),
  }),
});

export const WebhookDeliveryConnection = connectionType('WebhookDelivery', WebhookDelivery);
