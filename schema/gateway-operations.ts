import type { ErrorDetails } from '../base/errors.ts';
import type { ControlContext } from '../control/context.ts';
import { certificateLink, packageLink } from '../control/downloads/download-links.ts';
import { gatewayPackage } from '../control/downloads/gateway-package.ts';
import { ConflictError, PackageNotPublishedError } from '../control/errors.ts';
import { createGateway } from '../control/gateways/create-gateway.ts';
import { listGateways } from '../control/gateways/gateways.ts';
import { issueGatewayCertificate } from '../control/gateways/issue-gateway-certificate.ts';
import { builder } from './builder.ts';
import { connectionComplexity, pageArgs } from './connection.ts';
import { DownloadLink, PackageProblem } from './download-link.ts';
import { NetworkType, TransportMode } from './enums.ts';
import { creationErrors } from './errors.ts';
import { found } from './found.ts';
import { Gateway, GatewayConnection, GatewayPlatform, GatewayStatus } from './gateway.ts';
import { GatewayCertificate } from './gateway-certificate.ts';
import { decodeId, decodeOptionalId } from './global-id.ts';
import { idempotencyKeyField } from './inputs.ts';
import { Vault } from './vault.ts';

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

const NewVaultInput = builder.inputType('NewVaultInput', {
  description: 'A vault to be made. Its redundancy follows from the region: ZRS where it has it, else LRS.',
  fields: (t) => ({
    regionId: t.string({ required: true, description: 'The region to make it in; `regions` lists them.' }),
    name: t.string({
      description: '1 to 64 characters, unique in its resource group and region. A random, readable one when left out.',
    }),
    resourceGroupId: t.id({
      description: 'The resource group it belongs to. When left out: your access key’s only one, or the default one.',
    }),
  }),
});

const CreateGatewayInput = builder.inputType('CreateGatewayInput', {
  description: 'What `createGateway` takes.',
  fields: (t) => ({
    vaultId: t.id({
      description:
        'The vault it writes to. The gateway joins the vault’s resource group. Exactly one of `vaultId` and `newVault` is given.',
    }),
    newVault: t.field({
      type: NewVaultInput,
      description: 'A vault that is made with the gateway. Needs the scope `vault:write` too.',
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
        description: 'The new gateway. Next: install the package and activate it with the certificate.',
        resolve: ({ gateway }) => gateway,
      }),
      newVault: t.field({
        type: Vault,
        nullable: true,
        grantScopes: ['made'],
        description: 'The vault that was made with it; null for one that was there.',
        resolve: ({ newVault }) => newVault,
      }),
      recoveryKey: t.exposeString('recoveryKey', {
        nullable: true,
        description:
          'Opens the new vault without this control plane, should it be lost. It is kept nowhere and shown this once: write it down and keep it safe. Null without a new vault, and when an idempotency key repeated an earlier request.',
      }),
      certificate: t.field({
        type: GatewayCertificate,
        nullable: true,
        grantScopes: ['made'],
        description:
          'Its first certificate. When an idempotency key repeated an earlier request: the one that was issued last.',
        resolve: ({ certificate }) => certificate,
      }),
      certificateDownload: t.field({
        type: DownloadLink,
        nullable: true,
        description:
          'The certificate’s file. Null when, in a repeated request, it was used or has expired meanwhile. `downloadGatewayCertificate` gives another link at any time.',
        resolve: ({ gateway, certificate }, _args, { control, viewer }) =>
          certificate && certificateLink(control, viewer, gateway.id, certificate.id).catch(nullFor(ConflictError)),
      }),
      packageDownload: t.field({
        type: DownloadLink,
        nullable: true,
        description:
          'The gateway package. Null while there is none; `packageProblem` says why. `downloadGatewayPackage` gives another link at any time.',
        resolve: ({ gateway }, _args, { control, viewer }) =>
          packageLink(control, viewer, gateway.id).catch(nullFor(PackageNotPublishedError)),
      }),
      packageProblem: t.field({
        type: PackageProblem,
        nullable: true,
        description: 'Why there is no `packageDownload`, and what to configure; null when there is one.',
        resolve: (_created, _args, { control }) => packageProblem(control),
      }),
    }),
  });

async function packageProblem(control: Pick<ControlContext, 'config'>): Promise<ErrorDetails | null> {
  try {
    await gatewayPackage(control);
    return null;
  } catch (error) {
    if (!(error instanceof PackageNotPublishedError)) throw error;
    // A copy: an Error that is returned counts as thrown.
    const { code, message, remedy, retryable } = error;
    return { code, message, remedy, retryable };
  }
}

/** For what is told elsewhere; other errors are thrown on. */
function nullFor(expected: typeof ConflictError | typeof PackageNotPublishedError) {
  return (error: unknown): null => {
    if (error instanceof expected) return null;
    throw error;
  };
}

builder.mutationField('createGateway', (t) =>
  t.field({
    type: CreateGatewayPayload,
    nullable: true,
    authScopes: { scope: 'gateway:write' },
    errors: {
      types: creationErrors,
      union: { name: 'CreateGatewayResult', description: 'The new gateway, or an error.' },
    },
    description:
      'Creates a gateway for a vault that is there, or together with a new one, and issues its first certificate. It works once it is installed and activated. Scope: `gateway:write`, and `vault:write` for a new vault.',
    args: { input: t.arg({ type: CreateGatewayInput, required: true, description: 'What to create.' }) },
    resolve: (_root, { input: { newVault, ...input } }, { control, viewer, signal }) =>
      createGateway(
        control,
        viewer,
        {
          ...input,
          vaultId: decodeOptionalId(input.vaultId, 'Vault', ['vaultId']),
          newVault: newVault && {
            ...newVault,
            resourceGroupId: decodeOptionalId(newVault.resourceGroupId, 'ResourceGroup', [
              'newVault',
              'resourceGroupId',
            ]),
          },
        },
        signal,
      ),
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
          'The content of the file. Save it unchanged and choose it on the gateway’s own page. Null when an idempotency key repeated an earlier request.',
      }),
      download: t.field({
        type: DownloadLink,
        nullable: true,
        description:
          'The same file as a link, for those who fetch it elsewhere. Null when, in a repeated request, it is of no use any more.',
        resolve: ({ certificate }, _args, { control, viewer }) =>
          certificateLink(control, viewer, certificate.gateway_id, certificate.id).catch(nullFor(ConflictError)),
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
