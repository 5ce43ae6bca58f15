/**
 * A console of another company, small: it signs in, lists virtual machines, backs one up, follows the job and the event log, and shows what
 * went wrong and what to do about it. Nothing here is of Holdfast's own code; docs/console-integration.md tells the whys.
 *
 *   HOLDFAST_URL=https://backup.example.com HOLDFAST_ACCESS_KEY=<keyId>.<secret> node console.ts "name of a virtual machine"
 */
import { randomUUID } from 'node:crypto';
import { followEvents, headCursor } from './follow-events.ts';
import { followJob } from './follow-job.ts';
import { type Api, call, HoldfastApiError, type MutationError, payloadOf } from './graphql.ts';
import { jobLog, listVirtualMachines } from './lists.ts';

const [vmName] = process.argv.slice(2);
const { HOLDFAST_URL: url, HOLDFAST_ACCESS_KEY: accessKey } = process.env;

if (!url || !accessKey || !vmName) {
  console.error('Set HOLDFAST_URL and HOLDFAST_ACCESS_KEY, and name a virtual machine.');
  process.exit(2);
}
const api: Api = { endpoint: new URL('/graphql', url).href, accessKey };

async function main(name: string): Promise<void> {
  const { viewer } = await call<{ viewer: { name: string; scopes: string[] } }>(api, '{ viewer { name scopes } }');
  console.log(`Signed in as ${viewer.name}.`);

  // Before anything is shown, so that nothing falls between what is shown and what is followed.
  const shownUpTo = await headCursor(api);
  let chosen: string | undefined;
  for await (const vm of listVirtualMachines(api)) {
    console.log(`${vm.name}: ${vm.powerState}, ${vm.protection?.state ?? 'unknown'}`);
    if (vm.name === name) chosen = vm.id;
  }
  if (!chosen) throw new HoldfastApiError({ code: 'NO_SUCH_VM', message: `There is no ${name}.`, remedy: 'Check it.' });

  const stop = new AbortController();
  const started = Promise.withResolvers<string>();
  started.promise.catch(() => undefined);
  const following = (async () => {
    for await (const { item } of followEvents(api, shownUpTo, stop.signal)) {
      // A gap means that this console was away for too long: it would read its lists again and go on.
      if (item.__typename === 'StreamGap') {
        console.log(`Events are missing: ${item.reason}`);
        return;
      }
      console.log(`Event ${item.type} ${item.subject?.id ?? ''}`);
      // Others back up, too: the end of somebody else's job is not the end of this one.
      if (item.type === 'JOB_FINISHED' && item.subject?.id === (await started.promise)) return;
    }
  })();
  // Told where it is waited for; until then it must not end the program.
  following.catch(() => undefined);

  try {
    const jobId = await startBackup(chosen);
    started.resolve(jobId);
    for await (const { status, waitReason, progress } of followJob(api, jobId))
      console.log(`${status} ${waitReason ?? progress?.phase ?? ''} ${progress?.percent ?? 0} %`);
    await following;
    for (const line of await jobLog(api, jobId)) console.log(`  ${line}`);
  } finally {
    stop.abort();
    started.reject(new Error('nothing was started'));
  }
}

const startBackupDocument = `mutation ($input: StartBackupInput!) {
  startBackup(input: $input) {
    __typename
    ... on StartBackupPayload { job { id } }
    ... on InvalidInputError { issues { path message } }
    ... on Error { code message remedy retryable }
  }
}`;

/** What a console tries again by itself. Other errors may be `retryable`, too, but only once somebody did something about them. */
const mayPass: ReadonlySet<string> = new Set(['CONNECTION_LOST', 'NO_ANSWER', 'DATABASE_UNAVAILABLE']);

/** One key for one intention of the user: were the answer lost, the same request again finds the same job and starts no second one. */
async function startBackup(virtualMachineId: string): Promise<string> {
  const input = { virtualMachineId, idempotencyKey: randomUUID() };
  for (let tries = 1; ; tries += 1) {
    try {
      const { startBackup: result } = await call<{ startBackup: Started | MutationError }>(api, startBackupDocument, {
        input,
      });
      return payloadOf(result, 'StartBackupPayload').job.id;
    } catch (error) {
      if (!(error instanceof HoldfastApiError) || !mayPass.has(error.code) || tries === 5) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1_000 * tries));
    }
  }
}

interface Started {
  readonly __typename: 'StartBackupPayload';
  readonly job: { readonly id: string };
}

try {
  await main(vmName);
} catch (error) {
  if (!(error instanceof HoldfastApiError)) throw error;
  console.error(`${error.code}: ${error.message}\n${error.remedy}`);
  if (error.requestId) console.error(`For the operator: request ${error.requestId}`);
  process.exitCode = 1;
}
