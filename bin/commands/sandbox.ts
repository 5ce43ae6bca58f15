import { systemClock } from '../../base/clock.ts';
import { FaultPlan } from '../../base/fault-plan.ts';
import { systemIds } from '../../base/ids.ts';
import { type SandboxOptions, startSandbox } from '../../sandbox/start.ts';
import { type Environment, readVariables } from '../configuration/read.ts';
import { type SandboxVariables, sandboxVariables } from '../configuration/sandbox.ts';
import { runProcess } from '../process/run-process.ts';

/** `holdfast sandbox`. Its ready line carries the logins of the vCenter and the object server: nothing in them is worth a secret. */
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
        faults: new FaultPlan(variables.HOLDFAST_FAULTS),
        directory: variables.HOLDFAST_SANDBOX_DIRECTORY,
        controlPort: variables.HOLDFAST_SANDBOX_CONTROL_PORT,
        taskDelayMs: variables.HOLDFAST_SANDBOX_TASK_DELAY_MS,
        vcenter: {
          port: variables.HOLDFAST_SANDBOX_PORT,
          ...(username !== undefined && { username }),
          ...(password !== undefined && { password }),
        },
        objects: objectOptions(variables),
        nfc: {
          leaseTimeoutMs: variables.HOLDFAST_SANDBOX_LEASE_TIMEOUT_MS,
          ...(variables.HOLDFAST_SANDBOX_UPLOADS !== undefined && { keepUploads: variables.HOLDFAST_SANDBOX_UPLOADS }),
        },
        ...(variables.HOLDFAST_SANDBOX_DISK !== undefined && { primaryDisk: variables.HOLDFAST_SANDBOX_DISK }),
      });
      const { close, ...about } = sandbox;
      return {
        ready: about,
        lines: [
          `The simulated vCenter is at ${about.vcenterAddress}, user ${about.username}, password ${about.password}`,
          `Its certificate's fingerprint is ${about.fingerprint}`,
          `The simulated OSS is at ${about.objects.httpEndpoint} and ${about.objects.httpsEndpoint}, bucket ${about.objects.bucket} in ${about.objects.region}`,
          `Its STS is at ${about.objects.stsHttpEndpoint} and ${about.objects.stsHttpsEndpoint}, role ${about.objects.roleArn}`,
          `Access key ${about.objects.accessKeyId}, secret ${about.objects.accessKeySecret}; the certificates' authority is in ${about.objects.caFile}`,
        ],
        close: () => close.call(sandbox),
      };
    },
  });
}

function objectOptions(variables: SandboxVariables): NonNullable<SandboxOptions['objects']> {
  const { HOLDFAST_SANDBOX_ACCESS_KEY_ID: accessKeyId, HOLDFAST_SANDBOX_ACCESS_KEY_SECRET: accessKeySecret } =
    variables;
  return {
    region: variables.HOLDFAST_SANDBOX_REGION_ID,
    bucket: variables.HOLDFAST_SANDBOX_BUCKET,
    ports: {
      http: variables.HOLDFAST_SANDBOX_OBJECT_PORT,
      https: variables.HOLDFAST_SANDBOX_OBJECT_HTTPS_PORT,
      stsHttp: variables.HOLDFAST_SANDBOX_STS_PORT,
      stsHttps: variables.HOLDFAST_SANDBOX_STS_HTTPS_PORT,
    },
    minDurationSeconds: variables.HOLDFAST_SANDBOX_STS_MIN_SECONDS,
    users: [
      {
        identityType: 'RAMUser',
        ...(accessKeyId !== undefined && { accessKeyId }),
        ...(accessKeySecret !== undefined && { accessKeySecret }),
      },
    ],
  };
}
