import { NotFoundError } from '../../control/errors.ts';
import { watchEvents } from '../../control/events/watch-events.ts';
import { isTerminal } from '../../control/jobs/job-status.ts';
import { jobsByIds, progressByJobIds } from '../../control/jobs/list-jobs.ts';
import { progressHub } from '../../control/jobs/progress-hub.ts';
import type { JobProgressRow, JobRow } from '../../control/rows.ts';
import { builder } from '../builder.ts';
import type { SchemaContext } from '../context.ts';
import { found } from '../found.ts';
import { decodeId, jobTypes } from '../global-id.ts';
import { Job } from '../job.ts';
import { Bell } from './bell.ts';

/** Between two updates at least, and between two looks without a hint at most, in milliseconds. */
const leastBetweenMs = 1_000;
const mostBetweenMs = 2_000;

const JobProgressPayload = builder.objectRef<{ readonly jobId: string }>('JobProgressPayload').implement({
  description: 'What `jobProgress` tells.',
  fields: (t) => ({
    job: t.field({
      type: Job,
      description: 'The job as it is now, with its `progress`.',
      resolve: ({ jobId }, _args, { loaders }) => found('job', loaders.jobs.load(jobId)),
    }),
  }),
});

builder.subscriptionField('jobProgress', (t) =>
  t.field({
    type: JobProgressPayload,
    authScopes: { scope: 'job:read' },
    description:
      'Follows one job: its present state first, then at most one update a second, and the end of the stream after its terminal status. Scope: `job:read`.',
    args: { jobId: t.arg.id({ required: true, description: 'The id of a job.' }) },
    subscribe: (_root, { jobId }, context) => followJob(context, decodeId(jobId, jobTypes, ['jobId'])),
    resolve: (update) => update,
  }),
);

/** Yields at every change that can be seen, and ends after the terminal status. Throws NotFoundError at the first look. */
async function* followJob(context: SchemaContext, jobId: string): AsyncGenerator<{ readonly jobId: string }> {
  const { control, tailer, signal, currentViewer } = context;
  const bell = new Bell();
  using _progress = progressHub(control).subscribe(jobId, () => bell.ring());
  using _events = watchEvents(tailer, (event) => {
    if (event.subjectId === jobId) bell.ring();
  });
  let seen: string | undefined;
  while (!signal.aborted) {
    const viewer = await currentViewer();
    const [job] = await jobsByIds(control, viewer, [jobId]);
    if (!job) throw new NotFoundError('job');
    const [progress] = await progressByJobIds(control, viewer, [jobId]);
    const now = fingerprint(job, progress);
    if (now !== seen) yield { jobId };
    seen = now;
    if (isTerminal(job.status)) return;
    await control.clock.sleep(leastBetweenMs, signal);
    await bell.wait(control.clock, mostBetweenMs - leastBetweenMs, signal);
  }
}

function fingerprint(job: JobRow, progress: JobProgressRow | undefined): string {
  return [job.status, job.version, job.wait_reason, progress?.attempt_id, progress?.sequence].join();
}
