import { VersionConflictError } from '../control/errors.ts';
import { deleteWebhook, rotateWebhookSecret, updateWebhook } from '../control/webhooks/change-webhook.ts';
import { createWebhook } from '../control/webhooks/create-webhook.ts';
import { redeliverWebhook, testWebhook } from '../control/webhooks/send-again.ts';
import { builder } from './builder.ts';
import { commonErrors, creationErrors } from './errors.ts';
import { EventType } from './event-type.ts';
import { decodeId, decodeIds, encodeId } from './global-id.ts';
import { idempotencyKeyField, optionalVersionField } from './inputs.ts';
import { Webhook, WebhookDelivery } from './webhook.ts';

const CreateWebhookInput = builder.inputType('CreateWebhookInput', {
  description: 'What `createWebhook` takes.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'What it is for, 1 to 64 characters.' }),
    url: t.string({
      required: true,
      description: 'Where events are sent: an https: URL on the public internet, unless the operator allows others.',
    }),
    eventTypes: t.field({
      type: [EventType],
      description: 'The types of events to send. Left out: all, also those added later.',
    }),
    resourceGroupIds: t.idList({
      description: 'The resource groups whose events are sent. Left out: all, which your access key has to see.',
    }),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

const CreateWebhookPayload = builder
  .objectRef<Awaited<ReturnType<typeof createWebhook>>>('CreateWebhookPayload')
  .implement({
    description: 'What `createWebhook` made.',
    fields: (t) => ({
      webhook: t.field({
        type: Webhook,
        grantScopes: ['made'],
        description: 'The webhook.',
        resolve: ({ webhook }) => webhook,
      }),
      secret: t.exposeString('secret', {
        nullable: true,
        description:
          'What signs everything that is sent, shown this once: `whsec_` and base64. Null when an idempotency key repeated an earlier request.',
      }),
    }),
  });

builder.mutationField('createWebhook', (t) =>
  t.field({
    type: CreateWebhookPayload,
    nullable: true,
    authScopes: { scope: 'webhook:write' },
    errors: {
      types: creationErrors,
      union: { name: 'CreateWebhookResult', description: 'The new webhook, or an error.' },
    },
    description:
      'Sends the events of the resource groups your access key sees to a URL from now on. Needs `event:read` as well. Scope: `webhook:write`.',
    args: { input: t.arg({ type: CreateWebhookInput, required: true, description: 'What to create.' }) },
    resolve: (_root, { input }, { control, viewer }) =>
      createWebhook(control, viewer, {
        ...input,
        resourceGroupIds: decodeIds(input.resourceGroupIds, 'ResourceGroup', ['resourceGroupIds']),
      }),
  }),
);

const UpdateWebhookInput = builder.inputType('UpdateWebhookInput', {
  description: 'What `updateWebhook` takes.',
  fields: (t) => ({
    webhookId: t.id({ required: true, description: 'Which webhook.' }),
    name: t.string({ description: 'Another name.' }),
    url: t.string({ description: 'Another URL. What is pending goes there, too. Needs `event:read`.' }),
    eventTypes: t.field({ type: [EventType], description: 'Other types of events; null: all. Needs `event:read`.' }),
    enabled: t.boolean({ description: 'False: it is sent nothing until it is switched on again.' }),
    expectedVersion: optionalVersionField(t),
  }),
});

const UpdateWebhookPayload = builder
  .objectRef<Awaited<ReturnType<typeof updateWebhook>>>('UpdateWebhookPayload')
  .implement({
    description: 'What `updateWebhook` did.',
    fields: (t) => ({
      webhook: t.field({
        type: Webhook,
        grantScopes: ['made'],
        description: 'The webhook.',
        resolve: ({ webhook }) => webhook,
      }),
    }),
  });

builder.mutationField('updateWebhook', (t) =>
  t.field({
    type: UpdateWebhookPayload,
    nullable: true,
    authScopes: { scope: 'webhook:write' },
    errors: {
      types: [...commonErrors, VersionConflictError],
      union: { name: 'UpdateWebhookResult', description: 'The webhook, or an error.' },
    },
    description:
      'Changes a webhook, or switches it off or on. One that is switched on again is sent what happened meanwhile. Scope: `webhook:write`.',
    args: { input: t.arg({ type: UpdateWebhookInput, required: true, description: 'What to change.' }) },
    resolve: (_root, { input }, { control, viewer }) =>
      updateWebhook(control, viewer, { ...input, webhookId: decodeId(input.webhookId, 'Webhook', ['webhookId']) }),
  }),
);

const RotateWebhookSecretInput = builder.inputType('RotateWebhookSecretInput', {
  description: 'What `rotateWebhookSecret` takes.',
  fields: (t) => ({
    webhookId: t.id({ required: true, description: 'Which webhook.' }),
    expectedVersion: optionalVersionField(t),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

const RotateWebhookSecretPayload = builder
  .objectRef<Awaited<ReturnType<typeof rotateWebhookSecret>>>('RotateWebhookSecretPayload')
  .implement({
    description: 'What `rotateWebhookSecret` made.',
    fields: (t) => ({
      webhook: t.field({
        type: Webhook,
        grantScopes: ['made'],
        description: 'The webhook.',
        resolve: ({ webhook }) => webhook,
      }),
      secret: t.exposeString('secret', {
        nullable: true,
        description:
          'What signs everything that is sent, shown this once: `whsec_` and base64. Null when an idempotency key repeated an earlier request.',
      }),
    }),
  });

builder.mutationField('rotateWebhookSecret', (t) =>
  t.field({
    type: RotateWebhookSecretPayload,
    nullable: true,
    authScopes: { scope: 'webhook:write' },
    errors: {
      types: [...creationErrors, VersionConflictError],
      union: { name: 'RotateWebhookSecretResult', description: 'The new secret, or an error.' },
    },
    description: 'Signs everything that is sent to a webhook with a new secret from now on. Scope: `webhook:write`.',
    args: { input: t.arg({ type: RotateWebhookSecretInput, required: true, description: 'Which webhook.' }) },
    resolve: (_root, { input }, { control, viewer }) =>
      rotateWebhookSecret(control, viewer, {
        ...input,
        webhookId: decodeId(input.webhookId, 'Webhook', ['webhookId']),
      }),
  }),
);

const DeleteWebhookInput = builder.inputType('DeleteWebhookInput', {
  description: 'What `deleteWebhook` takes.',
  fields: (t) => ({
    webhookId: t.id({ required: true, description: 'Which webhook.' }),
    expectedVersion: optionalVersionField(t),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

const DeleteWebhookPayload = builder
  .objectRef<Awaited<ReturnType<typeof deleteWebhook>>>('DeleteWebhookPayload')
  .implement({
    description: 'What `deleteWebhook` did.',
    fields: (t) => ({
      webhookId: t.id({
        description: 'The id of the webhook that is gone.',
        resolve: ({ webhookId }) => encodeId('Webhook', webhookId),
      }),
    }),
  });

builder.mutationField('deleteWebhook', (t) =>
  t.field({
    type: DeleteWebhookPayload,
    nullable: true,
    authScopes: { scope: 'webhook:write' },
    errors: {
      types: [...creationErrors, VersionConflictError],
      union: { name: 'DeleteWebhookResult', description: 'Which webhook is gone, or an error.' },
    },
    description:
      'Ends a webhook and removes its delivery log. What is pending is not sent any more. Scope: `webhook:write`.',
    args: { input: t.arg({ type: DeleteWebhookInput, required: true, description: 'Which webhook.' }) },
    resolve: (_root, { input }, { control, viewer }) =>
      deleteWebhook(control, viewer, { ...input, webhookId: decodeId(input.webhookId, 'Webhook', ['webhookId']) }),
  }),
);

const TestWebhookInput = builder.inputType('TestWebhookInput', {
  description: 'What `testWebhook` takes.',
  fields: (t) => ({
    webhookId: t.id({ required: true, description: 'Which webhook.' }),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

const TestWebhookPayload = builder.objectRef<Awaited<ReturnType<typeof testWebhook>>>('TestWebhookPayload').implement({
  description: 'What `testWebhook` queued.',
  fields: (t) => ({
    delivery: t.field({
      type: WebhookDelivery,
      grantScopes: ['made'],
      description: 'The delivery; ask for it again to see what became of it.',
      resolve: ({ delivery }) => delivery,
    }),
  }),
});

builder.mutationField('testWebhook', (t) =>
  t.field({
    type: TestWebhookPayload,
    nullable: true,
    authScopes: { scope: 'webhook:write' },
    errors: { types: creationErrors, union: { name: 'TestWebhookResult', description: 'The test, or an error.' } },
    description:
      'Sends a test to a webhook at once, also to one that is switched off. It is tried once. Scope: `webhook:write`.',
    args: { input: t.arg({ type: TestWebhookInput, required: true, description: 'Which webhook.' }) },
    resolve: (_root, { input }, { control, viewer }) =>
      testWebhook(control, viewer, { ...input, webhookId: decodeId(input.webhookId, 'Webhook', ['webhookId']) }),
  }),
);

const RedeliverWebhookInput = builder.inputType('RedeliverWebhookInput', {
  description: 'What `redeliverWebhook` takes.',
  fields: (t) => ({
    deliveryId: t.id({ required: true, description: 'What to send again; it has to have ended.' }),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

const RedeliverWebhookPayload = builder
  .objectRef<Awaited<ReturnType<typeof redeliverWebhook>>>('RedeliverWebhookPayload')
  .implement({
    description: 'What `redeliverWebhook` queued.',
    fields: (t) => ({
      delivery: t.field({
        type: WebhookDelivery,
        grantScopes: ['made'],
        description: 'The delivery; ask for it again to see what became of it.',
        resolve: ({ delivery }) => delivery,
      }),
    }),
  });

builder.mutationField('redeliverWebhook', (t) =>
  t.field({
    type: RedeliverWebhookPayload,
    nullable: true,
    authScopes: { scope: 'webhook:write' },
    errors: {
      types: creationErrors,
      union: { name: 'RedeliverWebhookResult', description: 'The delivery, or an error.' },
    },
    description: 'Sends something to a webhook again, with the same id and body. Scope: `webhook:write`.',
    args: { input: t.arg({ type: RedeliverWebhookInput, required: true, description: 'What to send again.' }) },
    resolve: (_root, { input }, { control, viewer }) =>
      redeliverWebhook(control, viewer, {
        ...input,
        deliveryId: decodeId(input.deliveryId, 'WebhookDelivery', ['deliveryId']),
      }),
  }),
);
