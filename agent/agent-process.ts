import { hash } from '@node-rs/argon2';
import { HoldfastError } from '../base/errors.ts';
import type { AccessKeyPair } from '../drivers/identity/contract.ts';
import type { AgentDescription } from '../protocol/activation.ts';
import { activate, fieldOf } from './activation/activate.ts';
import { problemOf } from './activation/field-problem.ts';
import { type ActivationForm, checkAccessKey, checkActivationForm, type FieldErrors } from './activation/form.ts';
import type { ActivationOutcome } from './activation/outcome.ts';
import { controlClientOf } from './control-channel/client-of-record.ts';
import { describeAgent } from './describe.ts';
import { replaceAccessKey } from './identity/replace-access-key.ts';
import { logText } from './log/log-text.ts';
import type { AgentOptions } from './options.ts';
import type { PageModel } from './page/page-model.ts';
import { reachablesOf, reachablesOfForm } from './probe/form-reachables.ts';
import { probe } from './probe/probe.ts';
import { probeEndpoints, type Reachables } from './probe/probe-endpoints.ts';
import { allowsActivation, isFlawless, type ProbeReport, type ProbeTarget } from './probe/probe-report.ts';
import { forgetGateway } from './runtime/forget-gateway.ts';
import { Gateway } from './runtime/gateway.ts';
import type { ActivationRecord } from './state/records.ts';
import type { StateDirectory } from './state/state-directory.ts';
import type { AgentStatus } from './status.ts';

/** Before the first activation. */
const notActivated: Omit<AgentStatus, 'version'> = {
  controlPlaneVersion: null,
  activated: false,
  gateway: null,
  networks: null,
  accessKeyId: null,
  activatedAt: null,
  settings: null,
  lastControlContactAt: null,
  lastMessageContactAt: null,
  messageChannelConnected: false,
  problem: null,
  findings: [],
  jobs: [],
};

const deletedProblem = {
  code: 'GATEWAY_DELETED',
  message: 'This gateway was deleted.',
  remedy: 'To use this appliance again, create a gateway, download its certificate and activate with that one.',
};

/** Activated, and not at work. */
function idleStatus(record: ActivationRecord, version: string): AgentStatus {
  const { gatewayId, gatewayName, vaultName, regionId, settings, accessKeyId } = record;
  return {
    ...notActivated,
    version,
    activated: true,
    gateway: { gatewayId, gatewayName, vaultName, regionId },
    networks: {
      control: record.controlNetwork,
      message: record.messageNetwork,
      data: settings.dataNetwork ?? record.controlNetwork,
    },
    accessKeyId,
    activatedAt: Date.parse(record.activatedAt),
    settings,
    problem: record.deletedAt === undefined ? null : deletedProblem,
  };
}

/** One agent: before activation nothing but a page, after it a running gateway; activating again replaces that one. */
export class AgentProcess implements PageModel, AsyncDisposable {
  readonly #options: AgentOptions;
  readonly #state: StateDirectory;
  readonly #description: AgentDescription;
  readonly #closed = new AbortController();
  #record: ActivationRecord | undefined;
  #gateway: Gateway | undefined;
  /** Whether it speaks to the control plane once it is activated. */
  #works = false;
  /** One activation at a time. */
  #activating: Promise<unknown> = Promise.resolve();

  private constructor(
    options: AgentOptions,
    state: StateDirectory,
    description: AgentDescription,
    record: ActivationRecord | undefined,
  ) {
    this.#options = options;
    this.#state = state;
    this.#description = description;
    this.#record = record;
  }

  static async start(options: AgentOptions, state: StateDirectory): Promise<AgentProcess> {
    const agent = await AgentProcess.open(options, state);
    agent.#works = true;
    if (agent.#record?.deletedAt !== undefined) await forgetGateway(state, agent.#record);
    else if (agent.#record) agent.#gateway = agent.#startGateway(agent.#record);
    else options.logger.info({}, 'this gateway is not activated yet: open its page');
    return agent;
  }

  /** One that can be activated and asked, and does no work. */
  static async open(options: AgentOptions, state: StateDirectory): Promise<AgentProcess> {
    return new AgentProcess(options, state, await describeAgent(options), await state.activation.read());
  }

  status(): AgentStatus {
    if (this.#gateway) return this.#gateway.status();
    const { version } = this.#options;
    if (!this.#record) return { ...notActivated, version };
    const status = idleStatus(this.#record, version);
    return { ...status, accessKeyId: this.#state.accessKeys.currentId ?? status.accessKeyId };
  }

  passwordHash(): string | undefined {
    return this.#record?.pagePasswordHash;
  }

  setPassword(password: string): Promise<void> {
    const run = this.#activating.then(async () => {
      if (!this.#record) throw new Error('a gateway that is not activated has no password');
      const record = { ...this.#record, pagePasswordHash: await hash(password) };
      await this.#state.activation.write(record);
      this.#record = record;
    });
    this.#activating = run.catch(() => undefined);
    return run;
  }

  activate(form: ActivationForm, signal: AbortSignal): Promise<ActivationOutcome> {
    const run = this.#activating.then(() => this.#activate(form, AbortSignal.any([signal, this.#closed.signal])));
    this.#activating = run.catch(() => undefined);
    return run;
  }

  async #activate(form: ActivationForm, signal: AbortSignal): Promise<ActivationOutcome> {
    const { logger } = this.#options;
    const checked = checkActivationForm(form, this.#options);
    if ('errors' in checked) return { kind: 'errors', errors: checked.errors };
    const report = form.skipProbe ? null : await this.#probe(reachablesOf(checked.checked), signal);
    if (report && !isFlawless(report) && !(form.acceptProbe && allowsActivation(report))) {
      logger.warn({ probe: report }, 'nothing was activated: the probe failed');
      return { kind: 'probe-failed', probe: report };
    }
    const result = await activate(checked.checked, {
      tools: this.#options,
      state: this.#state,
      agent: this.#description,
      signal,
      closing: this.#closed.signal,
    });
    if ('errors' in result) return { kind: 'errors', errors: result.errors };
    this.#record = result.record;
    logger.info({ gatewayId: result.record.gatewayId, findings: result.findings }, 'this gateway is activated');
    await this.#gateway?.[Symbol.asyncDispose]();
    if (this.#works) this.#gateway = this.#startGateway(result.record);
    return { kind: 'activated', findings: result.findings, probe: report };
  }

  /** Undefined: the gateway works with this access key now. Running jobs go on. */
  replaceAccessKey(pair: AccessKeyPair, signal: AbortSignal): Promise<FieldErrors | undefined> {
    const run = this.#activating.then(() =>
      this.#replaceAccessKey(pair, AbortSignal.any([signal, this.#closed.signal])),
    );
    this.#activating = run.catch(() => undefined);
    return run;
  }

  async #replaceAccessKey(pair: AccessKeyPair, signal: AbortSignal): Promise<FieldErrors | undefined> {
    const checked = checkAccessKey(pair);
    if ('errors' in checked) return checked.errors;
    try {
      if (this.#gateway) await this.#gateway.replaceAccessKey(checked.checked, signal);
      else await this.#replaceWhileIdle(checked.checked, signal);
      return undefined;
    } catch (error) {
      signal.throwIfAborted();
      const field = fieldOf(error);
      const isShown = field === 'accessKeyId' || field === 'accessKeySecret';
      return { [isShown ? field : 'form']: problemOf(error) };
    }
  }

  async #replaceWhileIdle(pair: AccessKeyPair, signal: AbortSignal): Promise<void> {
    if (!this.#record) throw notActivatedYet();
    // Its keys are gone, and no access key brings it back.
    if (this.#record.deletedAt !== undefined) throw new HoldfastError({ ...deletedProblem, retryable: false });
    using control = controlClientOf(this.#record, this.#options);
    await replaceAccessKey({ control, state: this.#state, tools: this.#options }, pair, signal);
  }

  async probe(target: ProbeTarget, signal: AbortSignal): Promise<ProbeReport> {
    const known = target.kind === 'FORM' ? reachablesOfForm(target, this.#options) : this.#reachables();
    return this.#probe(known, signal);
  }

  #reachables(): Reachables {
    if (this.#gateway) return this.#gateway.reachables();
    if (this.#record) return { servers: {}, ...this.#record, vcenters: [] };
    throw new HoldfastError({
      code: 'NOT_ACTIVATED',
      message: 'This gateway is not activated: it knows of nothing it would have to reach.',
      remedy: "Give the gateway's certificate, which says it.",
      retryable: false,
    });
  }

  #probe(known: Reachables, signal: AbortSignal): Promise<ProbeReport> {
    const { clock, ids, probeDeadlineMs } = this.#options;
    const tools = { clock, ids, ...(probeDeadlineMs !== undefined && { deadlineMs: probeDeadlineMs }) };
    return probe(probeEndpoints(known), tools, AbortSignal.any([signal, this.#closed.signal]));
  }

  async logs(): Promise<string> {
    const { clock, log, version } = this.#options;
    const { gatewayId = null, gatewayName = null } = this.#record ?? {};
    return logText({ version, gatewayId, gatewayName, now: clock.now() }, (await log?.lines()) ?? []);
  }

  #startGateway(record: ActivationRecord): Gateway {
    const gateway = Gateway.start({
      options: this.#options,
      state: this.#state,
      description: this.#description,
      record,
    });
    gateway.deleted.then(() => this.#forget(gateway, record));
    return gateway;
  }

  /** The gateway was deleted: nothing of it stays but its name and this page's password. */
  #forget(gateway: Gateway, record: ActivationRecord): void {
    const run = this.#activating.then(async () => {
      if (this.#gateway !== gateway || this.#closed.signal.aborted) return;
      await gateway[Symbol.asyncDispose]();
      const deletedAt = new Date(this.#options.clock.now()).toISOString();
      const { pagePasswordHash } = this.#record ?? record;
      this.#record = await forgetGateway(this.#state, { ...record, pagePasswordHash, deletedAt });
      this.#gateway = undefined;
    });
    this.#activating = run.catch((error: unknown) =>
      this.#options.logger.error({ err: error }, 'what a deleted gateway kept could not be removed'),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort(new Error('the agent is closing'));
    await this.#activating;
    await this.#gateway?.[Symbol.asyncDispose]();
  }
}

const notActivatedYet = () =>
  new HoldfastError({
    code: 'GATEWAY_NOT_ACTIVATED',
    message: 'This gateway has not been activated yet.',
    remedy: 'Activate it with its certificate first.',
    retryable: false,
  });
