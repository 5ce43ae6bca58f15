import { listRecoveryPoints } from '../control/recovery-points/recovery-points.ts';
import { builder } from './builder.ts';
import { connectionComplexity, pageArgs } from './connection.ts';
import { found } from './found.ts';
import { decodeId, decodeOptionalId } from './global-id.ts';
import { RecoveryPoint, RecoveryPointConnection, RecoveryPointStatus } from './recovery-point.ts';

const RecoveryPointFilter = builder.inputType('RecoveryPointFilter', {
  description: 'Which recovery points to list. Everything given has to match.',
  fields: (t) => ({
    statuses: t.field({ type: [RecoveryPointStatus], description: 'With one of these statuses.' }),
    virtualMachineId: t.id({ description: 'Of this virtual machine.' }),
    vaultId: t.id({ description: 'In this vault.' }),
    gatewayId: t.id({ description: 'Made by this gateway.' }),
    resourceGroupId: t.id({ description: 'Of this resource group.' }),
    capturedAfter: t.field({ type: 'DateTime', description: 'Captured at this time or later.' }),
    capturedBefore: t.field({ type: 'DateTime', description: 'Captured before this time.' }),
  }),
});

const RecoveryPointOrder = builder.enumType('RecoveryPointOrder', {
  description: 'In which order recovery points are listed.',
  values: {
    CAPTURED_AT_DESC: { description: 'The latest state first.' },
    CAPTURED_AT_ASC: { description: 'The earliest state first.' },
  } as const,
});

builder.queryField('recoveryPoint', (t) =>
  t.field({
    type: RecoveryPoint,
    nullable: true,
    authScopes: { scope: 'recoveryPoint:read' },
    description: 'One recovery point. An unknown id gives the error NOT_FOUND. Scope: `recoveryPoint:read`.',
    args: { id: t.arg.id({ required: true, description: 'The id of a recovery point.' }) },
    resolve: (_root, { id }, { loaders }) =>
      found('recovery point', loaders.recoveryPoints.load(decodeId(id, 'RecoveryPoint', ['id']))),
  }),
);

builder.queryField('recoveryPoints', (t) =>
  t.field({
    type: RecoveryPointConnection,
    nullable: true,
    authScopes: { scope: 'recoveryPoint:read' },
    complexity: connectionComplexity,
    description: 'The recovery points your access key sees. Scope: `recoveryPoint:read`.',
    args: {
      ...pageArgs(t),
      filter: t.arg({ type: RecoveryPointFilter, description: 'Which ones; all of them when left out.' }),
      orderBy: t.arg({ type: RecoveryPointOrder, defaultValue: 'CAPTURED_AT_DESC', description: 'In which order.' }),
    },
    resolve: (_root, { filter, ...page }, { control, viewer }) =>
      listRecoveryPoints(control, viewer, {
        ...page,
        filter: {
          ...filter,
          virtualMachineId: decodeOptionalId(filter?.virtualMachineId, 'VirtualMachine', [
            'filter',
            'virtualMachineId',
          ]),
          vaultId: decodeOptionalId(filter?.vaultId, 'Vault', ['filter', 'vaultId']),
          gatewayId: decodeOptionalId(filter?.gatewayId, 'Gateway', ['filter', 'gatewayId']),
          resourceGroupId: decodeOptionalId(filter?.resourceGroupId, 'ResourceGroup', ['filter', 'resourceGroupId']),
        },
      }),
  }),
);
