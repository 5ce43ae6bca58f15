/** What a gateway found when it tried everything it has to reach. Times: milliseconds since the epoch; durations: milliseconds. */
export interface ProbeReport {
  readonly startedAt: number;
  /** null: nothing answered that could tell the time. */
  readonly clock: ClockCheck | null;
  /** Required ones first, then by channel. */
  readonly checks: readonly ProbeCheck[];
}

/** This machine's clock against the control plane's. */
export interface ClockCheck {
  /** CLOCK_OFF: by more than a minute, which is shown and stops nothing. CLOCK_WRONG: by five minutes or more. */
  readonly code: 'CLOCK_RIGHT' | 'CLOCK_UNKNOWN' | 'CLOCK_OFF' | 'CLOCK_WRONG';
  /** How far this clock is ahead; negative when it is behind; null when the control plane did not tell its time. */
  readonly offsetMs: number | null;
  /** False from five minutes on: signatures and credentials of object storage end at fifteen. */
  readonly ok: boolean;
  /** One sentence. */
  readonly message: string;
  /** What to do; empty when nothing is to be done. */
  readonly remedy: string;
}

export type ProbeChannel = 'CONTROL' | 'MESSAGE' | 'DATA' | 'VSPHERE';

/** One host and port that were tried. */
export interface ProbeCheck {
  /** Host name or address, an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
  readonly channel: ProbeChannel;
  /** What the gateway needs it for, in English. */
  readonly purpose: string;
  readonly ok: boolean;
  /** Whether nothing works without it. Work goes on without the others, later or not for everything. */
  readonly required: boolean;
  /** null: it was not tried. */
  readonly durationMs: number | null;
  readonly error: ProbeError | null;
}

/**
 * Why an endpoint counts as not reachable.
 *
 * DNS_FAILED: its name is unknown, or no name server answers. CONNECTION_REFUSED: the host answers that nothing listens there, or a firewall
 * rejects. TIMEOUT: nothing answers; mostly a firewall drops it. UNREACHABLE: this machine knows no way there. CONNECTION_LOST: it was closed before
 * anything was said. TLS_FAILED: its certificate is not trusted, or is of another name. ANSWER_UNEXPECTED: something else answers, a
 * captive portal or a proxy.
 */
export type ProbeErrorCode =
  | 'DNS_FAILED'
  | 'CONNECTION_REFUSED'
  | 'TIMEOUT'
  | 'UNREACHABLE'
  | 'CONNECTION_LOST'
  | 'TLS_FAILED'
  | 'ANSWER_UNEXPECTED';

/** Message and remedy are whole sentences in English. */
export interface ProbeError {
  readonly code: ProbeErrorCode;
  readonly message: string;
  readonly remedy: string;
  /** What `{name}` would stand for in other languages: `host`, `port`, and with TLS_FAILED perhaps `issuer`. */
  readonly parameters: Readonly<Record<string, string | number>>;
}

/** What to probe: the gateway as it is activated, or as these fields of a form would activate it. */
export type ProbeTarget =
  | { readonly kind: 'PRESENT' }
  | {
      readonly kind: 'FORM';
      readonly certificate: string;
      readonly controlNetwork: string;
      readonly messageNetwork: string;
    };

/** Whether a gateway could be activated with this: everything required is reachable, and the clock is not wrong. */
export function allowsActivation(report: ProbeReport): boolean {
  return report.clock?.ok !== false && report.checks.every(({ ok, required }) => ok || !required);
}

/** Whether everything is as it should be. */
export function isFlawless(report: ProbeReport): boolean {
  return report.clock?.ok !== false && report.checks.every(({ ok }) => ok);
}
