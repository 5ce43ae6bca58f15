import { isDeepStrictEqual } from 'node:util';
import { HoldfastError } from '../../base/errors.ts';
import { FaultPlan } from '../../base/fault-plan.ts';
import type { AccessKeyPair } from '../../drivers/identity/contract.ts';
import type { AgentDescription, GatewaySettings, HelloResponse } from '../../protocol/activation.ts';
import { helloResponse } from '../../protocol/activation.ts';
import type { DownMessage } from '../../protocol/messages.ts';
import { openKey } from '../activation/keys.ts';
import { BackOff } from '../control-channel/back-off.ts';
import { controlClientOf } from '../control-channel/client-of-record.ts';
import { ControlError, mayRetry } from '../control-channel/control-client.ts';
import { FlowControl } from '../flow/flow-control.ts';
import { IdentityAnswers } from '../identity/identity-answers.ts';
import { replaceAccessKey } from '../identity/replace-access-key.ts';
import { MessageClient } from '../message-channel/message-client.ts';
import { WorkerTurns } from '../mover/worker-turns.ts';
import type { AgentOptions } from '../options.ts';
import { KnownPlaces } from '../probe/known-places.ts';
import type { Reachables } from '../probe/probe-endpoints.ts';
import type { ActivationRecord, InstanceRecord } from '../state/records.ts';
import type { StateDirectory } from '../state/state-directory.ts';
import type { AgentStatus } from '../status.ts';
import { createStepHook } from '../steps.ts';
import { claimLoop, wasDeleted } from './claim-loop.ts';
import type { GatewayContext } from './gateway-context.ts';
import { beginInstance, confirmInstance } from './instance.ts';
import { JobRunner } from './job-runner.ts';
import { PlatformSessions } from './platform-sessions.ts';
import { WakeUp } from './wake-up.ts';

interface GatewayParts {
  readonly options: AgentOptions;
  readonly state: StateDirectory;
  readonly description: AgentDescription;
  readonly record: ActivationRecord;
}

/** Reasons to ask the control plane about the message channel again. */
interface MessageDoubts {
  any: boolean;
  /** The broker does not take the credentials. */
  refused: boolean;
}
const noDoubts: MessageDoubts = { any: false, refused: false };

/** How long a stop waits for jobs to tidy up. */
const stopWithinMs = 25_000;
/** Between two tries of what a person has to mend first. */
const needsPersonMs = 60_000;
const usualPollIntervalMs = 15_000;
/** Wake-ups within this time are one. */
const wakeUpsTogetherMs = 200;

/** An activated gateway at work: hello, message channel, claims, jobs. Runs until it is disposed, whatever becomes of the control plane. */
export class Gateway implements AsyncDisposable {
  readonly #parts: GatewayParts;
  readonly #context: GatewayContext;
  readonly #jobs: JobRunner;
  readonly #closing = new AbortController();
  readonly #deleted = Promise.withResolvers<void>();
  readonly #claims: WakeUp;
  readonly #running: Promise<void>;
  #names: { readonly gatewayName: string; readonly vaultName: string };
  #settings: GatewaySettings;
  #messages: MessageClient | undefined;
  #problem: AgentStatus['problem'] = null;
  #controlPlaneVersion: string | null = null;
  #findings: AgentStatus['findings'] = [];

  private constructor(parts: GatewayParts) {
    const { options, record } = parts;
    this.#parts = parts;
    this.#names = record;
    this.#settings = record.settings;
    this.#claims = new WakeUp(options.clock);
    const sealingKey = openKey(record.keys.sealing);
    const faults = options.faults ?? new FaultPlan();
    this.#context = {
      tools: { ...options, logger: options.logger.child({ gatewayId: record.gatewayId }) },
      state: parts.state,
      record,
      control: controlClientOf(record, options),
      identity: new IdentityAnswers(options, parts.state.accessKeys),
      sealingKey,
      sessions: new PlatformSessions(options, sealingKey, parts.description.vmUuid),
      places: new KnownPlaces({ ...options, controlNetwork: record.controlNetwork }),
      flow: new FlowControl(options),
      turns: new WorkerTurns(),
      deviceDirectory: options.deviceDirectory ?? '/dev/disk/by-id',
      step: createStepHook(faults, options.clock),
      faults,
    };
    this.#jobs = new JobRunner(this.#context, options.slots ?? 4, () => this.#claims.wake());
    this.#running = this.#run();
  }

  /** Resolves when the control plane said that this gateway was deleted; it asks nothing any more from then on. */
  get deleted(): Promise<void> {
    return this.#deleted.promise;
  }

  static start(parts: GatewayParts): Gateway {
    return new Gateway(parts);
  }

  status(): AgentStatus {
    const { record, options } = this.#parts;
    const { gatewayId, regionId, controlNetwork, messageNetwork } = record;
    const { gatewayName, vaultName } = this.#names;
    return {
      version: options.version,
      controlPlaneVersion: this.#controlPlaneVersion,
      activated: true,
      gateway: { gatewayId, gatewayName, vaultName, regionId },
      networks: {
        control: controlNetwork,
        message: messageNetwork,
        data: this.#settings.dataNetwork ?? controlNetwork,
      },
      accessKeyId: this.#parts.state.accessKeys.currentId ?? record.accessKeyId,
      activatedAt: Date.parse(record.activatedAt),
      settings: this.#settings,
      lastControlContactAt: this.#context.control.lastContactAt,
      lastMessageContactAt: this.#messages?.lastContactAt ?? null,
      messageChannelConnected: this.#messages?.connected ?? false,
      problem: this.#problem,
      findings: this.#findings,
      jobs: this.#jobs.status(),
    };
  }

  /** What this gateway has to reach, as far as it knows by now. */
  reachables(): Reachables {
    const { record, places } = this.#context;
    const { controlUrl, controlCa } = record;
    return { controlUrl, controlCa, servers: { ...record.servers, ...places.servers() }, vcenters: places.vcenters() };
  }

  /** Throws what the key was refused with; then the present one stays. */
  async replaceAccessKey(pair: AccessKeyPair, signal: AbortSignal): Promise<void> {
    await replaceAccessKey(this.#context, pair, AbortSignal.any([signal, this.#closing.signal]));
    this.#context.identity.ask(undefined);
    this.#claims.wake();
  }

  async #run(): Promise<void> {
    const { logger, clock } = this.#context.tools;
    const signal = this.#closing.signal;
    while (!signal.aborted) {
      try {
        const { state, record, description } = this.#parts;
        const owner = { gatewayId: record.gatewayId, vmUuid: description.vmUuid };
        const instance = await beginInstance(state, owner, this.#context.tools.ids);
        await this.#serve(instance, signal);
      } catch (error) {
        if (signal.aborted) return;
        this.#tellProblem(error);
        if (wasDeleted(error)) {
          logger.warn({ reason: String(error) }, 'this gateway was deleted: it stops, and forgets its keys');
          this.#jobs.loseAll('this gateway was deleted');
          this.#deleted.resolve();
          return;
        }
        logger.error({ err: error }, 'the gateway starts its channels again');
        await clock.sleep(5_000, signal).catch(() => undefined);
      }
    }
  }

  /** One registered instance, until another one takes its place. */
  async #serve(instance: InstanceRecord, signal: AbortSignal): Promise<void> {
    let answer = await this.#helloUntilAccepted(instance, signal);
    await confirmInstance(this.#parts.state, instance);
    this.#context.tools.logger.info({ gatewayName: answer.gatewayName }, 'gateway connected');
    const doubts: MessageDoubts = { any: false, refused: false };
    this.#messages = this.#openMessages(instance, answer, doubts);
    try {
      for (;;) {
        const ended = await claimLoop({
          gateway: this.#context,
          jobs: this.#jobs,
          instanceId: instance.instanceId,
          pollIntervalMs: answer.pollIntervalMs,
          wakeUp: this.#claims,
          onProblem: (error) => this.#tellProblem(error),
          onNews: ({ settings, findings }) => {
            this.#settings = settings;
            this.#findings = findings;
          },
          isInterrupted: () => doubts.any,
          signal,
        });
        if (ended === 'instance-conflict') return;
        // Another broker or other credentials, perhaps; the instance stays. The same ones are tried on, ever more rarely, by the client that has them.
        const before = answer.messageChannel;
        const news = { messageChannelRefused: doubts.refused };
        Object.assign(doubts, noDoubts);
        answer = await this.#helloUntilAccepted(instance, signal, news);
        if (isDeepStrictEqual(answer.messageChannel, before)) continue;
        await this.#messages[Symbol.asyncDispose]();
        Object.assign(doubts, noDoubts);
        this.#messages = this.#openMessages(instance, answer, doubts);
      }
    } finally {
      await this.#messages[Symbol.asyncDispose]();
    }
  }

  async #helloUntilAccepted(
    instance: InstanceRecord,
    signal: AbortSignal,
    news: { readonly messageChannelRefused?: boolean } = {},
  ): Promise<HelloResponse> {
    const { clock, ids, logger } = this.#context.tools;
    const backOff = new BackOff(ids);
    for (;;) {
      try {
        const answer = await this.#hello(instance, signal, news);
        this.#problem = null;
        this.#names = answer;
        this.#controlPlaneVersion = answer.controlPlaneVersion ?? null;
        this.#context.identity.ask(answer.identityChallenge);
        this.#context.flow.update(answer.settings.flowControl ?? [], Date.parse(answer.serverTime));
        this.#settings = answer.settings;
        return answer;
      } catch (error) {
        signal.throwIfAborted();
        this.#tellProblem(error);
        if (wasDeleted(error)) throw error;
        const isConflict = error instanceof ControlError && error.code === 'INSTANCE_CONFLICT';
        const waitMs = isConflict ? usualPollIntervalMs : mayRetry(error) ? backOff.next() : needsPersonMs;
        logger.warn({ reason: String(error), waitMs }, 'the control plane does not take this gateway yet');
        await clock.sleep(waitMs, signal);
      }
    }
  }

  /** As a continuation of each start that the control plane may know, the newest first. */
  async #hello(
    instance: InstanceRecord,
    signal: AbortSignal,
    news: { readonly messageChannelRefused?: boolean },
  ): Promise<HelloResponse> {
    const candidates = instance.previous.length > 0 ? instance.previous : [null];
    let refusal: unknown;
    for (const previousInstanceId of candidates) {
      const body = { instanceId: instance.instanceId, previousInstanceId, agent: this.#parts.description, ...news };
      try {
        return await this.#context.control.call('/hello', body, helloResponse, { signal, persistence: 'once' });
      } catch (error) {
        if (!(error instanceof ControlError) || error.code !== 'INSTANCE_CONFLICT') throw error;
        refusal = error;
      }
    }
    throw refusal;
  }

  #openMessages(instance: InstanceRecord, answer: HelloResponse, doubts: MessageDoubts): MessageClient {
    const { tools, record, places } = this.#context;
    places.learnMessageChannel(answer.messageChannel, record.controlCa);
    return new MessageClient({
      channel: answer.messageChannel,
      ca: record.controlCa,
      gatewayId: record.gatewayId,
      instanceId: instance.instanceId,
      heartbeatMs: answer.pollIntervalMs,
      takeProgress: () => this.#jobs.takeProgress(),
      onWake: (wake) => this.#wake(wake),
      onRefused: () => {
        Object.assign(doubts, { any: true, refused: true });
        this.#claims.wake();
      },
      onAway: () => {
        doubts.any = true;
        this.#claims.wake();
      },
      clock: tools.clock,
      ids: tools.ids,
      logger: tools.logger,
    });
  }

  #wake(wake: DownMessage['wake']): void {
    if (wake === 'CANCEL') this.#jobs.renewAll();
    this.#context.tools.clock.sleep(wakeUpsTogetherMs, this.#closing.signal).then(
      () => this.#claims.wake(),
      () => undefined,
    );
  }

  #tellProblem(error: unknown): void {
    if (error === null) this.#problem = null;
    else if (error instanceof HoldfastError)
      this.#problem = { code: error.code, message: error.message, remedy: error.remedy };
    else
      this.#problem = { code: 'INTERNAL', message: 'Something unexpected happened.', remedy: "See the gateway's log." };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { clock } = this.#context.tools;
    this.#jobs.stop();
    const patience = new AbortController();
    const timeUp = clock.sleep(stopWithinMs, patience.signal).catch(() => undefined);
    await Promise.race([this.#jobs.finished(), timeUp]);
    patience.abort();
    this.#jobs.loseAll('the gateway stopped');
    this.#closing.abort(new Error('the gateway is closing'));
    await this.#running;
    await this.#jobs.finished();
    this.#context.flow[Symbol.dispose]();
    await this.#context.sessions[Symbol.asyncDispose]();
    this.#context.control[Symbol.dispose]();
  }
}
