import type { ClockCheck } from './probe-report.ts';

/** The same moment by two clocks, in milliseconds since the epoch; `there` null: it was not told. */
export interface ClockReading {
  readonly here: number;
  readonly there: number | null;
}

/** Shown from here on. */
const offMs = 60_000;
/** Nothing may begin from here on: signatures of object storage and its credentials end at fifteen minutes, and a clock drifts on. */
const wrongMs = 5 * 60_000;

export function checkClock({ here, there }: ClockReading): ClockCheck {
  if (there === null)
    return {
      code: 'CLOCK_UNKNOWN',
      offsetMs: null,
      ok: true,
      message: 'The control plane does not tell its time.',
      remedy: '',
    };
  const offsetMs = Math.round(here - there);
  const by = Math.abs(offsetMs);
  if (by < offMs)
    return { code: 'CLOCK_RIGHT', offsetMs, ok: true, message: "This gateway's clock is right.", remedy: '' };
  const code = by < wrongMs ? 'CLOCK_OFF' : 'CLOCK_WRONG';
  return {
    code,
    offsetMs,
    ok: code === 'CLOCK_OFF',
    message: `This gateway's clock is ${inWords(by)} ${offsetMs > 0 ? 'ahead of' : 'behind'} the control plane's.`,
    remedy:
      'Set it by NTP (timedatectl set-ntp true), open UDP port 123 to a time server, and check the clock of the ESXi host; if this clock is right, check the control plane.',
  };
}

function inWords(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1_000);
  if (seconds < 120) return `${seconds} seconds`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} minutes`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`;
}
