import { openAgent } from '../../agent/local/idle-agent.ts';
import type { LocalAgent } from '../../agent/local/local-client.ts';
import { AgentLog } from '../../agent/log/agent-log.ts';
import { systemClock } from '../../base/clock.ts';
import { createLogger } from '../../base/logger.ts';
import type { AgentVariables } from '../configuration/agent.ts';
import { agentOptions } from './agent-options.ts';

/** A gateway that does not run, or that is just starting or ending. */
export async function accessIdleAgent(variables: AgentVariables): Promise<LocalAgent> {
  const log = new AgentLog({ clock: systemClock });
  const logger = createLogger({ name: 'agent', level: variables.HOLDFAST_LOG_LEVEL, also: log.write, quiet: true });
  return openAgent(await agentOptions(variables, logger, log));
}
