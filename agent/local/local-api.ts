import { z } from 'zod';
import type { AccessKeyPair } from '../../drivers/identity/contract.ts';
import type { ActivationForm } from '../activation/form.ts';
import type { ActivationOutcome } from '../activation/outcome.ts';
import type { ProbeReport, ProbeTarget } from '../probe/probe-report.ts';

/** What the agent's own command line says to a running agent: HTTP and JSON on a Unix socket that only the agent's owner may use. */
export const localPaths = {
  status: '/v1/status',
  probe: '/v1/probe',
  activate: '/v1/activate',
  replaceAccessKey: '/v1/replace-access-key',
  logs: '/v1/logs',
} as const;

const typed = z.string().max(128 * 1_024);

export const probeBody = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('PRESENT') }),
  z.object({ kind: z.literal('FORM'), certificate: typed, controlNetwork: typed, messageNetwork: typed }),
]) satisfies z.ZodType<ProbeTarget>;

export const activateBody = z.object({
  accessKeyId: typed,
  accessKeySecret: typed,
  password: typed,
  passwordAgain: typed,
  certificate: typed,
  controlNetwork: typed,
  messageNetwork: typed,
  acceptProbe: z.boolean(),
  skipProbe: z.boolean(),
}) satisfies z.ZodType<ActivationForm>;

export const replaceAccessKeyBody = z.object({
  accessKeyId: typed,
  accessKeySecret: typed,
}) satisfies z.ZodType<AccessKeyPair>;

const parameters = z.record(z.string(), z.union([z.string(), z.number()]));

export const probeAnswer = z.object({
  startedAt: z.number(),
  clock: z
    .object({
      code: z.enum(['CLOCK_RIGHT', 'CLOCK_UNKNOWN', 'CLOCK_OFF', 'CLOCK_WRONG']),
      offsetMs: z.number().nullable(),
      ok: z.boolean(),
      message: z.string(),
      remedy: z.string(),
    })
    .nullable(),
  checks: z.array(
    z.object({
      host: z.string(),
      port: z.number(),
      channel: z.enum(['CONTROL', 'MESSAGE', 'DATA', 'VSPHERE']),
      purpose: z.string(),
      ok: z.boolean(),
      required: z.boolean(),
      durationMs: z.number().nullable(),
      error: z
        .object({
          code: z.enum([
            'DNS_FAILED',
            'CONNECTION_REFUSED',
            'TIMEOUT',
            'UNREACHABLE',
            'CONNECTION_LOST',
            'TLS_FAILED',
            'ANSWER_UNEXPECTED',
          ]),
          message: z.string(),
          remedy: z.string(),
          parameters,
        })
        .nullable(),
    }),
  ),
}) satisfies z.ZodType<ProbeReport>;

const problem = z.object({
  code: z.string(),
  message: z.string(),
  remedy: z.string(),
  parameters: parameters.optional(),
});
const finding = z.object({
  code: z.string(),
  severity: z.enum(['INFO', 'WARNING', 'ERROR']),
  message: z.string(),
  remedy: z.string(),
});
const field = activateBody.omit({ acceptProbe: true, skipProbe: true }).keyof();

const fieldErrors = z.partialRecord(z.enum([...field.options, 'form']), problem);

export const replaceAccessKeyAnswer = z.object({ errors: fieldErrors.nullable() });

export const activateAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('activated'), findings: z.array(finding), probe: probeAnswer.nullable() }),
  z.object({ kind: z.literal('errors'), errors: fieldErrors }),
  z.object({ kind: z.literal('probe-failed'), probe: probeAnswer }),
]) satisfies z.ZodType<ActivationOutcome>;

/** What is shown of a status; an agent may say more. */
export const statusAnswer = z.looseObject({
  version: z.string(),
  controlPlaneVersion: z.string().nullable(),
  activated: z.boolean(),
  gateway: z
    .looseObject({ gatewayId: z.string(), gatewayName: z.string(), vaultName: z.string(), regionId: z.string() })
    .nullable(),
  accessKeyId: z.string().nullable(),
  lastControlContactAt: z.number().nullable(),
  messageChannelConnected: z.boolean(),
  problem: z.looseObject({ code: z.string(), message: z.string(), remedy: z.string() }).nullable(),
  jobs: z.array(z.looseObject({ kind: z.string(), subject: z.string() })),
});
export type LocalStatus = z.infer<typeof statusAnswer>;

export const errorAnswer = z.object({
  error: z.object({ code: z.string(), message: z.string(), remedy: z.string() }),
});
