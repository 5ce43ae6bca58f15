import { createGateway } from '../control/gateways/create-gateway.ts';
import { listGateways } from '../control/gateways/gateways.ts';
import { issueGatewayCertificate } from '../control/gateways/issue-gateway-certificate.ts';
import { builder } from './builder.ts';
import { connectionComplexity, pageArgs } from './connection.ts';
import { NetworkType, TransportMode } from './enums.ts';
import { creationErrors } from './errors.ts';
import { found } from './found.ts';
import { Gateway, GatewayConnection, GatewayPlatform, GatewayStatus } from './gateway.ts';
import { GatewayCertificate } from './gateway-certificate.ts';
import { decodeId, decodeOptionalId } from './global-id.ts';
import { idempotencyKeyField } from './inputs.ts';

const GatewayFilter = builder.inputType('GatewayFilter', {
  description: 'Which gateways to list. Everything given has to match.',
  fields: (t) => ({
    statuses: t.field({ type: [GatewayStatus], description: 'With one of these statuses.' }),
    vaultId: t.id({ description: 'Of this vault.' }),
    vcenterId: t.id({ description: 'Reaching this vCenter.' }),
    resourceGroupId: t.id({ description: 'Of this resource group.' }),
    virtualMachineId: t.id({ description: 'Reaching the vCenter of this virtual machine.' }),
    createdAfter: t.field({ type: 'DateTime', description: 'Created at this time or later.' }),
    createdBefore: t.field({ type: 'DateTime', description: 'Created before this time.' }),
  }),
});

const GatewayOrder = builder.enumType('GatewayOrder', {
  description: 'In which order gateways are listed.',
  values: {
    CREATED_AT_DESC: { description: 'The newest first.' },
    CREATED_AT_ASC: { description: 'The oldest first.' },
    NAME_ASC: { description: 'By name.' },
  } as const,
});

builder.queryField('gateway', (t) =>
  t.field({
    type: Gateway,
    nullable: true,
    authScopes: { scope: 'gateway:read' },
    description: 'One gateway. An unknown id gives the error NOT_FOUND. Scope: `gateway:read`.',
    args: { id: t.arg.id({ required: true, description: 'The id of a gateway.' }) },
    resolve: (_root, { id }, { loaders }) => found('gateway', loaders.gateways.load(decodeId(id, 'Gateway', ['id']))),
  }),
);

builder.queryField('gateways', (t) =>
  t.field({
    type: GatewayConnection,
    nullable: true,
    authScopes: { scope: 'gateway:read' },
    complexity: connectionComplexity,
    description: 'The gateways your access key sees. Scope: `gateway:read`.',
    args: {
      ...pageArgs(t),
      filter: t.arg({ type: GatewayFilter, description: 'Which ones; all of them when left out.' }),
      orderBy: t.arg({ type: GatewayOrder, defaultValue: 'CREATED_AT_DESC', description: 'In which order.' }),
    },
    resolve: (_root, { filter, ...page }, { control, viewer }) =>
      listGateways(control, viewer, {
        ...page,
        filter: {
          ...filter,
          vaultId: decodeOptionalId(filter?.vaultId, 'Vault', ['filter', 'vaultId']),
          vcenterId: decodeOptionalId(filter?.vcenterId, 'VCenter', ['filter', 'vcenterId']),
          resourceGroupId: decodeOptionalId(filter?.resourceGroupId, 'ResourceGroup', ['filter', 'resourceGroupId']),
          virtualMachineId: decodeOptionalId(filter?.virtualMachineId, 'VirtualMachine', [
            'filter',
            'virtualMachineId',
          ]),
        },
      }),
  }),
);

const CreateGatewayInput = builder.inputType('CreateGatewayInput', {
  description: 'What `createGateway` takes.',
  fields: (t) => ({
    vaultId: t.id({
      required: true,
      description: 'The vault it writes to. The gateway joins the vault’s resource group.',
    }),
    name: t.string({ required: true, description: '1 to 64 characters, unique in its vault.' }),
    platform: t.field({
      type: GatewayPlatform,
      required: true,
      description: 'The kind of VMware environment it will stand in.',
    }),
    networkType: t.field({
      type: NetworkType,
      required: true,
      description: 'The network its data takes to the vault.',
    }),
    vpcRegion: t.string({
      description: 'With network type VPC, and only then: the region of that VPC, which must be the vault’s.',
    }),
    useHttps: t.boolean({
      required: true,
      defaultValue: false,
      description: 'Whether the data, encrypted already, also travels by HTTPS: slower.',
    }),
    transport: t.field({
      type: TransportMode,
      required: true,
      defaultValue: 'AUTO',
      description: 'How it reads and writes virtual disks.',
    }),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

const CreateGatewayPayload = builder
  .objectRef<Awaited<ReturnType<typeof createGateway>>>('CreateGatewayPayload')
  .implement({
    description: 'What `createGateway` made.',
    fields: (t) => ({
      gateway: t.field({
        type: Gateway,
        grantScopes: ['made'],
        description: 'The new gateway. Next: issue its certificate and activate it.',
        resolve: ({ gateway }) => gateway,
      }),
    }),
  });

builder.mutationField('createGateway', (t) =>
  t.field({
    type: CreateGatewayPayload,
    nullable: true,
    authScopes: { scope: 'gateway:write' },
    errors: {
      types: creationErrors,
      union: { name: 'CreateGatewayResult', description: 'The new gateway, or an error.' },
    },
    description: 'Creates a gateway for a vault. It works once it is installed and activated. Scope: `gateway:write`.',
    args: { input: t.arg({ type: CreateGatewayInput, required: true, description: 'What to create.' }) },
    resolve: (_root, { input }, { control, viewer }) =>
      createGateway(control, viewer, { ...input, vaultId: decodeId(input.vaultId, 'Vault', ['vaultId']) }),
  }),
);

const IssueGatewayCertificateInput = builder.inputType('IssueGatewayCertificateInput', {
  description: 'What `issueGatewayCertificate` takes.',
  fields: (t) => ({
    gatewayId: t.id({ required: true, description: 'The gateway to be activated.' }),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

const IssueGatewayCertificatePayload = builder
  .objectRef<Awaited<ReturnType<typeof issueGatewayCertificate>>>('IssueGatewayCertificatePayload')
  .implement({
    description: 'What `issueGatewayCertificate` made.',
    fields: (t) => ({
      certificate: t.field({
        type: GatewayCertificate,
        grantScopes: ['made'],
        description: 'The new certificate.',
        resolve: ({ certificate }) => certificate,
      }),
      fileName: t.exposeString('fileName', { description: 'The name to save the file under.' }),
      content: t.exposeString('content', {
        nullable: true,
        description:
          'The content of the file, shown this once. Save it unchanged and choose it on the gateway’s own page. Null when an idempotency key repeated an earlier request.',
      }),
    }),
  });

builder.mutationField('issueGatewayCertificate', (t) =>
  t.field({
    type: IssueGatewayCertificatePayload,
    nullable: true,
    authScopes: { scope: 'gateway:write' },
    errors: {
      types: creationErrors,
      union: { name: 'IssueGatewayCertificateResult', description: 'The new certificate, or an error.' },
    },
    description:
      'Issues the certificate that activates a gateway once. Earlier certificates that were not used stop working. Scope: `gateway:write`.',
    args: { input: t.arg({ type: IssueGatewayCertificateInput, required: true, description: 'For which gateway.' }) },
    resolve: (_root, { input }, { control, viewer }) =>
      issueGatewayCertificate(control, viewer, {
        ...input,
        gatewayId: decodeId(input.gatewayId, 'Gateway', ['gatewayId']),
      }),
  }),
);
