import { AgentLog } from '../../agent/log/agent-log.ts';
import { startAgent } from '../../agent/start.ts';
import { systemClock } from '../../base/clock.ts';
import { agentVariables } from '../configuration/agent.ts';
import { type Environment, readVariables } from '../configuration/read.ts';
import { agentOptions } from '../process/agent-options.ts';
import { runProcess } from '../process/run-process.ts';

/** `holdfast agent`. Its ready line carries `pageUrl` and `pageFingerprint`. */
export async function runAgent(environment: Environment): Promise<void> {
  const variables = readVariables(agentVariables, environment);
  const log = new AgentLog({ clock: systemClock });
  await runProcess({
    name: 'agent',
    environment,
    variables,
    alsoLog: log.write,
    async start(logger) {
      const agent = await startAgent(await agentOptions(variables, logger, log));
      return {
        ready: { pageUrl: agent.pageUrl, pageFingerprint: agent.pageFingerprint },
        lines: [
          `The gateway's page is at ${agent.pageUrl}`,
          `SHA-256 fingerprint of its certificate, to compare in the browser: ${agent.pageFingerprint}`,
        ],
        close: () => agent.close(),
      };
    },
  });
}
