import { z } from 'zod';
import type { Environment } from '../configuration/read.ts';
import { accessAgent, exitCodes } from '../process/agent-access.ts';
import { optionProblems, tellProblems } from '../process/field-origins.ts';
import { accessKeyIdOf, accessKeySecret, readSecrets } from '../process/secrets.ts';
import { requireStateDirectory } from '../process/state-directory.ts';
import { interruptible } from '../process/stop-signal.ts';

const options = z.object({
  accessKeyId: z.string().optional(),
  secretsFromStdin: z.boolean().default(false),
  json: z.boolean().default(false),
});

/** `holdfast agent replace-key`: another access key for the same gateway, which keeps everything else. */
export async function runReplaceKey(environment: Environment, given: unknown): Promise<void> {
  const wanted = options.parse(given);
  const accessKeyId = accessKeyIdOf(wanted.accessKeyId, environment);
  await requireStateDirectory(environment);
  const secretOf = await readSecrets([accessKeySecret], { environment, fromStdin: wanted.secretsFromStdin });
  using interruption = interruptible();
  await using agent = await accessAgent(environment);
  const errors = await agent.replaceAccessKey(
    { accessKeyId, accessKeySecret: secretOf(accessKeySecret) },
    interruption.signal,
  );
  process.exitCode = errors ? exitCodes.failed : exitCodes.done;
  if (wanted.json) {
    const outcome = errors
      ? { outcome: 'errors', errors: optionProblems(errors) }
      : { outcome: 'replaced', accessKeyId };
    process.stdout.write(`${JSON.stringify(outcome)}\n`);
  } else if (errors) {
    process.stderr.write('The access key was not replaced; the present one stays.\n');
    tellProblems(errors);
  } else process.stdout.write(`The gateway works with the access key ${accessKeyId} from now on.\n`);
}
