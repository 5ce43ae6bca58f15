import { lstat } from 'node:fs/promises';
import { HoldfastError } from '../../base/errors.ts';
import { AgentProcess } from '../agent-process.ts';
import { logDirectory } from '../log/agent-log.ts';
import type { AgentOptions } from '../options.ts';
import { openStateDirectory } from '../state/state-directory.ts';
import { statusAnswer } from './local-api.ts';
import { connectToAgent, type LocalAgent } from './local-client.ts';

/** An agent that is just starting or ending holds its lock and has no socket. */
const triesForTheLock = 6;
const betweenTriesMs = 500;

/**
 * The agent of this state directory for one command: the running one, or else the directory itself, whose lock is held until this is disposed. Then nothing is
 * started: what is changed counts from the next start on. Throws STATE_DIRECTORY_IN_USE, BAD_CONFIGURATION.
 */
export async function openAgent(options: AgentOptions): Promise<LocalAgent> {
  for (let attempt = 1; ; attempt += 1) {
    const running = await connectToAgent(options.stateDirectory);
    if (running) return running;
    try {
      return await openIdleAgent(options);
    } catch (error) {
      const isInUse = error instanceof HoldfastError && error.code === 'STATE_DIRECTORY_IN_USE';
      if (!isInUse || attempt === triesForTheLock) throw error;
      await options.clock.sleep(betweenTriesMs);
    }
  }
}

async function openIdleAgent(options: AgentOptions): Promise<LocalAgent> {
  await requireOwner(options.stateDirectory);
  await using stack = new AsyncDisposableStack();
  const state = stack.use(await openStateDirectory(options.stateDirectory, options));
  if (options.log) await stack.use(options.log).open(logDirectory(state.path));
  const agent = stack.use(await AgentProcess.open(options, state));
  const open = stack.move();
  return {
    isRunning: false,
    status: async () => statusAnswer.parse(agent.status()),
    probe: (target, signal) => agent.probe(target, signal),
    activate: (form, signal) => agent.activate(form, signal),
    replaceAccessKey: (pair, signal) => agent.replaceAccessKey(pair, signal),
    logs: () => agent.logs(),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

/** What another user writes there, root first of all, the agent could not read. */
async function requireOwner(stateDirectory: string): Promise<void> {
  const owner = await lstat(stateDirectory).then(
    ({ uid }) => uid,
    () => undefined,
  );
  const user = process.geteuid?.();
  if (owner === undefined || user === undefined || owner === user) return;
  throw new HoldfastError({
    code: 'BAD_CONFIGURATION',
    message: `The state directory ${stateDirectory} belongs to another user (${owner}) than the one who runs this command (${user}).`,
    remedy: 'Run the command as the user whom the agent runs as, or while the agent runs.',
    retryable: false,
  });
}
