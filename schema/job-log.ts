import type { JobLogRow } from '../control/rows.ts';
import { builder } from './builder.ts';
import { connectionComplexity, connectionType, pageArgs } from './connection.ts';
import { Job } from './job.ts';

const JobLogLevel = builder.enumType('JobLogLevel', {
  description: 'How much a line of a job’s log matters.',
  values: {
    INFO: { description: 'The usual course of things.' },
    WARNING: { description: 'Something went otherwise than it should; the job went on, or is tried again.' },
    ERROR: { description: 'Something is wrong that somebody has to look at.' },
  } as const,
});

const JobLogSource = builder.enumType('JobLogSource', {
  description: 'Who wrote a line of a job’s log.',
  values: {
    CONTROL_PLANE: { description: 'The control plane.' },
    GATEWAY: { description: 'The gateway that worked on the job.' },
  } as const,
});

const JobLogDetail = builder.objectRef<{ readonly name: string; readonly value: string }>('JobLogDetail').implement({
  description: 'One detail of a line of a job’s log.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What it is: `disk`, `bytes`, `reason`, …' }),
    value: t.exposeString('value', { description: 'Its value, as text.' }),
  }),
});

const JobLogEntry = builder.objectRef<JobLogRow>('JobLogEntry').implement({
  description: 'One line of a job’s log, for people. Texts and codes may change; decide by the job’s own fields.',
  fields: (t) => ({
    at: t.expose('at', {
      type: 'DateTime',
      description: 'When it happened, by the clock of who wrote it; the order of the lines is that of their arrival.',
    }),
    level: t.expose('level', { type: JobLogLevel, description: 'How much it matters.' }),
    source: t.expose('source', { type: JobLogSource, description: 'Who wrote it.' }),
    attempt: t.exposeInt('attempt', { nullable: true, description: 'Which try it is of; null: of none.' }),
    code: t.exposeString('code', { nullable: true, description: 'What kind of line it is, where it has one.' }),
    message: t.exposeString('message', { description: 'What happened, in a sentence.' }),
    details: t.field({
      type: [JobLogDetail],
      complexity: { field: 1, multiplier: 3 },
      description: 'More about it.',
      resolve: ({ details }) => Object.entries(details).map(([name, value]) => ({ name, value: String(value) })),
    }),
  }),
});

const JobLogConnection = connectionType('JobLogEntry', JobLogEntry);

const JobLogOrder = builder.enumType('JobLogOrder', {
  description: 'In which order the lines of a job’s log are listed.',
  values: {
    POSITION_ASC: { description: 'The first one first. To follow a job, ask again after the last cursor.' },
    POSITION_DESC: { description: 'The last one first.' },
  } as const,
});

const JobLogFilter = builder.inputType('JobLogFilter', {
  description: 'Which lines to list. Everything given has to match.',
  fields: (t) => ({
    levels: t.field({ type: [JobLogLevel], description: 'Of one of these levels.' }),
    attempt: t.int({ description: 'Of this try; counts from 1.' }),
  }),
});

builder.interfaceField(Job, 'log', (t) =>
  t.field({
    type: JobLogConnection,
    nullable: true,
    complexity: connectionComplexity,
    description:
      'What happened in this job, line by line: what the control plane decided and what the gateway did. It is kept as long as the job.',
    args: {
      ...pageArgs(t),
      filter: t.arg({ type: JobLogFilter, description: 'Which lines; all of them when left out.' }),
      orderBy: t.arg({ type: JobLogOrder, defaultValue: 'POSITION_ASC', description: 'In which order.' }),
    },
    resolve: (job, page, { loaders }) => loaders.jobLog(page).load(job.id),
  }),
);
