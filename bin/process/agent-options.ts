import type { AgentLog } from '../../agent/log/agent-log.ts';
import type { AgentOptions } from '../../agent/options.ts';
import { systemClock } from '../../base/clock.ts';
import { FaultPlan } from '../../base/fault-plan.ts';
import { systemIds } from '../../base/ids.ts';
import type { Logger } from '../../base/logger.ts';
import { registerGatewayDrivers } from '../../drivers/registry/gateway-drivers.ts';
import type { AgentVariables } from '../configuration/agent.ts';
import { loadRegistry } from './drivers.ts';
import { packageVersion } from './version.ts';

/** An agent as the environment says it should be. */
export async function agentOptions(variables: AgentVariables, logger: Logger, log: AgentLog): Promise<AgentOptions> {
  const tools = { clock: systemClock, ids: systemIds, logger };
  const faults = new FaultPlan(variables.HOLDFAST_FAULTS);
  const drivers = await loadRegistry({ packages: variables.HOLDFAST_DRIVERS, logger, faults }, (registry) =>
    registerGatewayDrivers(registry, tools),
  );
  return {
    ...tools,
    drivers,
    log,
    version: await packageVersion(),
    stateDirectory: variables.HOLDFAST_AGENT_STATE_DIRECTORY,
    page: { host: variables.HOLDFAST_PAGE_HOST, port: variables.HOLDFAST_PAGE_PORT },
    deviceDirectory: variables.HOLDFAST_DEVICE_DIRECTORY,
    probeDeadlineMs: variables.HOLDFAST_PROBE_DEADLINE_MS,
    ...(variables.HOLDFAST_GATEWAY_VM_UUID !== undefined && { vmUuid: variables.HOLDFAST_GATEWAY_VM_UUID }),
    slots: variables.HOLDFAST_AGENT_SLOTS,
    faults,
  };
}
