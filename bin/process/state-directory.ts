import { stat } from 'node:fs/promises';
import { agentVariables } from '../configuration/agent.ts';
import { badConfiguration, type Environment, readVariables } from '../configuration/read.ts';

/** Asking makes nothing: a directory that is not there is most likely the wrong one. Throws BAD_CONFIGURATION. */
export async function requireStateDirectory(environment: Environment): Promise<void> {
  const { HOLDFAST_AGENT_STATE_DIRECTORY: path } = readVariables(agentVariables, environment);
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory())
    throw badConfiguration(
      `There is no state directory of a gateway at ${path}.`,
      'Set HOLDFAST_AGENT_STATE_DIRECTORY as it is set for the agent.',
    );
}
