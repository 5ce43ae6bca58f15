import type { StreamGap } from '../control/events/read-events.ts';
import { builder } from './builder.ts';

const GapReason = builder.enumType('StreamGapReason', {
  description: 'Why events between two cursors cannot be told.',
  values: {
    EXPIRED: { description: 'They are older than the log keeps.' },
    OTHER_STREAM: { description: 'The cursor is of another log: this installation’s database was replaced.' },
    BEYOND_HEAD: { description: 'The log ends before the cursor: the database was put back to an earlier time.' },
  } as const,
});

export const StreamGapType = builder.objectRef<StreamGap>('StreamGap').implement({
  description: 'Events are missing here. Read what matters to you again; the stream goes on after `to`.',
  fields: (t) => ({
    reason: t.expose('reason', { type: GapReason, description: 'Why they are missing.' }),
    from: t.exposeString('from', { description: 'The last cursor before the gap.' }),
    to: t.exposeString('to', { description: 'The cursor the stream goes on after.' }),
  }),
});
