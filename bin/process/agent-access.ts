import { connectToAgent, type LocalAgent } from '../../agent/local/local-client.ts';
import { agentVariables } from '../configuration/agent.ts';
import { type Environment, readVariables } from '../configuration/read.ts';

/** The gateway of this state directory, running or not. What it logs goes to its own log and not to the terminal. */
export async function accessAgent(environment: Environment): Promise<LocalAgent> {
  const variables = readVariables(agentVariables, environment);
  // Most often one runs, and then none of the drivers has to be loaded.
  const running = await connectToAgent(variables.HOLDFAST_AGENT_STATE_DIRECTORY);
  return running ?? (await import('./idle-agent.ts')).accessIdleAgent(variables);
}

/** How commands about a gateway end; README lists them. */
export const exitCodes = {
  done: 0,
  /** Refused, or something failed. `status`: something keeps the gateway from working. */
  failed: 1,
  /** An option or a variable is missing or wrong. */
  usage: 2,
  /** Something cannot be reached; nothing was activated. */
  probeFailed: 3,
  notActivated: 4,
  /** Activated, and no agent runs. */
  notRunning: 5,
} as const;
