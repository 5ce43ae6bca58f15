import { z } from 'zod';
import type { LocalStatus } from '../../agent/local/local-api.ts';
import { isFlawless } from '../../agent/probe/probe-report.ts';
import type { Environment } from '../configuration/read.ts';
import { accessAgent, exitCodes } from '../process/agent-access.ts';
import { probeTable } from '../process/probe-table.ts';
import { requireStateDirectory } from '../process/state-directory.ts';
import { interruptible } from '../process/stop-signal.ts';
import { readCertificateFile } from './agent-activate.ts';

/** `holdfast agent status` */
export async function runStatus(environment: Environment, given: unknown): Promise<void> {
  const { json } = z.object({ json: z.boolean().default(false) }).parse(given);
  await requireStateDirectory(environment);
  await using agent = await accessAgent(environment);
  const status = await agent.status();
  if (json) process.stdout.write(`${JSON.stringify({ running: agent.isRunning, ...status })}\n`);
  else process.stdout.write(statusText(status, agent.isRunning));
  if (!status.activated) process.exitCode = exitCodes.notActivated;
  else if (!agent.isRunning) process.exitCode = exitCodes.notRunning;
  else process.exitCode = status.problem === null ? exitCodes.done : exitCodes.failed;
}

/** `holdfast agent probe` */
export async function runAgentProbe(environment: Environment, given: unknown): Promise<void> {
  const { certificate, controlNetwork, messageNetwork, json } = z
    .object({
      certificate: z.string().optional(),
      controlNetwork: z.string(),
      messageNetwork: z.string(),
      json: z.boolean().default(false),
    })
    .parse(given);
  if (certificate === undefined) await requireStateDirectory(environment);
  using interruption = interruptible();
  await using agent = await accessAgent(environment);
  const report = await agent.probe(
    certificate === undefined
      ? { kind: 'PRESENT' }
      : {
          kind: 'FORM',
          certificate: await readCertificateFile(certificate),
          controlNetwork: controlNetwork.toUpperCase(),
          messageNetwork: messageNetwork.toUpperCase(),
        },
    interruption.signal,
  );
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : probeTable(report));
  process.exitCode = isFlawless(report) ? exitCodes.done : exitCodes.probeFailed;
}

/** `holdfast agent logs` */
export async function runLogs(environment: Environment): Promise<void> {
  await requireStateDirectory(environment);
  await using agent = await accessAgent(environment);
  process.stdout.write(await agent.logs());
}

function statusText(status: LocalStatus, isRunning: boolean): string {
  const { gateway, problem, jobs } = status;
  const lines = [
    `agent            ${isRunning ? 'running' : 'not running'}, version ${status.version}`,
    `activated        ${status.activated ? 'yes' : 'no'}`,
    ...(gateway
      ? [
          `gateway          ${gateway.gatewayName} (${gateway.gatewayId})`,
          `vault            ${gateway.vaultName} in ${gateway.regionId}`,
          `access key       ${status.accessKeyId}`,
        ]
      : []),
    ...(isRunning && status.activated
      ? [
          `control channel  ${contact(status.lastControlContactAt)}`,
          ...(status.controlPlaneVersion === null ? [] : [`control plane    version ${status.controlPlaneVersion}`]),
          `message channel  ${status.messageChannelConnected ? 'connected' : 'not connected'}`,
          `jobs             ${jobs.map(({ kind, subject }) => `${kind.toLowerCase()} of ${subject}`).join(', ') || 'none'}`,
        ]
      : []),
    ...(problem ? [`problem          ${problem.message}`, `                 ${problem.remedy}`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function contact(at: number | null): string {
  return at === null ? 'no contact since the start' : `last contact ${new Date(at).toISOString()}`;
}
