import { mkdtemp, open, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { systemClock } from '../../base/clock.ts';
import { systemIds } from '../../base/ids.ts';
import { silentLogger } from '../../base/logger.ts';
import type { HoldfastProcess } from '../../bin/demo/child-process.ts';
import { submitActivation } from '../../bin/demo/gateway-page.ts';
import {
  addVCenter,
  createVaultAndGateway,
  type ListedVm,
  listVirtualMachines,
  type Traveller,
  waitForGateway,
} from '../../bin/demo/journey.ts';
import { Lab, type SandboxFacts } from '../../bin/demo/lab.ts';
import { splitKey } from '../../bin/demo/storyline.ts';
import { type Client, createClient } from '../../client/client.ts';
import { EventsDocument } from '../../client/gen/documents.ts';
import { fileStorageDriver } from '../../drivers/storage/file.ts';
import { openKeyring } from '../../repository/keys/keyring.ts';
import { parseRecoveryKey } from '../../repository/keys/recovery-key.ts';
import { type VerifyReport, verifyVault } from '../../repository/verify.ts';
import { SandboxControl } from '../../sandbox/control-client.ts';

const mebibyte = 1_048_576;

/** Everything running, the gateway activated, the vCenter added and its inventory read. */
export interface TestLab extends Traveller, AsyncDisposable {
  readonly directory: string;
  readonly lab: Lab;
  readonly sandbox: SandboxFacts;
  readonly control: SandboxControl;
  readonly client: Client;
  readonly accessKey: string;
  readonly gatewayId: string;
  readonly vaultId: string;
  readonly vcenterId: string;
  readonly recoveryKey: string;
  readonly machines: readonly ListedVm[];
  machine(name: string): ListedVm;
  readonly agent: HoldfastProcess;
  /** Ends the running agent (waits when it is ending by itself) and starts the same gateway again. */
  restartAgent(environment?: Readonly<Record<string, string>>): Promise<void>;
  /** Reads every object of the vault with nothing but the recovery key. */
  verify(): Promise<VerifyReport>;
  /** How many events of a type a job has. */
  countEvents(jobId: string, type: string): Promise<number>;
}

/** Short periods, so that what takes a minute in production takes a second here. */
const quick = {
  HOLDFAST_LEASE_MS: '4000',
  HOLDFAST_POLL_INTERVAL_MS: '500',
  HOLDFAST_SWEEP_INTERVAL_MS: '250',
  HOLDFAST_RETRY_DELAY_MS: '200',
  HOLDFAST_LOG_LEVEL: 'info',
};

/** Starts a region, a control plane and a gateway in processes of their own, and goes through what a person does first. */
export async function openTestLab(
  options: {
    readonly api?: Readonly<Record<string, string>>;
    readonly diskMebibytes?: number;
    readonly transport?: 'AUTO' | 'HOTADD' | 'NFC';
    /** Starts the control plane: one process unless told otherwise. */
    readonly startControlPlane?: (lab: Lab) => Promise<{ readonly url: string; readonly accessKey: string }>;
  } = {},
): Promise<TestLab> {
  await using stack = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-e2e-'));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const { signal } = new AbortController();
  const disk = join(directory, 'disk.img');
  await makeDisk(disk, options.diskMebibytes ?? 40);
  const lab = stack.use(
    new Lab({
      directory,
      disk,
      signal,
      api: { ...quick, ...options.api },
      // A dead gateway's lease runs out after seconds, not after minutes.
      sandbox: { HOLDFAST_SANDBOX_TASK_DELAY_MS: '20', HOLDFAST_SANDBOX_LEASE_TIMEOUT_MS: '3000' },
    }),
  );
  const [sandbox, api] = await Promise.all([
    lab.startSandbox(),
    options.startControlPlane ? options.startControlPlane(lab) : lab.startApi(),
  ]);
  let { process: agent, page } = await lab.startAgent(sandbox);
  const client = stack.use(createClient(api));
  const traveller = { client, clock: systemClock, signal };

  const regionId = 'sandbox-1';
  const names = { regionId, vault: 'e2e-vault', gateway: 'e2e-gateway' };
  const made = await createVaultAndGateway(traveller, { ...names, transport: options.transport ?? 'AUTO' });
  const [accessKeyId, accessKeySecret] = splitKey(api.accessKey);
  const networks = { controlNetwork: 'INTERNET', messageNetwork: 'INTERNET' } as const;
  const key = { accessKeyId, accessKeySecret, password: 'p%ge "password"' };
  await submitActivation(page, { certificate: made.certificate, ...key, ...networks }, signal);
  await waitForGateway(traveller, made.gatewayId);
  const login = { address: sandbox.vcenterAddress, username: sandbox.username, password: sandbox.password };
  const vcenterId = await addVCenter(traveller, { gatewayId: made.gatewayId, ...login }, sandbox.fingerprint);
  const machines = await listVirtualMachines(traveller, vcenterId);
  const running = stack.move();

  return {
    ...traveller,
    directory,
    lab,
    sandbox,
    control: new SandboxControl(sandbox.controlUrl),
    accessKey: api.accessKey,
    gatewayId: made.gatewayId,
    vaultId: made.vaultId,
    vcenterId,
    recoveryKey: made.recoveryKey ?? '',
    machines,
    machine(name) {
      const found = machines.find((vm) => vm.name === name);
      if (!found) throw new Error(`no virtual machine ${name}`);
      return found;
    },
    get agent() {
      return agent;
    },
    async restartAgent(environment = {}) {
      await agent[Symbol.asyncDispose]();
      ({ process: agent, page } = await lab.startAgent(sandbox, environment));
    },
    verify: () => verify(directory, made.recoveryKey ?? ''),
    async countEvents(jobId, type) {
      const { events } = await client.query(EventsDocument, { first: 100, filter: { subjectId: jobId } });
      return (events?.nodes ?? []).filter((event) => event.type === type).length;
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** A third each of data that does not compress, data that repeats, and zeros. */
async function makeDisk(path: string, mebibytes: number): Promise<void> {
  await using file = await open(path, 'w');
  await file.truncate(mebibytes * mebibyte);
  const repeated = Buffer.alloc(mebibyte, 'the same words again and again; ');
  for (let index = 0; index < mebibytes; index += 1)
    if (index % 3 !== 2)
      await file.write(index % 3 === 0 ? systemIds.bytes(mebibyte) : repeated, 0, mebibyte, index * mebibyte);
}

async function verify(directory: string, recoveryKey: string): Promise<VerifyReport> {
  const { signal } = new AbortController();
  const root = join(directory, 'vaults');
  const keyring = (await readdir(root, { recursive: true })).find((name) => name.endsWith('keyring'));
  if (!keyring) throw new Error('the vault has no keyring');
  const prefix = `${dirname(keyring)}/`;
  const location = { driver: 'file', region: 'sandbox-1', bucket: root, prefix, settings: {} };
  const workDirectory = await mkdtemp(join(directory, 'verify-'));
  await using store = fileStorageDriver.open({
    location,
    credentials: async () => ({ access: 'read', expiresAt: null, values: {} }),
  });
  const keys = openKeyring(await store.get('keyring', undefined, signal), parseRecoveryKey(recoveryKey));
  const tools = { clock: systemClock, ids: systemIds, logger: silentLogger };
  return verifyVault({ store, keys, readData: true, signal, workDirectory, ...tools });
}
