import { startAgent } from '../../agent/start.ts';
import { systemClock } from '../../base/clock.ts';
import { FaultPlan } from '../../base/fault-plan.ts';
import { systemIds } from '../../base/ids.ts';
import { registerGatewayDrivers } from '../../drivers/registry/gateway-drivers.ts';
import { agentVariables } from '../configuration/agent.ts';
import { type Environment, readVariables } from '../configuration/read.ts';
import { loadRegistry } from '../process/drivers.ts';
import { runProcess } from '../process/run-process.ts';
import { packageVersion } from '../process/version.ts';

/** `holdfast agent`. Its ready line carries `pageUrl` and `pageFingerprint`. */
export async function runAgent(environment: Environment): Promise<void> {
  const variables = readVariables(agentVariables, environment);
  await runProcess({
    name: 'agent',
    environment,
    variables,
    async start(logger) {
      const tools = { clock: systemClock, ids: systemIds, logger };
      const faults = new FaultPlan(variables.HOLDFAST_FAULTS);
      const drivers = await loadRegistry({ packages: variables.HOLDFAST_DRIVERS, logger, faults }, (registry) =>
        registerGatewayDrivers(registry, tools),
      );
      const agent = await startAgent({
        ...tools,
        drivers,
        version: await packageVersion(),
        stateDirectory: variables.HOLDFAST_AGENT_STATE_DIRECTORY,
        page: { host: variables.HOLDFAST_PAGE_HOST, port: variables.HOLDFAST_PAGE_PORT },
        deviceDirectory: variables.HOLDFAST_DEVICE_DIRECTORY,
        ...(variables.HOLDFAST_GATEWAY_VM_UUID !== undefined && { vmUuid: variables.HOLDFAST_GATEWAY_VM_UUID }),
        slots: variables.HOLDFAST_AGENT_SLOTS,
        faults,
      });
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
