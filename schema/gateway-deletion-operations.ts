import { GatewayHasJobsError, VersionConflictError } from '../control/errors.ts';
import { deleteGateway } from '../control/gateways/delete-gateway.ts';
import { gatewaysByIds } from '../control/gateways/gateways.ts';
import { builder } from './builder.ts';
import { DeletionImpact } from './deletion.ts';
import { creationErrors } from './errors.ts';
import { Gateway } from './gateway.ts';
import { decodeId, encodeId } from './global-id.ts';
import { idempotencyKeyField, optionalVersionField } from './inputs.ts';

const DeleteGatewayInput = builder.inputType('DeleteGatewayInput', {
  description: 'What `deleteGateway` takes.',
  fields: (t) => ({
    gatewayId: t.id({ required: true, description: 'The gateway to delete.' }),
    cancelRunningJobs: t.boolean({
      required: true,
      defaultValue: false,
      description: 'Cancel its jobs first, those that run and those that wait. Needs the scope `job:write`.',
    }),
    deleteBackupData: t.boolean({
      required: true,
      defaultValue: false,
      description:
        'Delete the recovery points it made too, for good. Needs `confirmName` and the scope `recoveryPoint:delete`. Left out, they stay and can be restored through another gateway of the vault.',
    }),
    confirmName: t.string({
      description: 'With `deleteBackupData`: the gateway’s name, typed again exactly as it is.',
    }),
    expectedVersion: optionalVersionField(t),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

const DeleteGatewayPayload = builder
  .objectRef<Awaited<ReturnType<typeof deleteGateway>>>('DeleteGatewayPayload')
  .implement({
    description: 'What `deleteGateway` began.',
    fields: (t) => ({
      gatewayId: t.id({
        description: 'The gateway’s id. Once it is gone this id names nothing any more.',
        resolve: ({ gatewayId }) => encodeId('Gateway', gatewayId),
      }),
      gateway: t.field({
        type: Gateway,
        nullable: true,
        grantScopes: ['made'],
        description: 'The gateway, DELETING while its last jobs end; null when it is gone already.',
        resolve: async ({ gatewayId }, _args, { control, viewer }) => {
          const reader = { ...viewer, scopes: new Set([...viewer.scopes, 'gateway:read' as const]) };
          const [gateway] = await gatewaysByIds(control, reader, [gatewayId]);
          return gateway ?? null;
        },
      }),
      deletesBackupData: t.boolean({
        description: 'Whether the recovery points it made are deleted too.',
        resolve: ({ deleteBackupData }) => deleteBackupData,
      }),
      impact: t.field({
        type: DeletionImpact,
        description: 'What it concerned when it was asked for. Without `deletesBackupData` these recovery points stay.',
        resolve: ({ figures }) => figures,
      }),
    }),
  });

builder.mutationField('deleteGateway', (t) =>
  t.field({
    type: DeleteGatewayPayload,
    nullable: true,
    authScopes: { scope: 'gateway:write' },
    errors: {
      types: [...creationErrors, GatewayHasJobsError, VersionConflictError],
      union: { name: 'DeleteGatewayResult', description: 'What was begun, or an error.' },
    },
    description:
      'Deletes a gateway. Its certificates and logins end and it gets no work any more; it is DELETING until its last job has ended, and then gone (event GATEWAY_DELETED). Its recovery points stay unless you say otherwise. `deletionImpact` tells beforehand what is concerned. Scope: `gateway:write`.',
    args: { input: t.arg({ type: DeleteGatewayInput, required: true, description: 'Which gateway, and how.' }) },
    resolve: (_root, { input }, { control, viewer }) =>
      deleteGateway(control, viewer, { ...input, gatewayId: decodeId(input.gatewayId, 'Gateway', ['gatewayId']) }),
  }),
);
