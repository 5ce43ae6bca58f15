import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../base/clock.ts';
import { HoldfastError } from '../../base/errors.ts';
import { systemIds } from '../../base/ids.ts';
import { createClient } from '../../client/client.ts';
import { importDisk, makeDemoDisk } from '../demo/disk-image.ts';
import { Lab, type SandboxFacts } from '../demo/lab.ts';
import { objectStorage } from '../demo/object-storage.ts';
import { type DemoOptions, readDemoOptions } from '../demo/options.ts';
import type { PageAddress } from '../demo/page-client.ts';
import { type DemoCheck, formatTable, passes } from '../demo/report.ts';
import { playStory } from '../demo/storyline.ts';
import { waitForStop } from '../process/stop-signal.ts';

/** `holdfast demo`: the main job on this machine. Ends 0 when every restored disk is what it was. */
export async function runDemo(parameters: string[]): Promise<void> {
  const options = readDemoOptions(parameters);
  using stop = waitForStop({ onStdinEnd: false });
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-demo-'));
  try {
    await demonstrate(options, directory, stop.signal, () => stop.requested);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    process.stderr.write('\nStopped; cleaning up.\n');
    process.exitCode = 130;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function demonstrate(
  options: DemoOptions,
  directory: string,
  signal: AbortSignal,
  stopRequested: () => Promise<unknown>,
): Promise<void> {
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const started = systemClock.monotonic();
  say('Preparing a disk');
  const disk = options.disk
    ? await importDisk(options.disk, directory, signal)
    : await makeDemoDisk(directory, options.size * 1_048_576, signal);

  say('Starting a simulated region, the control plane and a gateway');
  await using lab = new Lab({ directory, disk: disk.path, signal });
  const [sandbox, api] = await startRegion(lab, options);
  const { page } = await lab.startAgent(sandbox);
  await rm(disk.path, { force: true });
  await using client = createClient(api);
  const pagePassword = systemIds.bytes(9).toString('base64url');
  const stage = {
    client,
    clock: systemClock,
    signal,
    sandbox,
    page,
    pagePassword,
    disk,
    transport: options.transport,
    http: options.http,
    directory,
    ids: systemIds,
    say,
  };
  const { rows, checks } = await playStory({ ...stage, accessKey: api.accessKey });

  const failed = checks.filter((check) => !passes(check));
  const seconds = (systemClock.monotonic() - started) / 1_000;
  if (options.json) process.stdout.write(`${JSON.stringify({ rows, checks, seconds, passed: failed.length === 0 })}\n`);
  else process.stdout.write(`\n${formatTable(rows)}\n\n`);
  say(
    addresses(
      { graphqlUrl: `${api.url}/graphql`, page, pagePassword, accessKey: api.accessKey, sandbox },
      options.keep,
    ),
  );
  if (failed.length > 0) throw differs(failed);
  say(`Every restored disk is what it was. ${seconds.toFixed(0)} s in all.`);
  if (!options.keep) return;
  say('Everything is still running; Ctrl-C stops it and removes what it made.');
  await stopRequested();
}

/** Side by side where the control plane does not have to know the region's object server first. */
async function startRegion(lab: Lab, { storage, http }: DemoOptions) {
  if (storage === 'file') return Promise.all([lab.startSandbox(), lab.startApi()]);
  const sandbox = await lab.startSandbox();
  return [sandbox, await lab.startApi(objectStorage(sandbox, { http }))] as const;
}

function addresses(
  at: { graphqlUrl: string; page: PageAddress; pagePassword: string; accessKey: string; sandbox: SandboxFacts },
  keep: boolean,
): string {
  const lines = [`GraphiQL           ${at.graphqlUrl}`, `the gateway's page ${at.page.pageUrl}`];
  if (keep)
    lines.push(
      `its fingerprint    ${at.page.pageFingerprint}`,
      `page password      ${at.pagePassword}`,
      `access key         {"Authorization": "Bearer ${at.accessKey}"}`,
      `vCenter            ${at.sandbox.vcenterAddress}, user ${at.sandbox.username}, password ${at.sandbox.password}`,
      `object storage     ${at.sandbox.objects.httpsEndpoint}, bucket ${at.sandbox.objects.bucket}`,
      `sandbox control    ${at.sandbox.controlUrl}`,
    );
  else lines.push('(run it with --keep to play with them)');
  return lines.join('\n');
}

function differs(failed: readonly DemoCheck[]): HoldfastError {
  return new HoldfastError({
    code: 'RESTORE_DIFFERS',
    message: `These restored disks are not what they were: ${failed.map((check) => check.what).join(', ')}`,
    remedy: 'This must never happen: please report it with the disk image if you can.',
    retryable: false,
  });
}
