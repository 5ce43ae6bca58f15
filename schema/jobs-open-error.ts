import { JobsOpenError } from '../control/errors.ts';
import { builder } from './builder.ts';
import { ErrorInterface } from './errors.ts';
import { Job } from './job.ts';
import { present } from './loaders.ts';

builder.objectType(JobsOpenError, {
  name: 'JobsOpenError',
  description: 'Jobs still wait or run for what is to be removed. Nothing was removed.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    jobs: t.field({
      type: [Job],
      nullable: true,
      complexity: { field: 1, multiplier: 10 },
      description: 'Those jobs, the oldest first.',
      resolve: async ({ jobIds }, _args, { loaders }) => present(await loaders.jobs.loadMany(jobIds)),
    }),
  }),
});

/** Mutations that remove what jobs may work on. */
export const removalErrors = [JobsOpenError];
