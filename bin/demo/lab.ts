import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type HoldfastProcess, startHoldfast } from './child-process.ts';
import type { PageAddress } from './page-client.ts';

const sandboxReady = z.looseObject({
  vcenterAddress: z.string(),
  username: z.string(),
  password: z.string(),
  fingerprint: z.string(),
  controlUrl: z.string(),
  deviceDirectory: z.string(),
  gatewayVm: z.object({ instanceUuid: z.string(), biosUuid: z.string(), name: z.string() }),
  objects: z.object({
    httpEndpoint: z.string(),
    httpsEndpoint: z.string(),
    stsHttpEndpoint: z.string(),
    stsHttpsEndpoint: z.string(),
    /** The authority of every HTTPS endpoint, and the file it is in. */
    caPem: z.string(),
    caFile: z.string(),
    region: z.string(),
    bucket: z.string(),
    roleArn: z.string(),
    accountId: z.string(),
    accessKeyId: z.string(),
    accessKeySecret: z.string(),
  }),
});
const apiReady = z.looseObject({ url: z.string(), administratorKey: z.string().optional() });
const agentReady = z.looseObject({ pageUrl: z.string(), pageFingerprint: z.string() });

export type SandboxFacts = z.infer<typeof sandboxReady>;

/** Where and how the processes of a laboratory run: everything on loopback, free ports, files under one directory. */
export interface LabOptions {
  readonly directory: string;
  /** Raw image that becomes the disk of the virtual machine `web-01`. */
  readonly disk?: string;
  readonly api?: Readonly<Record<string, string>>;
  readonly sandbox?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** A sandbox region, a control plane and gateways, each a process of its own. Disposing stops them in the reverse order. */
export class Lab implements AsyncDisposable {
  readonly #options: LabOptions;
  readonly #processes: HoldfastProcess[] = [];

  constructor(options: LabOptions) {
    this.#options = options;
  }

  /** Starts the simulated region. */
  async startSandbox(): Promise<SandboxFacts> {
    const started = await this.#start('sandbox', 'sandbox', {
      HOLDFAST_SANDBOX_DIRECTORY: join(this.#options.directory, 'sandbox'),
      HOLDFAST_SANDBOX_PORT: '0',
      HOLDFAST_SANDBOX_CONTROL_PORT: '0',
      HOLDFAST_SANDBOX_OBJECT_PORT: '0',
      HOLDFAST_SANDBOX_REGION_ID: 'sandbox-1',
      HOLDFAST_SANDBOX_OBJECT_HTTPS_PORT: '0',
      HOLDFAST_SANDBOX_STS_PORT: '0',
      HOLDFAST_SANDBOX_STS_HTTPS_PORT: '0',
      ...(this.#options.disk ? { HOLDFAST_SANDBOX_DISK: this.#options.disk } : {}),
      ...this.#options.sandbox,
    });
    return sandboxReady.parse(started.ready);
  }

  /** Starts a control plane. `accessKey` is the administrator's, `<id>.<secret>`, at a first start. */
  async startApi(
    environment: Readonly<Record<string, string>> = {},
  ): Promise<{ url: string; accessKey: string; process: HoldfastProcess }> {
    const directory = join(this.#options.directory, 'api');
    const started = await this.#start('api', 'api', {
      HOLDFAST_DATA_DIRECTORY: directory,
      HOLDFAST_STORAGE_ROOT: join(this.#options.directory, 'vaults'),
      HOLDFAST_API_PORT: '0',
      HOLDFAST_MQTT_PORT: '0',
      HOLDFAST_PRINT_KEY: 'json',
      HOLDFAST_SANDBOX_REGION: 'true',
      ...this.#options.api,
      ...environment,
    });
    const { url, administratorKey } = apiReady.parse(started.ready);
    return { url, accessKey: administratorKey ?? '', process: started };
  }

  /** Starts a gateway; the same name again is the same gateway after a restart. */
  async startAgent(
    sandbox: SandboxFacts,
    environment: Readonly<Record<string, string>> = {},
    name = 'agent',
  ): Promise<{ page: PageAddress; process: HoldfastProcess }> {
    const started = await this.#start('agent', name, {
      HOLDFAST_AGENT_STATE_DIRECTORY: join(this.#options.directory, name),
      HOLDFAST_PAGE_PORT: '0',
      HOLDFAST_DEVICE_DIRECTORY: sandbox.deviceDirectory,
      HOLDFAST_GATEWAY_VM_UUID: sandbox.gatewayVm.biosUuid,
      ...environment,
    });
    return { page: agentReady.parse(started.ready), process: started };
  }

  async #start(command: string, name: string, environment: Readonly<Record<string, string>>): Promise<HoldfastProcess> {
    await mkdir(this.#options.directory, { recursive: true });
    const started = await startHoldfast({
      name: command,
      environment,
      logFile: join(this.#options.directory, `${name}.log`),
      signal: this.#options.signal,
    });
    this.#processes.push(started);
    return started;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const running of this.#processes.splice(0).reverse()) await running[Symbol.asyncDispose]();
  }
}
