import { systemClock } from '../../base/clock.ts';
import { systemIds } from '../../base/ids.ts';
import { startSandbox } from '../../sandbox/start.ts';
import { type Environment, readVariables } from '../configuration/read.ts';
import { sandboxVariables } from '../configuration/sandbox.ts';
import { runProcess } from '../process/run-process.ts';

/** `holdfast sandbox`. Its ready line carries the vCenter's address and login: nothing in it is worth a secret. */
export async function runSandbox(environment: Environment): Promise<void> {
  const variables = readVariables(sandboxVariables, environment);
  await runProcess({
    name: 'sandbox',
    environment,
    variables,
    async start(logger) {
      const { HOLDFAST_SANDBOX_USERNAME: username, HOLDFAST_SANDBOX_PASSWORD: password } = variables;
      const sandbox = await startSandbox({
        clock: systemClock,
        ids: systemIds,
        logger,
        directory: variables.HOLDFAST_SANDBOX_DIRECTORY,
        controlPort: variables.HOLDFAST_SANDBOX_CONTROL_PORT,
        taskDelayMs: variables.HOLDFAST_SANDBOX_TASK_DELAY_MS,
        vcenter: {
          port: variables.HOLDFAST_SANDBOX_PORT,
          ...(username !== undefined && { username }),
          ...(password !== undefined && { password }),
        },
        ...(variables.HOLDFAST_SANDBOX_DISK !== undefined && { primaryDisk: variables.HOLDFAST_SANDBOX_DISK }),
      });
      const { close, ...about } = sandbox;
      return {
        ready: about,
        lines: [
          `The simulated vCenter is at ${about.vcenterAddress}, user ${about.username}, password ${about.password}`,
          `Its certificate's fingerprint is ${about.fingerprint}`,
        ],
        close: () => close.call(sandbox),
      };
    },
  });
}
