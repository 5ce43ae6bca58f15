import { type EventFilter as ControlFilter, listEvents } from '../control/events/list-events.ts';
import { builder } from './builder.ts';
import { connectionComplexity, pageArgs } from './connection.ts';
import { EventConnection, SubjectTypeEnum } from './event.ts';
import { EventType } from './event-type.ts';
import { decodeOptionalId, nodeTypes } from './global-id.ts';

export const EventFilter = builder.inputType('EventFilter', {
  description: 'Which events. Everything given has to match.',
  fields: (t) => ({
    types: t.field({ type: [EventType], description: 'Of one of these types.' }),
    subjectTypes: t.field({ type: [SubjectTypeEnum], description: 'About one of these kinds of objects.' }),
    subjectId: t.id({ description: 'About this object.' }),
    resourceGroupId: t.id({ description: 'Of this resource group.' }),
    gatewayId: t.id({ description: 'About this gateway, or about jobs and recovery points of it.' }),
    virtualMachineId: t.id({ description: 'About jobs and recovery points of this virtual machine.' }),
    occurredAfter: t.field({ type: 'DateTime', description: 'At this time or later.' }),
    occurredBefore: t.field({ type: 'DateTime', description: 'Before this time.' }),
  }),
});

/** The filter as control takes it: ids decoded. */
export function eventFilter(filter: typeof EventFilter.$inferInput | null | undefined): ControlFilter {
  return {
    ...filter,
    subjectId: decodeOptionalId(filter?.subjectId, nodeTypes, ['filter', 'subjectId']),
    resourceGroupId: decodeOptionalId(filter?.resourceGroupId, 'ResourceGroup', ['filter', 'resourceGroupId']),
    gatewayId: decodeOptionalId(filter?.gatewayId, 'Gateway', ['filter', 'gatewayId']),
    virtualMachineId: decodeOptionalId(filter?.virtualMachineId, 'VirtualMachine', ['filter', 'virtualMachineId']),
  };
}

const EventOrder = builder.enumType('EventOrder', {
  description: 'In which order events are listed.',
  values: {
    POSITION_ASC: { description: 'The oldest first: the order in which to follow the log.' },
    POSITION_DESC: { description: 'The newest first; `after` then leads to older ones.' },
  } as const,
});

builder.queryField('events', (t) =>
  t.field({
    type: EventConnection,
    nullable: true,
    authScopes: { scope: 'event:read' },
    complexity: connectionComplexity,
    description:
      'The log of everything that happened in the resource groups your access key sees, the oldest first unless `orderBy` says otherwise. To show a state and keep it up to date without losing anything: ask for `headCursor`, read what you show, then subscribe to `events` after it. Scope: `event:read`.',
    args: {
      ...pageArgs(t),
      filter: t.arg({ type: EventFilter, description: 'Which ones; all of them when left out.' }),
      orderBy: t.arg({ type: EventOrder, defaultValue: 'POSITION_ASC', description: 'In which order.' }),
    },
    resolve: (_root, { filter, ...page }, { control, viewer }) =>
      listEvents(control, viewer, { ...page, filter: eventFilter(filter) }),
  }),
);
