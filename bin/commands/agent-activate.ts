import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { ActivationOutcome } from '../../agent/activation/outcome.ts';
import { allowsActivation } from '../../agent/probe/probe-report.ts';
import { badConfiguration, type Environment } from '../configuration/read.ts';
import { accessAgent, exitCodes } from '../process/agent-access.ts';
import { optionProblems, tellProblems } from '../process/field-origins.ts';
import { probeTable } from '../process/probe-table.ts';
import { accessKeyIdOf, accessKeySecret, pagePassword, readSecrets } from '../process/secrets.ts';
import { interruptible } from '../process/stop-signal.ts';

const options = z.object({
  certificate: z.string(),
  controlNetwork: z.string(),
  messageNetwork: z.string(),
  accessKeyId: z.string().optional(),
  secretsFromStdin: z.boolean().default(false),
  acceptProbe: z.boolean().default(false),
  skipProbe: z.boolean().default(false),
  json: z.boolean().default(false),
});

/** `holdfast agent activate`: what the gateway's page does, without a browser. */
export async function runActivate(environment: Environment, given: unknown): Promise<void> {
  const wanted = options.parse(given);
  if (wanted.certificate === '-' && wanted.secretsFromStdin)
    throw badConfiguration(
      'Both the certificate and the secrets are to come from standard input.',
      'Give the certificate as a file, or the secrets in the environment.',
    );
  const accessKeyId = accessKeyIdOf(wanted.accessKeyId, environment);
  const certificate = await readCertificateFile(wanted.certificate);
  const secretOf = await readSecrets([accessKeySecret, pagePassword], {
    environment,
    fromStdin: wanted.secretsFromStdin,
  });
  using interruption = interruptible();
  await using agent = await accessAgent(environment);
  const outcome = await agent.activate(
    {
      accessKeyId,
      accessKeySecret: secretOf(accessKeySecret),
      certificate,
      password: secretOf(pagePassword),
      passwordAgain: secretOf(pagePassword),
      controlNetwork: wanted.controlNetwork.toUpperCase(),
      messageNetwork: wanted.messageNetwork.toUpperCase(),
      acceptProbe: wanted.acceptProbe,
      skipProbe: wanted.skipProbe,
    },
    interruption.signal,
  );
  const { gateway } = await agent.status();
  const names = { gatewayId: gateway?.gatewayId ?? null, gatewayName: gateway?.gatewayName ?? null };
  if (wanted.json) process.stdout.write(`${JSON.stringify(asJson(outcome, names, agent.isRunning))}\n`);
  else tell(outcome, names, agent.isRunning);
  process.exitCode = { activated: exitCodes.done, errors: exitCodes.failed, 'probe-failed': exitCodes.probeFailed }[
    outcome.kind
  ];
}

export async function readCertificateFile(path: string): Promise<string> {
  if (path === '-') return text(process.stdin);
  return readFile(path, 'utf8').catch((error: Error) => {
    throw badConfiguration(`--certificate cannot be read: ${error.message}.`, 'Check the path and its permissions.');
  });
}

interface Names {
  readonly gatewayId: string | null;
  readonly gatewayName: string | null;
}

function asJson(outcome: ActivationOutcome, names: Names, isRunning: boolean): object {
  switch (outcome.kind) {
    case 'activated':
      return { outcome: 'activated', ...names, running: isRunning, findings: outcome.findings, probe: outcome.probe };
    case 'errors':
      return { outcome: 'errors', errors: optionProblems(outcome.errors) };
    case 'probe-failed':
      return { outcome: 'probe-failed', mayAccept: allowsActivation(outcome.probe), probe: outcome.probe };
  }
}

function tell(outcome: ActivationOutcome, { gatewayName }: Names, isRunning: boolean): void {
  const say = (line: string) => process.stderr.write(line);
  switch (outcome.kind) {
    case 'activated':
      process.stdout.write(`The gateway ${gatewayName} is activated.\n`);
      for (const { severity, message, remedy } of outcome.findings) say(`${severity}: ${message} ${remedy}\n`);
      if (!isRunning) say('No agent runs here: start it with "holdfast agent".\n');
      return;
    case 'errors':
      say('Nothing was activated.\n');
      tellProblems(outcome.errors);
      return;
    case 'probe-failed':
      say(
        `Nothing was activated: not everything the gateway needs is as it should be.\n\n${probeTable(outcome.probe)}\n`,
      );
      say(
        allowsActivation(outcome.probe)
          ? 'The gateway can be activated all the same: --accept-probe.\n'
          : 'What FAILS has to be mended first.\n',
      );
  }
}
