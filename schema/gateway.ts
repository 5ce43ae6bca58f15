import { identityFindings } from '../control/activation/proved-identity.ts';
import { sealingContext } from '../control/activation/sealing-key.ts';
import { statusReason } from '../control/gateways/status-reason.ts';
import type { GatewayRow } from '../control/rows.ts';
import { builder } from './builder.ts';
import { connectionType } from './connection.ts';
import { NetworkType, TransportMode } from './enums.ts';
import { FlowControl } from './flow-control.ts';
import { GatewayCertificate } from './gateway-certificate.ts';
import { GatewayStatusReason } from './gateway-status-reason.ts';
import { Job } from './job.ts';
import { ResourceGroup } from './resource-group.ts';
import { FindingType } from './transfer.ts';
import { Vault } from './vault.ts';
import { VCenter } from './vcenter.ts';
import { viewerCan } from './viewer-can.ts';

const isThere = ({ status }: GatewayRow) => status !== 'DELETING';

export const Gateway = builder.objectRef<GatewayRow>('Gateway');

export const GatewayStatus = builder.enumType('GatewayStatus', {
  description: 'Whether a gateway can work, and if not, what it needs.',
  values: {
    NOT_ACTIVATED: { description: 'It waits for its activation with a certificate.' },
    ACTIVATED: { description: 'It is activated and in touch.' },
    OFFLINE: { description: 'It is activated but has not been heard of lately.' },
    CREDENTIALS_EXPIRED: {
      description:
        'Its access key does not count any more: expired, revoked, rotated, or without its rights. Give it another one; jobs wait meanwhile.',
    },
    CERTIFICATE_EXPIRED: {
      description: 'It was silent for five days: download a new certificate and activate it again.',
    },
    DELETING: { description: 'It is being deleted.' },
  } as const,
});

export const GatewayPlatform = builder.enumType('GatewayPlatform', {
  description: 'The kind of VMware environment a gateway stands in.',
  values: {
    ONPREM_VSPHERE: { description: 'vSphere in your own data centre.' },
    ACVS: { description: 'Alibaba Cloud VMware Service.' },
  } as const,
});

builder.node(Gateway, {
  id: { resolve: (gateway) => gateway.id },
  loadOne: (id, { loaders }) => loaders.gateways.load(id),
  authScopes: { $any: { scope: 'gateway:read', $granted: 'made' } },
  description:
    'A disaster recovery gateway: it stands beside the virtual machines and moves their data to one vault and back.',
  fields: (t) => ({
    name: t.exposeString('name', { description: '1 to 64 characters, unique in its vault.' }),
    vault: t.field({
      type: Vault,
      nullable: true,
      description: 'The vault it writes to.',
      resolve: (gateway, _args, { loaders }) => loaders.vaults.load(gateway.vault_id),
    }),
    resourceGroup: t.field({
      type: ResourceGroup,
      nullable: true,
      description: 'The resource group it belongs to.',
      resolve: (gateway, _args, { loaders }) => loaders.resourceGroups.load(gateway.resource_group_id),
    }),
    status: t.expose('status', { type: GatewayStatus, description: 'Whether it can work.' }),
    statusSince: t.expose('status_since', { type: 'DateTime', description: 'Since when it has this status.' }),
    statusReason: t.field({
      type: GatewayStatusReason,
      nullable: true,
      description: 'Why it has this status, and what to do; null while it works.',
      resolve: (gateway) => statusReason(gateway),
    }),
    findings: t.field({
      type: [FindingType],
      description:
        'What you should know of its access key although it works: that it is a root account’s, or that nobody could say lately whether it is good.',
      resolve: (gateway) => identityFindings(gateway),
    }),
    accessKeyId: t.exposeString('access_key_id', {
      nullable: true,
      description: 'The id of the access key it works with; null before its activation.',
    }),
    sealingPublicKey: t.string({
      nullable: true,
      description:
        'Its X25519 public key (SPKI DER, base64), to which secrets for it are sealed; null before its activation. Another one after each activation.',
      resolve: ({ sealing_key }) => sealing_key?.toString('base64') ?? null,
    }),
    accessKeySealingContext: t.string({
      description: 'The additional data with which an access key’s secret is sealed to this gateway, as UTF-8.',
      resolve: ({ id }) => sealingContext(id),
    }),
    platform: t.field({
      type: GatewayPlatform,
      description: 'The kind of VMware environment it stands in.',
      resolve: ({ platform }) => (platform === 'ACVS' ? 'ACVS' : 'ONPREM_VSPHERE'),
    }),
    networkType: t.expose('network_type', {
      type: NetworkType,
      description: 'The network its data takes to the vault.',
    }),
    vpcRegion: t.exposeString('vpc_region', {
      nullable: true,
      description: 'With network type VPC, the region of that VPC: the vault’s region.',
    }),
    useHttps: t.exposeBoolean('use_https', {
      description:
        'Whether the data, encrypted already, also travels by HTTPS: slower. A change takes effect with the next job.',
    }),
    transport: t.expose('transport', { type: TransportMode, description: 'How it reads and writes virtual disks.' }),
    maxWorkers: t.exposeInt('max_workers', {
      description:
        'Worker threads that work at the same time, over all of its jobs; 0: as many as its machine has cores. A change takes effect with the next job.',
    }),
    maxCpuCores: t.exposeInt('max_cpu_cores', {
      description:
        'CPU cores that the data of all of its jobs keeps busy; 0: no limit. A change takes effect with the next job.',
    }),
    flowControl: t.field({
      type: FlowControl,
      description: 'The limits of its traffic with the vault. A change takes effect at once, on running jobs too.',
      resolve: (gateway) => gateway,
    }),
    vcenters: t.field({
      type: [VCenter],
      nullable: true,
      complexity: { field: 1, multiplier: 2 },
      description: 'The vCenters that are reached through it, by name.',
      resolve: (gateway, _args, { loaders }) => loaders.vcentersByGateway.load(gateway.id),
    }),
    lastJob: t.field({
      type: Job,
      nullable: true,
      description: 'The job that was asked for last; null when there was none.',
      resolve: (gateway, _args, { loaders }) => loaders.lastJobByGateway.load(gateway.id),
    }),
    viewerCanUpdate: t.boolean(viewerCan('gateway:write', 'Whether your access key may change its settings.', isThere)),
    viewerCanDelete: t.boolean(
      viewerCan(
        'gateway:write',
        'Whether your access key may delete it and leave its recovery points, and nobody has begun to. To delete those too it also needs `recoveryPoint:delete`.',
        isThere,
      ),
    ),
    viewerCanActivate: t.boolean(
      viewerCan(
        'gateway:write',
        'Whether your access key may get a certificate to activate it with, for the first time or again.',
        isThere,
      ),
    ),
    latestCertificate: t.field({
      type: GatewayCertificate,
      nullable: true,
      description: 'The certificate issued last; null before the first one.',
      resolve: (gateway, _args, { loaders }) => loaders.latestCertificateByGateway.load(gateway.id),
    }),
    agentVersion: t.string({
      nullable: true,
      description: 'Version of the software it runs; null before its activation.',
      resolve: ({ agent }) => agent?.version ?? null,
    }),
    hostname: t.string({
      nullable: true,
      description: 'Name of the machine it runs on; null before its activation.',
      resolve: ({ agent }) => agent?.hostname ?? null,
    }),
    activatedAt: t.expose('activated_at', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was last activated; null when never.',
    }),
    lastSeenAt: t.expose('last_seen_at', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was last heard of; null when never.',
    }),
    lastControlAt: t.expose('last_control_at', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was last heard of on the control channel (HTTPS); null when never.',
    }),
    lastMessageAt: t.expose('last_message_at', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was last heard of on the message channel (MQTT); null when never.',
    }),
    createdAt: t.expose('created_at', { type: 'DateTime', description: 'When it was created.' }),
    version: t.exposeInt('version', {
      description:
        'Grows with every change that somebody makes to the gateway: its settings, its flow control, its activation, its access key. Not with its status, which changes by itself.',
    }),
  }),
});

export const GatewayConnection = connectionType('Gateway', Gateway);
