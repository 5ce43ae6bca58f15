import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { IdSource } from '../../base/ids.ts';
import type { JobDetailsFragment } from '../../client/gen/documents.ts';
import { SandboxControl } from '../../sandbox/control-client.ts';
import type { DemoDisk } from './disk-image.ts';
import { submitActivation } from './gateway-page.ts';
import { changeDisk, checkFileSystem } from './guest-changes.ts';
import {
  addVCenter,
  createVaultAndGateway,
  followJob,
  listVirtualMachines,
  mustBeComplete,
  startBackup,
  startRestore,
  type Traveller,
  waitForGateway,
} from './journey.ts';
import type { SandboxFacts } from './lab.ts';
import type { DemoOptions } from './options.ts';
import type { PageAddress } from './page-client.ts';
import { createProgressBar } from './progress-bar.ts';
import type { DemoCheck, DemoRow } from './report.ts';

export interface Stage extends Traveller {
  readonly sandbox: SandboxFacts;
  readonly page: PageAddress;
  readonly accessKey: string;
  readonly pagePassword: string;
  readonly disk: DemoDisk;
  readonly transport: DemoOptions['transport'];
  readonly http: boolean;
  readonly directory: string;
  readonly ids: IdSource;
  /** Tells a person what happens now. */
  readonly say: (line: string) => void;
}

const vmName = 'web-01';

/** The main job, as a person does it, over public interfaces only. Throws as soon as a step fails. */
export async function playStory(stage: Stage): Promise<{ readonly rows: DemoRow[]; readonly checks: DemoCheck[] }> {
  const { sandbox, say, signal } = stage;
  const control = new SandboxControl(sandbox.controlUrl);

  say('Creating a vault and a gateway');
  const { gatewayId, certificate } = await createVaultAndGateway(stage, {
    regionId: 'sandbox-1',
    vault: 'demo-vault',
    gateway: 'demo-gateway',
    transport: stage.transport === 'nfc' ? 'NFC' : 'HOTADD',
    useHttps: !stage.http,
  });
  say(`Activating the gateway on its page, ${stage.page.pageUrl}`);
  const [accessKeyId, accessKeySecret] = splitKey(stage.accessKey);
  const { pagePassword: password, page } = stage;
  const networks = { controlNetwork: 'INTERNET', messageNetwork: 'INTERNET' } as const;
  await submitActivation(page, { certificate, accessKeyId, accessKeySecret, password, ...networks }, signal);
  await waitForGateway(stage, gatewayId);

  say(`Adding the vCenter at ${sandbox.vcenterAddress}`);
  const login = { address: sandbox.vcenterAddress, username: sandbox.username, password: sandbox.password };
  const vcenterId = await addVCenter(stage, { gatewayId, ...login }, sandbox.fingerprint);
  const machines = await listVirtualMachines(stage, vcenterId);
  say(`It has ${machines.length} virtual machines: ${machines.map((vm) => vm.name).join(', ')}`);
  const machine = machines.find((vm) => vm.name === vmName);
  if (!machine) throw new Error(`the sandbox has no ${vmName}`);

  const rows: DemoRow[] = [];
  const run = async (title: string, start: () => Promise<string>): Promise<JobDetailsFragment> => {
    const jobId = await start();
    const bar = createProgressBar(title);
    const job = await followJob(stage, jobId, ({ progress }) => progress && bar.show(progress)).finally(() =>
      bar.stop(),
    );
    const { statistics } = mustBeComplete(job);
    if (statistics) rows.push({ ...statistics, step: title });
    return job;
  };
  const backUp = async (title: string) => {
    const sha256 = await control.sha256({ vm: vmName });
    const job = await run(title, () => startBackup(stage, { virtualMachineId: machine.id }));
    const point = 'recoveryPoint' in job ? job.recoveryPoint : null;
    if (!point) throw new Error('a complete backup has no recovery point');
    return { sha256, ...point };
  };

  say(`Backing ${vmName} up (${stage.disk.description})`);
  const first = await backUp('full backup');
  say(`Changing data inside ${vmName}: ${await changeGuest(stage, control)}`);
  // NFC streams whole disks: the second point is read in full, and only what changed is stored.
  const [title, kind] = stage.transport === 'nfc' ? ['second backup', 'FULL'] : ['incremental', 'INCREMENTAL'];
  const second = await backUp(title);
  if (second.kind !== kind) throw new Error(`the second backup was ${second.kind}, not ${kind}`);

  const checks: DemoCheck[] = [];
  for (const [point, name] of [
    [first, `${vmName}-first`],
    [second, `${vmName}-second`],
  ] as const) {
    say(`Restoring the ${point === first ? 'first' : 'second'} recovery point as ${name}`);
    await run(`restore ${name}`, () => startRestore(stage, { recoveryPointId: point.id, vmName: name }));
    checks.push(await compare(stage, control, name, point.sha256));
  }
  return { rows, checks };
}

/** `<id>.<secret>` in its two parts. */
export function splitKey(accessKey: string): readonly [string, string] {
  const dot = accessKey.indexOf('.');
  return [accessKey.slice(0, dot), accessKey.slice(dot + 1)];
}

async function changeGuest({ disk, directory, ids, signal }: Stage, control: SandboxControl): Promise<string> {
  const copy = join(directory, 'changed.img');
  await control.export({ vm: vmName, path: copy });
  try {
    const story = await changeDisk(disk, copy, directory, ids, signal);
    const { changedBytes } = await control.apply({ vm: vmName, path: copy });
    return `${story}, ${(changedBytes / 1_048_576).toFixed(1)} MiB differ`;
  } finally {
    await rm(copy, { force: true });
  }
}

async function compare(
  { disk, directory, signal, say }: Stage,
  control: SandboxControl,
  name: string,
  expectedSha256: string,
): Promise<DemoCheck> {
  const actualSha256 = await control.sha256({ vm: name });
  const copy = join(directory, `${name}.img`);
  await control.export({ vm: name, path: copy });
  try {
    const check = await checkFileSystem(disk, copy, signal);
    const fileSystem = check ? `, e2fsck ${check.clean ? 'finds it clean' : `complains: ${check.output}`}` : '';
    say(`  ${actualSha256 === expectedSha256 ? 'equal' : 'DIFFERENT'}: SHA-256 ${actualSha256}${fileSystem}`);
    return { what: name, expectedSha256, actualSha256, fileSystemClean: check?.clean ?? null };
  } finally {
    await rm(copy, { force: true });
  }
}
