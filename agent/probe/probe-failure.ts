import { hostAndPort, type ProbeEndpoint } from './probe-endpoint.ts';
import type { ProbeError, ProbeErrorCode } from './probe-report.ts';

/** Why a check failed, ready to be shown. */
export class ProbeFailure extends Error {
  readonly details: ProbeError;

  constructor(details: ProbeError, options?: ErrorOptions) {
    super(details.message, options);
    this.details = details;
  }
}

export function failure(
  endpoint: Pick<ProbeEndpoint, 'host' | 'port'>,
  code: ProbeErrorCode,
  message: string,
  remedy: string,
  more: { readonly cause?: unknown; readonly parameters?: Readonly<Record<string, string | number>> } = {},
): ProbeFailure {
  const { host, port } = endpoint;
  return new ProbeFailure(
    { code, message, remedy, parameters: { host, port, ...more.parameters } },
    { cause: more.cause },
  );
}

/** What a person who manages the firewall needs to read. */
export function openOutbound(endpoint: Pick<ProbeEndpoint, 'host' | 'port'>): string {
  return `open TCP ${hostAndPort(endpoint)} outbound for this gateway`;
}

/** The operating system's or a library's word for what happened. */
export function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
