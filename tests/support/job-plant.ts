import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import type { AgentOptions } from '../../agent/options.ts';
import type { RunningAgent } from '../../agent/start.ts';
import { type Clock, systemClock } from '../../base/clock.ts';
import { silentLogger } from '../../base/logger.ts';
import type { ControlConfig } from '../../control/config.ts';
import type { ControlContext } from '../../control/context.ts';
import { startBackup } from '../../control/jobs/start-backup.ts';
import { startRestore } from '../../control/jobs/start-restore.ts';
import { addVCenter } from '../../control/vcenters/add-vcenter.ts';
import { refreshInventory } from '../../control/vcenters/refresh-inventory.ts';
import type { PlatformSession, VmConfiguration } from '../../drivers/platform/contract.ts';
import type { VirtualMachineConfigSpec } from '../../drivers/platform/vsphere/gen/types.ts';
import { createPlatformSession } from '../../drivers/platform/vsphere/platform-session.ts';
import { VimSoapClient } from '../../drivers/platform/vsphere/soap-client.ts';
import { waitForTask } from '../../drivers/platform/vsphere/tasks.ts';
import { VimSession } from '../../drivers/platform/vsphere/vim-session.ts';
import { reference } from '../../drivers/platform/vsphere/vim-values.ts';
import { parseVaultKeys } from '../../repository/keys/vault-keys.ts';
import { verifyVault } from '../../repository/verify.ts';
import { SandboxControl } from '../../sandbox/control-client.ts';
import type { InitialVm } from '../../sandbox/population.ts';
import type { FaultyProxy } from '../../sandbox/proxy/proxy.ts';
import { type RunningSandbox, type SandboxOptions, startSandbox } from '../../sandbox/start.ts';
import { databases } from './databases.ts';
import { type GatewayPlant, startGatewayPlant } from './gateway-plant.ts';
import { hurriedClock } from './hurried-clock.ts';

const never = new AbortController().signal;

/** A plant with one activated gateway beside a sandbox whose inventory is known, and what tests of jobs do with it. */
export async function startJobPlant(
  vms: readonly InitialVm[],
  config: Partial<ControlConfig> = {},
  options: JobPlantOptions = {},
) {
  const [embedded] = databases();
  if (!embedded) throw new Error('no database');
  await using stack = new AsyncDisposableStack();
  const plant = stack.use(
    await startGatewayPlant(
      embedded,
      { pollIntervalMs: 500, retryDelayMs: 100, leaseMs: 6_000, ...config },
      options.proxy,
      undefined,
      options.storage,
    ),
  );
  const directory = join(plant.directory, 'sandbox');
  const sandbox = stack.use(await startSandbox({ directory, taskDelayMs: 5, vms, ...options.sandbox }));
  const gatewayId = await plant.createGateway(options.transport);
  const startAgent = (more?: Partial<AgentOptions>) =>
    plant.startAgent('gateway', {
      clock: hurriedClock,
      deviceDirectory: sandbox.deviceDirectory,
      vmUuid: sandbox.gatewayVm.biosUuid,
      ...options.agent,
      ...more,
    });
  const { laterClock } = options;
  let agent = await startAgent();
  await plant.activate(agent, gatewayId);
  if (laterClock) {
    await agent.close();
    agent = await startAgent({ clock: laterClock });
  }
  const { vcenter } = await addVCenter(plant.control, plant.viewer, {
    gatewayId,
    address: sandbox.vcenterAddress,
    username: sandbox.username,
    password: sandbox.password,
    certificateFingerprint: sandbox.fingerprint,
  });
  const running = stack.move();
  const jobPlant = new JobPlant({ plant, sandbox, gatewayId, agent, startAgent, vcenterId: vcenter.id, running });
  await jobPlant.refresh();
  return jobPlant;
}

export interface JobPlantOptions {
  /** The gateway's setting. */
  readonly transport?: 'AUTO' | 'HOTADD' | 'NFC';
  /** `faults` happen to the agent's steps, spool and storage. */
  readonly agent?: Partial<AgentOptions>;
  /** The gateway's clock once it is activated, which it is with a right one only. */
  readonly laterClock?: Clock;
  readonly sandbox?: Partial<SandboxOptions>;
  /** Stands between the gateway and the control plane's HTTP. */
  readonly proxy?: FaultyProxy;
  /** Where vaults are; files unless given. */
  readonly storage?: ControlContext['storage'];
}

interface Parts {
  readonly plant: GatewayPlant;
  readonly sandbox: RunningSandbox;
  readonly gatewayId: string;
  readonly agent: RunningAgent;
  readonly startAgent: () => Promise<RunningAgent>;
  readonly vcenterId: string;
  readonly running: AsyncDisposableStack;
}

export class JobPlant implements AsyncDisposable {
  readonly plant: GatewayPlant;
  readonly sandbox: RunningSandbox;
  readonly guest: SandboxControl;
  readonly gatewayId: string;
  readonly vcenterId: string;
  readonly startAgent: () => Promise<RunningAgent>;
  agent: RunningAgent;
  readonly #running: AsyncDisposableStack;
  #restored = 0;

  constructor(parts: Parts) {
    this.plant = parts.plant;
    this.sandbox = parts.sandbox;
    this.guest = new SandboxControl(parts.sandbox.controlUrl);
    this.gatewayId = parts.gatewayId;
    this.vcenterId = parts.vcenterId;
    this.agent = parts.agent;
    this.startAgent = parts.startAgent;
    this.#running = parts.running;
  }

  get db() {
    return this.plant.control.db;
  }

  async refresh(): Promise<void> {
    await refreshInventory(this.plant.control, this.plant.viewer, { vcenterId: this.vcenterId });
    await vi.waitUntil(
      async () => {
        const row = this.db.selectFrom('vcenter').select('inventory_state').where('id', '=', this.vcenterId);
        return (await row.executeTakeFirst())?.inventory_state === 'CURRENT';
      },
      { timeout: 20_000 },
    );
  }

  async startBackup(name: string, input: object = {}): Promise<string> {
    const row = this.db.selectFrom('virtual_machine').select('id').where('name', '=', name);
    const { id: virtualMachineId } = await row.executeTakeFirstOrThrow();
    return startBackup(this.plant.control, this.plant.viewer, { virtualMachineId, ...input });
  }

  /** Starts a restore of a backup job's recovery point. */
  async startRestore(backupJobId: string, input: object = {}): Promise<{ jobId: string; vmName: string }> {
    this.#restored += 1;
    const vmName = `restored-${this.#restored}`;
    const { id: recoveryPointId } = await this.point(backupJobId);
    const jobId = await startRestore(this.plant.control, this.plant.viewer, { recoveryPointId, vmName, ...input });
    return { jobId, vmName };
  }

  job(jobId: string) {
    return this.db.selectFrom('job').selectAll().where('id', '=', jobId).executeTakeFirstOrThrow();
  }

  point(jobId: string) {
    return this.db.selectFrom('recovery_point').selectAll().where('job_id', '=', jobId).executeTakeFirstOrThrow();
  }

  /** The job once it has ended. */
  async ended(jobId: string) {
    await vi.waitUntil(async () => (await this.job(jobId)).finished_at !== null, { timeout: 40_000, interval: 30 });
    return this.job(jobId);
  }

  async phase(jobId: string, phase: string): Promise<void> {
    const current = () => this.agent.status().jobs.find((job) => job.jobId === jobId)?.progress?.phase;
    await vi.waitUntil(() => current() === phase, { timeout: 20_000, interval: 2 });
  }

  /** A backup that has to succeed; its job and recovery point. */
  async backup(name: string, input: object = {}) {
    const job = await this.ended(await this.startBackup(name, input));
    expect({ status: job.status, error: job.error }).toEqual({ status: 'COMPLETE', error: null });
    return { job, jobId: job.id, point: await this.point(job.id) };
  }

  async hashes(vm: string): Promise<string[]> {
    const { disks } = await this.guest.vm(vm);
    return Promise.all(disks.map((_, disk) => this.guest.sha256({ vm, disk })));
  }

  /** Restores the point and expects exactly these contents. */
  async expectRestores(backupJobId: string, hashes: readonly string[]): Promise<string> {
    const { jobId, vmName } = await this.startRestore(backupJobId);
    const { status, error } = await this.ended(jobId);
    expect({ status, error }).toEqual({ status: 'COMPLETE', error: null });
    expect(await this.hashes(vmName)).toEqual(hashes);
    return vmName;
  }

  /** Nothing of ours is attached, frozen or written where it must not be. */
  async nothingLeft(): Promise<void> {
    const state = await this.guest.state();
    expect(state.attached).toEqual([]);
    expect(state.violations).toEqual([]);
    expect(state.vms.flatMap((vm) => vm.snapshots)).toEqual([]);
    expect(state.vms.filter((vm) => vm.consolidationNeeded)).toEqual([]);
    expect(state.leases.filter((lease) => lease.end === null)).toEqual([]);
  }

  /** Reads every object of the vault with nothing but its keys: nothing is missing, nothing is damaged. */
  async vaultVerifies(): Promise<void> {
    const { control, directory } = this.plant;
    const vault = await this.db.selectFrom('vault').selectAll().executeTakeFirstOrThrow();
    const place = { table: 'vault', column: 'keys_sealed', id: vault.id };
    const { driver, target } = control.storage;
    await using store = driver.open({
      location: vault.location,
      credentials: (signal) => driver.issueCredentials(target, vault.location, 'read', signal),
    });
    const { clock, ids, logger } = control;
    const report = await verifyVault({
      store,
      keys: parseVaultKeys(control.vault.open(vault.keys_sealed, place)),
      readData: true,
      signal: never,
      workDirectory: await mkdtemp(join(directory, 'verify-')),
      clock,
      ids,
      logger,
    });
    expect(report.problems).toEqual([]);
  }

  /** What an administrator changes in the vSphere Client. */
  async reconfigure(vmName: string, spec: VirtualMachineConfigSpec): Promise<void> {
    await using session = await this.#login();
    const vm = reference('VirtualMachine', (await this.guest.vm(vmName)).ref);
    const task = await session.call('ReconfigVM_Task', { _this: vm, spec }, { signal: never });
    await waitForTask(session, task, 'Reconfiguring', never);
  }

  /** What a backup would record of the VM. */
  async configuration(vmName: string): Promise<VmConfiguration> {
    await using session = createPlatformSession(await this.#login());
    return await session.vmConfiguration((await this.guest.vm(vmName)).ref, never);
  }

  /** A login of its own at the vCenter. */
  async platform(): Promise<PlatformSession> {
    return createPlatformSession(await this.#login());
  }

  async #login(): Promise<VimSession> {
    const { vcenterAddress, fingerprint, username, password } = this.sandbox;
    const [host = '', port = ''] = vcenterAddress.split(':');
    const address = { host, port: Number(port) };
    const client = await VimSoapClient.open(address, { trustedFingerprint: fingerprint }, systemClock);
    const parts = { client, credentials: { username, password }, clock: systemClock, logger: silentLogger };
    return VimSession.open(parts, never);
  }

  /** Jobs that clean up after `jobId`. */
  async cleanUps(jobId: string) {
    const all = await this.db.selectFrom('job').selectAll().where('kind', '=', 'CLEANUP').execute();
    return all.filter(({ input }) => input.kind === 'CLEANUP' && input.ofJobId === jobId);
  }

  /** Each job has ended with exactly one event. */
  async expectOneEndEach(): Promise<void> {
    const events = this.db.selectFrom('event').select('subject_id').where('type', '=', 'JOB_FINISHED');
    const jobs = this.db.selectFrom('job').select('id').where('finished_at', 'is not', null);
    const ended = (await events.execute()).map((event) => event.subject_id);
    expect(ended.toSorted()).toEqual((await jobs.execute()).map((job) => job.id).toSorted());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#running.disposeAsync();
  }
}
