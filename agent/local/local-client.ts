import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { z } from 'zod';
import { HoldfastError } from '../../base/errors.ts';
import type { AccessKeyPair } from '../../drivers/identity/contract.ts';
import type { ActivationForm, FieldErrors } from '../activation/form.ts';
import type { ActivationOutcome } from '../activation/outcome.ts';
import type { ProbeReport, ProbeTarget } from '../probe/probe-report.ts';
import {
  activateAnswer,
  errorAnswer,
  type LocalStatus,
  localPaths,
  probeAnswer,
  replaceAccessKeyAnswer,
  statusAnswer,
} from './local-api.ts';
import { findSocket } from './socket-place.ts';

/** An agent, running or not, as the command line uses it. */
export interface LocalAgent extends AsyncDisposable {
  readonly isRunning: boolean;
  status(): Promise<LocalStatus>;
  probe(target: ProbeTarget, signal: AbortSignal): Promise<ProbeReport>;
  activate(form: ActivationForm, signal: AbortSignal): Promise<ActivationOutcome>;
  /** Undefined: the gateway works with this key from now on. */
  replaceAccessKey(pair: AccessKeyPair, signal: AbortSignal): Promise<FieldErrors | undefined>;
  logs(): Promise<string>;
}

/** How long an agent may be silent before it is taken for stuck. Milliseconds. */
const usualPatience = {
  /** For what it knows. */
  tellMs: 15_000,
  /** For what it has to do first, with others that may be slow. */
  actMs: 5 * 60_000,
};

/**
 * The agent that runs on this state directory; undefined where none does. A socket that was left behind is none. One that is stopped or stuck ends a call with
 * AGENT_SILENT.
 */
export async function connectToAgent(
  stateDirectory: string,
  patience = usualPatience,
): Promise<LocalAgent | undefined> {
  const socketPath = await findSocket(stateDirectory).catch(() => undefined);
  if (socketPath === undefined || !(await answers(socketPath))) return undefined;
  const call = async <Schema extends z.ZodType>(
    path: string,
    answer: Schema,
    body?: object,
    signal?: AbortSignal,
  ): Promise<z.output<Schema>> => {
    const withinMs = body === undefined ? patience.tellMs : patience.actMs;
    return answer.parse(JSON.parse(await ask(socketPath, path, withinMs, body, signal)));
  };
  return {
    isRunning: true,
    status: () => call(localPaths.status, statusAnswer),
    probe: (target, signal) => call(localPaths.probe, probeAnswer, target, signal),
    activate: (form, signal) =>
      call(localPaths.activate, activateAnswer, { acceptProbe: false, skipProbe: false, ...form }, signal),
    async replaceAccessKey(pair, signal) {
      const { errors } = await call(localPaths.replaceAccessKey, replaceAccessKeyAnswer, pair, signal);
      return errors ?? undefined;
    },
    logs: () => ask(socketPath, localPaths.logs, patience.tellMs),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

async function answers(socketPath: string): Promise<boolean> {
  const socket = connect(socketPath);
  try {
    await once(socket, 'connect');
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EACCES')
      throw new HoldfastError(
        {
          code: 'BAD_CONFIGURATION',
          message: `This user may not speak to the agent at ${socketPath}.`,
          remedy: 'Run the command as the user whom the agent runs as.',
          retryable: false,
        },
        { cause: error },
      );
    return false;
  } finally {
    socket.destroy();
  }
}

async function ask(
  socketPath: string,
  path: string,
  withinMs: number,
  body?: object,
  signal?: AbortSignal,
): Promise<string> {
  const payload = body && Buffer.from(JSON.stringify(body));
  const question = request({
    socketPath,
    path,
    timeout: withinMs,
    ...(signal && { signal }),
    ...(payload && {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': payload.length },
    }),
  });
  question.once('timeout', () => question.destroy(agentSilent(withinMs)));
  question.end(payload);
  const [response] = await once(question, 'response');
  const answer = await text(response);
  if (response.statusCode === 200) return answer;
  const { error } = errorAnswer.parse(JSON.parse(answer));
  throw new HoldfastError({ ...error, retryable: false });
}

function agentSilent(ms: number): HoldfastError {
  return new HoldfastError({
    code: 'AGENT_SILENT',
    message: `The agent runs, and has said nothing for ${ms / 1_000} seconds.`,
    remedy: 'See whether its process is stopped or its machine overloaded; start the agent again if it stays so.',
    retryable: true,
  });
}
