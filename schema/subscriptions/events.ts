import type { ControlEvent } from '../../control/events/event.ts';
import { type EventFilter as Wanted, wantsEvent } from '../../control/events/list-events.ts';
import type { StreamGap } from '../../control/events/read-events.ts';
import { builder } from '../builder.ts';
import type { SchemaContext } from '../context.ts';
import { Event } from '../event.ts';
import { EventFilter, eventFilter } from '../event-operations.ts';
import { StreamGapType } from '../stream-gap.ts';

type Told = { readonly event: ControlEvent } | { readonly gap: StreamGap };

const EventStreamItem = builder.unionType('EventStreamItem', {
  description: 'What a stream of events tells: an event, or that some are missing.',
  types: [Event, StreamGapType],
  resolveType: (item) => ('reason' in item ? 'StreamGap' : 'Event'),
});

const EventsPayload = builder.objectRef<Told>('EventsPayload').implement({
  description: 'What `events` tells.',
  fields: (t) => ({
    item: t.field({
      type: EventStreamItem,
      description: 'An event, or a gap.',
      resolve: (told) => ('gap' in told ? told.gap : told.event),
    }),
    cursor: t.string({
      description: 'Keep it: subscribing again with `after` goes on behind this item.',
      resolve: (told) => ('gap' in told ? told.gap.to : told.event.cursor),
    }),
  }),
});

builder.subscriptionField('events', (t) =>
  t.field({
    type: EventsPayload,
    authScopes: { scope: 'event:read' },
    description:
      'Every event of the resource groups your access key sees, in order, none twice. After a break subscribe again with the last cursor and nothing is missed. Scope: `event:read`.',
    args: {
      after: t.arg.string({ description: 'Begin after this cursor. Left out: with what happens from now on.' }),
      filter: t.arg({ type: EventFilter, description: 'Which events; all of them when left out.' }),
    },
    subscribe: (_root, { after, filter }, context) => followEvents(context, after, eventFilter(filter)),
    resolve: (told) => told,
  }),
);

async function* followEvents(
  { tailer, signal, currentViewer }: SchemaContext,
  after: string | null | undefined,
  filter: Wanted,
): AsyncGenerator<Told> {
  for await (const followed of tailer.follow({ after: after ?? null, signal })) {
    if (followed.kind === 'GAP') yield { gap: followed.gap };
    else if (wantsEvent(await currentViewer(), filter, followed.event)) yield { event: followed.event };
  }
}
