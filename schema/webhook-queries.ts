import { listDeliveries, listWebhooks } from '../control/webhooks/webhooks.ts';
import { builder } from './builder.ts';
import { connectionComplexity, pageArgs } from './connection.ts';
import { found } from './found.ts';
import { decodeId, decodeOptionalId } from './global-id.ts';
import { DeliveryStatus, Webhook, WebhookConnection, WebhookDeliveryConnection } from './webhook.ts';

const WebhookFilter = builder.inputType('WebhookFilter', {
  description: 'Which webhooks to list.',
  fields: (t) => ({ enabled: t.boolean({ description: 'True: only those that are on. False: only the others.' }) }),
});

const WebhookOrder = builder.enumType('WebhookOrder', {
  description: 'In which order webhooks are listed.',
  values: {
    CREATED_AT_DESC: { description: 'The newest first.' },
    CREATED_AT_ASC: { description: 'The oldest first.' },
    NAME_ASC: { description: 'By name.' },
  } as const,
});

builder.queryField('webhook', (t) =>
  t.field({
    type: Webhook,
    nullable: true,
    authScopes: { scope: 'webhook:read' },
    description: 'One webhook. An unknown id gives the error NOT_FOUND. Scope: `webhook:read`.',
    args: { id: t.arg.id({ required: true, description: 'The id of a webhook.' }) },
    resolve: (_root, { id }, { loaders }) => found('webhook', loaders.webhooks.load(decodeId(id, 'Webhook', ['id']))),
  }),
);

builder.queryField('webhooks', (t) =>
  t.field({
    type: WebhookConnection,
    nullable: true,
    authScopes: { scope: 'webhook:read' },
    complexity: connectionComplexity,
    description: 'The webhooks that are sent nothing your access key could not see. Scope: `webhook:read`.',
    args: {
      ...pageArgs(t),
      filter: t.arg({ type: WebhookFilter, description: 'Which ones; all of them when left out.' }),
      orderBy: t.arg({ type: WebhookOrder, defaultValue: 'CREATED_AT_DESC', description: 'In which order.' }),
    },
    resolve: (_root, args, { control, viewer }) => listWebhooks(control, viewer, args),
  }),
);

const WebhookDeliveryFilter = builder.inputType('WebhookDeliveryFilter', {
  description: 'Which deliveries to list. Everything given has to match.',
  fields: (t) => ({
    webhookId: t.id({ description: 'To this webhook.' }),
    statuses: t.field({ type: [DeliveryStatus], description: 'With one of these statuses.' }),
    createdAfter: t.field({ type: 'DateTime', description: 'Queued at this time or later.' }),
    createdBefore: t.field({ type: 'DateTime', description: 'Queued before this time.' }),
  }),
});

const WebhookDeliveryOrder = builder.enumType('WebhookDeliveryOrder', {
  description: 'In which order deliveries are listed.',
  values: {
    CREATED_AT_DESC: { description: 'The newest first.' },
    CREATED_AT_ASC: { description: 'The oldest first.' },
  } as const,
});

builder.queryField('webhookDeliveries', (t) =>
  t.field({
    type: WebhookDeliveryConnection,
    nullable: true,
    authScopes: { scope: 'webhook:read' },
    complexity: connectionComplexity,
    description: 'What was sent to webhooks, and what became of it. Scope: `webhook:read`.',
    args: {
      ...pageArgs(t),
      filter: t.arg({ type: WebhookDeliveryFilter, description: 'Which ones; all of them when left out.' }),
      orderBy: t.arg({ type: WebhookDeliveryOrder, defaultValue: 'CREATED_AT_DESC', description: 'In which order.' }),
    },
    resolve: (_root, { filter, ...page }, { control, viewer }) =>
      listDeliveries(control, viewer, {
        ...page,
        filter: { ...filter, webhookId: decodeOptionalId(filter?.webhookId, 'Webhook', ['filter', 'webhookId']) },
      }),
  }),
);
