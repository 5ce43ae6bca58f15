import { brandWithType } from '@pothos/core';
import type { ControlEvent, SubjectType } from '../control/events/event.ts';
import type { EventPage } from '../control/events/list-events.ts';
import { AccessKey } from './access-key.ts';
import { type BuilderTypes, builder } from './builder.ts';
import { connectionType } from './connection.ts';
import type { SchemaContext } from './context.ts';
import { Gateway } from './gateway.ts';
import { encodeId, type NodeType } from './global-id.ts';
import { BackupJob, CleanupJob, RestoreJob } from './job-kinds.ts';
import { RecoveryPoint } from './recovery-point.ts';
import { ResourceGroup } from './resource-group.ts';
import { StreamGapType } from './stream-gap.ts';
import { Vault } from './vault.ts';
import { VCenter } from './vcenter.ts';

export const EventType = builder.enumType('EventType', {
  description: 'What happened. Types may be added: be ready for one you do not know.',
  values: {
    VAULT_CREATED: { description: 'A vault was created.' },
    VAULT_UPDATED: { description: 'A vault’s name or settings changed.' },
    VAULT_DELETED: { description: 'A vault was deleted, with everything in it.' },
    GATEWAY_CREATED: { description: 'A gateway was created.' },
    GATEWAY_CERTIFICATE_ISSUED: { description: 'A certificate for a gateway was issued.' },
    GATEWAY_ACTIVATED: { description: 'A gateway was activated, or activated again.' },
    GATEWAY_STATUS_CHANGED: { description: 'A gateway’s status changed.' },
    GATEWAY_CREDENTIALS_EXPIRING: {
      description:
        'The access key a gateway works with expires soon: sent 14, 7 and 1 days before. Replace it in time and nothing stops.',
    },
    GATEWAY_ACCESS_KEY_REPLACED: { description: 'A gateway works with another access key now.' },
    GATEWAY_SETTINGS_CHANGED: { description: 'A gateway’s settings or its flow control changed.' },
    GATEWAY_DELETED: { description: 'A gateway was deleted.' },
    VCENTER_ADDED: { description: 'A vCenter was added.' },
    VCENTER_UPDATED: { description: 'A vCenter’s name, address or login changed.' },
    VCENTER_STATUS_CHANGED: { description: 'Whether a vCenter can be reached and logged in to changed.' },
    VCENTER_CERTIFICATE_TRUSTED: { description: 'Somebody trusted a vCenter’s certificate.' },
    VCENTER_REMOVED: { description: 'A vCenter was removed.' },
    INVENTORY_REFRESHED: { description: 'Reading a vCenter’s virtual machines ended, well or not.' },
    JOB_CREATED: { description: 'A job was asked for.' },
    JOB_STARTED: { description: 'A gateway took a job.' },
    JOB_REQUEUED: { description: 'A job went back to the queue: its gateway was lost, or a try failed.' },
    JOB_FINISHED: { description: 'A job reached a terminal status. Exactly one for each job.' },
    RECOVERY_POINT_CREATED: { description: 'A recovery point became valid.' },
    RECOVERY_POINT_DELETED: { description: 'A recovery point was deleted.' },
    ACCESS_KEY_CREATED: { description: 'An access key was created.' },
    ACCESS_KEY_UPDATED: { description: 'An access key’s name, scopes, resource groups or expiry changed.' },
    ACCESS_KEY_ROTATED: { description: 'An access key got a new secret.' },
    ACCESS_KEY_EXPIRING: { description: 'An access key expires soon: sent 14, 7 and 1 days before.' },
    ACCESS_KEY_REVOKED: { description: 'An access key was revoked.' },
    RESOURCE_GROUP_CREATED: { description: 'A resource group was created.' },
    WEBHOOK_CREATED: { description: 'A webhook was created.' },
    WEBHOOK_UPDATED: { description: 'A webhook’s address, filter or secret changed.' },
    WEBHOOK_DISABLED: { description: 'A webhook was switched off because its receiver failed for too long.' },
    WEBHOOK_DELETED: { description: 'A webhook was deleted.' },
  } as const,
});

export const SubjectTypeEnum = builder.enumType('EventSubjectType', {
  description: 'What kind of object an event is about.',
  values: {
    VAULT: { description: 'A vault.' },
    GATEWAY: { description: 'A gateway.' },
    VCENTER: { description: 'A vCenter.' },
    JOB: { description: 'A job.' },
    RECOVERY_POINT: { description: 'A recovery point.' },
    ACCESS_KEY: { description: 'An access key.' },
    RESOURCE_GROUP: { description: 'A resource group.' },
  } as const,
});

const EventDetail = builder.objectRef<{ readonly name: string; readonly value: string }>('EventDetail').implement({
  description: 'One detail of an event as it was at that time.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What it is: `status`, `name`, `kind`, …' }),
    value: t.exposeString('value', {
      description: 'Its value. Ids work with `node`; anything but text is written as JSON.',
    }),
  }),
});

export const Event = builder.objectRef<ControlEvent>('Event').implement({
  description:
    'Something that happened, in an append-only log. The order of cursors is the order of things: once you have seen one event you will never be shown an earlier one you missed.',
  authScopes: { scope: 'event:read' },
  fields: (t) => ({
    cursor: t.exposeString('cursor', {
      description: 'Keep the last one you have seen; `after` goes on from there, here and in the subscription.',
    }),
    type: t.expose('type', { type: EventType, description: 'What happened.' }),
    occurredAt: t.expose('occurredAt', { type: 'DateTime', description: 'When it happened.' }),
    subjectType: t.expose('subjectType', { type: SubjectTypeEnum, description: 'What kind of object it is about.' }),
    subject: t.field({
      type: builder.nodeInterfaceRef(),
      nullable: true,
      description:
        'The object it is about, as it is now. Null when it is gone; null with an error when your access key may not read such objects.',
      resolve: (event, _args, { loaders }) => loadSubject(loaders, event),
    }),
    resourceGroup: t.field({
      type: ResourceGroup,
      nullable: true,
      description: 'The resource group it belongs to; null: none in particular.',
      resolve: (event, _args, { loaders }) =>
        event.resourceGroupId ? loaders.resourceGroups.load(event.resourceGroupId) : null,
    }),
    details: t.field({
      type: [EventDetail],
      complexity: { field: 1, multiplier: 4 },
      description: 'More about it, as it was at that time.',
      resolve: ({ data }) =>
        Object.entries(data).flatMap(([name, value]) =>
          value === null || value === undefined ? [] : [{ name, value: detail(name, value) }],
        ),
    }),
  }),
});

/** Details that name another object; a row's id means nothing to a client, so they are told as global ids. */
const detailIds: ReadonlyMap<string, NodeType> = new Map([
  ['vaultId', 'Vault'],
  ['gatewayId', 'Gateway'],
  ['certificateId', 'GatewayCertificate'],
  ['virtualMachineId', 'VirtualMachine'],
  ['recoveryPointId', 'RecoveryPoint'],
  ['jobId', 'BackupJob'],
]);

function detail(name: string, value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  const type = detailIds.get(name);
  return type ? encodeId(type, value) : value;
}

export const EventConnection = connectionType<ControlEvent, EventPage>('Event', Event);

builder.objectFields(EventConnection, (t) => ({
  headCursor: t.exposeString('headCursor', {
    description:
      'The end of the log when this page was read, whatever the page holds: subscribe after it to miss nothing.',
  }),
  gap: t.field({
    type: StreamGapType,
    nullable: true,
    description: 'Set when the log no longer has what comes next to `after`: the page begins behind the gap.',
    resolve: ({ gap }) => gap ?? null,
  }),
}));

type Loaders = SchemaContext['loaders'];

/** Objects of an abstract type carry their type as a brand; rows themselves do not tell it. */
async function loadSubject(loaders: Loaders, event: ControlEvent): Promise<object | null> {
  if (event.subjectType === 'JOB') {
    const job = await loaders.jobs.load(event.subjectId);
    return job && branded(job, jobRefs[job.kind]);
  }
  const { ref, loader } = subjects[event.subjectType];
  const row = await loaders[loader].load(event.subjectId);
  return row && branded(row, ref);
}

const jobRefs = { BACKUP: BackupJob, RESTORE: RestoreJob, CLEANUP: CleanupJob } as const;

const subjects = {
  VAULT: { ref: Vault, loader: 'vaults' },
  GATEWAY: { ref: Gateway, loader: 'gateways' },
  VCENTER: { ref: VCenter, loader: 'vcenters' },
  RECOVERY_POINT: { ref: RecoveryPoint, loader: 'recoveryPoints' },
  ACCESS_KEY: { ref: AccessKey, loader: 'accessKeys' },
  RESOURCE_GROUP: { ref: ResourceGroup, loader: 'resourceGroups' },
} as const satisfies Record<Exclude<SubjectType, 'JOB'>, { ref: object; loader: keyof Loaders }>;

function branded(row: object, ref: Parameters<typeof brandWithType<BuilderTypes>>[1]): object {
  const copy = { ...row };
  brandWithType<BuilderTypes>(copy, ref);
  return copy;
}
