import { expect, it } from 'vitest';
import { appendJobLog } from '../control/attempts/append-job-log.ts';
import { completeAttempt } from '../control/attempts/complete.ts';
import { type JobLogLine, jobLogRequest } from '../protocol/job-log.ts';
import { completeRequest } from '../protocol/work.ts';
import { claim, claimOne, createActivatedGateway, finishBackup, retry } from '../tests/support/control-scene.ts';
import { mutationsOf } from '../tests/support/mutations.ts';
import { onApi } from '../tests/support/on-api.ts';
import { ask, newKey } from '../tests/support/public-api.ts';
import { encodeId } from './global-id.ts';

const logOf =
  'query ($id: ID!, $first: Int, $after: String, $filter: JobLogFilter, $orderBy: JobLogOrder) { job(id: $id) { log(first: $first, after: $after, filter: $filter, orderBy: $orderBy) { totalCount pageInfo { hasNextPage endCursor } nodes { at level source attempt code message details { name value } } } } }';

const line = (sequence: number, changes: Partial<JobLogLine> = {}): JobLogLine => ({
  sequence,
  at: '2026-01-01T00:00:00.000Z',
  level: 'INFO',
  code: 'DISK_READ',
  message: `Line ${sequence}.`,
  details: { disk: 'Hard disk 1', bytes: 1_024, whole: false },
  ...changes,
});

onApi('the log of a job', (suite) => {
  const { run, vmId } = mutationsOf(suite);

  it('tells from beginning to end what the control plane decided and what the gateway did', async () => {
    const { control, scene } = suite;
    const principal = { gatewayId: scene.gateway.gatewayId };
    const { job } = await run('startBackup', { virtualMachineId: vmId(0) });
    const first = await claimOne(control, scene.gateway);
    const { fence, attemptId } = first;
    await appendJobLog(control, principal, attemptId, { fence, lines: [line(1), line(2, { level: 'WARNING' })] });
    await completeAttempt(control, principal, attemptId, { fence, outcome: retry() });
    // The answer to the lines was lost, so they come again, with the last one, after the end.
    await appendJobLog(control, principal, attemptId, { fence, lines: [line(2, { message: 'Other.' }), line(3)] });
    await control.db.updateTable('job').set({ not_before: null }).execute();
    const second = await claimOne(control, scene.gateway);
    await finishBackup(control, scene.gateway, second);

    const { log } = (await suite.read(logOf, { id: job.id, first: 100 })).job;
    const told = log.nodes.map(
      (entry: { source: string; attempt: number | null; code: string; level: string }) =>
        `${entry.source} ${entry.attempt ?? '-'} ${entry.code} ${entry.level}`,
    );
    expect(told).toEqual([
      'CONTROL_PLANE - QUEUED INFO',
      'CONTROL_PLANE 1 RUNNING INFO',
      'GATEWAY 1 DISK_READ INFO',
      'GATEWAY 1 DISK_READ WARNING',
      'CONTROL_PLANE 1 UNREACHABLE WARNING',
      'CONTROL_PLANE 1 QUEUED INFO',
      'GATEWAY 1 DISK_READ INFO',
      'CONTROL_PLANE 2 RUNNING INFO',
      'CONTROL_PLANE 2 COMPLETE INFO',
      'CONTROL_PLANE 2 COMPLETE INFO',
    ]);
    expect(log.totalCount).toBe(10);
    expect(log.nodes[3].message).toBe('Line 2.');
    expect(log.nodes[2].details).toEqual([
      { name: 'disk', value: 'Hard disk 1' },
      { name: 'bytes', value: '1024' },
      { name: 'whole', value: 'false' },
    ]);

    const pages: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const page: { nodes: { message: string }[]; pageInfo: { endCursor: string; hasNextPage: boolean } } = (
        await suite.read(logOf, { id: job.id, first: 3, after })
      ).job.log;
      pages.push(...page.nodes.map(({ message }) => message));
      after = page.pageInfo.endCursor;
      more = page.pageInfo.hasNextPage;
    }
    expect(pages).toEqual(log.nodes.map(({ message }: { message: string }) => message));

    const warnings = (await suite.read(logOf, { id: job.id, filter: { levels: ['WARNING'], attempt: 1 } })).job.log;
    expect(warnings.nodes).toHaveLength(2);
    const last = (await suite.read(logOf, { id: job.id, first: 1, orderBy: 'POSITION_DESC' })).job.log;
    expect(last).toMatchObject({ totalCount: 10, pageInfo: { hasNextPage: true }, nodes: [{ code: 'COMPLETE' }] });
  });

  it('takes lines of the attempt’s own gateway only, and shows them to who may see the job only', async () => {
    const { control, scene } = suite;
    const { job } = await run('startBackup', { virtualMachineId: vmId(1) });
    const { work: given } = await claim(control, scene.gateway);
    const [work] = given;
    if (!work) throw new Error('no work');
    const other = await createActivatedGateway(control, scene.viewer, scene.accessKey, scene.vaultId);
    const lines = [line(1)];
    const { attemptId, fence } = work;
    await expect(
      appendJobLog(control, { gatewayId: other.gatewayId }, attemptId, { fence, lines }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(
      appendJobLog(control, { gatewayId: scene.gateway.gatewayId }, attemptId, { fence: fence + 1, lines }),
    ).rejects.toMatchObject({ code: 'FENCED' });
    const stranger = await newKey(control, { resourceGroups: [] });
    expect((await ask(suite.api, stranger, logOf, { id: job.id })).data.job).toBeNull();
    const { data } = await ask(suite.api, suite.key, logOf, { id: job.id, after: 'nonsense' });
    expect(data.job.log).toBeNull();
  });

  it('keeps what holds characters that a database cannot keep', async () => {
    const { control, scene } = suite;
    const principal = { gatewayId: scene.gateway.gatewayId };
    const { job } = await run('startBackup', { virtualMachineId: vmId(2) });
    const { work: given } = await claim(control, scene.gateway);
    const work = given.find(({ jobId }) => encodeId('BackupJob', jobId) === job.id);
    if (!work) throw new Error('no work');
    const { attemptId, fence } = work;
    const half = '\u{1F600}'.charAt(0);
    const odd = line(1, { code: `A\0`, message: `Zero\0 ${half}.`, details: { reason: `cut ${half}`, path: 'a\0b' } });
    await appendJobLog(control, principal, attemptId, jobLogRequest.parse({ fence, lines: [odd] }));
    const outcome = retry();
    const told = { ...outcome, error: { ...outcome.error, message: `It said \0${half}` } };
    await completeAttempt(control, principal, attemptId, completeRequest.parse({ fence, outcome: told }));
    const { nodes } = (await suite.read(logOf, { id: job.id, filter: { attempt: 1 } })).job.log;
    expect(nodes).toContainEqual(
      expect.objectContaining({
        code: 'A',
        message: 'Zero \uFFFD.',
        details: expect.arrayContaining([
          { name: 'reason', value: 'cut \uFFFD' },
          { name: 'path', value: 'ab' },
        ]),
      }),
    );
    expect(nodes.map(({ message }: { message: string }) => message).join()).toContain('It said \uFFFD');
  });

  it('reads the logs of many jobs with two statements', async () => {
    const { jobs } = await suite.read(
      '{ jobs(first: 100) { nodes { id log(first: 2) { totalCount nodes { code } } } } }',
    );
    expect(jobs.nodes.length).toBeGreaterThan(1);
    for (const { log } of jobs.nodes) expect(log.nodes).toHaveLength(2);
  });
});
