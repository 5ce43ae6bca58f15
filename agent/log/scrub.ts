/**
 * Takes out of a line of the log what looks like a secret whatever field it is in, such as in the message of somebody else's error. Fields that are known to
 * hold secrets are redacted by the logger already.
 */
export function scrub(line: string): string {
  return line
    .replaceAll(/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi, '$1 [redacted]')
    .replaceAll(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/"@]+:[^\s/"@]+@/gi, '$1[redacted]@')
    .replaceAll(/-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----/gs, '[redacted]');
}
