import { brandWithType } from '@pothos/core';
import type { ControlEvent, SubjectType } from '../control/events/event.ts';
import type { EventPage } from '../control/events/list-events.ts';
import { AccessKey } from './access-key.ts';
import { type BuilderTypes, builder } from './builder.ts';
import { connectionType } from './connection.ts';
import type { SchemaContext } from './context.ts';
import { type DescribedDetail, describeDetails } from './describe-event.ts';
import { EventType } from './event-type.ts';
import { Gateway } from './gateway.ts';
import { BackupJob, CleanupJob, RestoreJob } from './job-kinds.ts';
import { RecoveryPoint } from './recovery-point.ts';
import { ResourceGroup } from './resource-group.ts';
import { StreamGapType } from './stream-gap.ts';
import { Vault } from './vault.ts';
import { VCenter } from './vcenter.ts';
import { Webhook } from './webhook.ts';

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
    WEBHOOK: { description: 'A webhook.' },
  } as const,
});

const EventDetail = builder.objectRef<DescribedDetail>('EventDetail').implement({
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
      resolve: ({ data }) => describeDetails(data),
    }),
  }),
});

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
  WEBHOOK: { ref: Webhook, loader: 'webhooks' },
} as const satisfies Record<Exclude<SubjectType, 'JOB'>, { ref: object; loader: keyof Loaders }>;

function branded(row: object, ref: Parameters<typeof brandWithType<BuilderTypes>>[1]): object {
  const copy = { ...row };
  brandWithType<BuilderTypes>(copy, ref);
  return copy;
}
