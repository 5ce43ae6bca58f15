import type { JobAttemptRow } from '../control/rows.ts';
import { builder } from './builder.ts';
import { Gateway } from './gateway.ts';
import { JobSettings } from './job-settings.ts';
import { JobFailure } from './transfer.ts';

const AttemptStatus = builder.enumType('JobAttemptStatus', {
  description: 'How a try at a job went.',
  values: {
    RUNNING: { description: 'The gateway works on it.' },
    COMPLETE: { description: 'It succeeded.' },
    FAILED: { description: 'It failed.' },
    CANCELED: { description: 'It was cancelled.' },
    LOST: { description: 'The gateway was not heard of in time; the job went back to the queue.' },
  } as const,
});

export const JobAttempt = builder.objectRef<JobAttemptRow>('JobAttempt').implement({
  description: 'One try at a job by a gateway.',
  fields: (t) => ({
    number: t.exposeInt('number', { description: 'Counts from 1.' }),
    status: t.expose('status', { type: AttemptStatus, description: 'How it went.' }),
    gateway: t.field({
      type: Gateway,
      nullable: true,
      description: 'The gateway that tried.',
      resolve: (attempt, _args, { loaders }) => loaders.gateways.load(attempt.gateway_id),
    }),
    startedAt: t.expose('claimed_at', { type: 'DateTime', description: 'When the gateway took the job.' }),
    endedAt: t.expose('ended_at', {
      type: 'DateTime',
      nullable: true,
      description: 'When it ended; null while it runs.',
    }),
    settings: t.field({
      type: JobSettings,
      description: 'What it ran with.',
      resolve: (attempt) => attempt,
    }),
    error: t.expose('error', { type: JobFailure, nullable: true, description: 'Why it failed; null otherwise.' }),
  }),
});
