import { deleteRecoveryPoints } from '../control/recovery-points/delete-recovery-points.ts';
import { recoveryPointsByIds } from '../control/recovery-points/recovery-points.ts';
import { builder } from './builder.ts';
import { creationErrors } from './errors.ts';
import { decodeId, encodeId } from './global-id.ts';
import { idempotencyKeyField } from './inputs.ts';
import { RecoveryPoint } from './recovery-point.ts';

const DeleteRecoveryPointsInput = builder.inputType('DeleteRecoveryPointsInput', {
  description: 'What `deleteRecoveryPoints` takes.',
  fields: (t) => ({
    recoveryPointIds: t.idList({
      required: true,
      description: '1 to 100 recovery points. All of them are deleted, or none.',
    }),
    deleteLast: t.boolean({
      required: true,
      defaultValue: false,
      description:
        'Delete them even where a virtual machine would have no recovery point left that can be restored. Left out, that is the error LAST_RECOVERY_POINT.',
    }),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

const DeleteRecoveryPointsPayload = builder
  .objectRef<Awaited<ReturnType<typeof deleteRecoveryPoints>>>('DeleteRecoveryPointsPayload')
  .implement({
    description: 'What `deleteRecoveryPoints` began.',
    fields: (t) => ({
      recoveryPointIds: t.idList({
        description: 'The ids of the recovery points. Once one is gone its id names nothing any more.',
        resolve: ({ recoveryPointIds }) => recoveryPointIds.map((id) => encodeId('RecoveryPoint', id)),
      }),
      recoveryPoints: t.field({
        type: [RecoveryPoint],
        grantScopes: ['made'],
        complexity: { field: 1, multiplier: 10 },
        description: 'The recovery points, DELETING; those that are gone already are left out.',
        resolve: async ({ recoveryPointIds }, _args, { control, viewer }) => {
          const reader = { ...viewer, scopes: new Set([...viewer.scopes, 'recoveryPoint:read' as const]) };
          const points = await recoveryPointsByIds(control, reader, recoveryPointIds);
          return points.filter((point) => point !== undefined);
        },
      }),
    }),
  });

builder.mutationField('deleteRecoveryPoints', (t) =>
  t.field({
    type: DeleteRecoveryPointsPayload,
    nullable: true,
    authScopes: { scope: 'recoveryPoint:delete' },
    errors: {
      types: creationErrors,
      union: { name: 'DeleteRecoveryPointsResult', description: 'What was begun, or an error.' },
    },
    description:
      'Deletes recovery points for good. They are DELETING at once and go in the background (event RECOVERY_POINT_DELETED for each); no other recovery point needs them. Refused while one of them is being restored. The space they took is given back later, when data that nothing needs any more is collected. Scope: `recoveryPoint:delete`.',
    args: { input: t.arg({ type: DeleteRecoveryPointsInput, required: true, description: 'Which ones.' }) },
    resolve: (_root, { input }, { control, viewer }) =>
      deleteRecoveryPoints(control, viewer, {
        ...input,
        recoveryPointIds: input.recoveryPointIds.map((id, index) =>
          decodeId(id, 'RecoveryPoint', ['recoveryPointIds', String(index)]),
        ),
      }),
  }),
);
