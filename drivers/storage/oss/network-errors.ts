import { DriverError, type DriverErrorKind } from '../../../base/errors.ts';

/** Who was talked to, for messages: never a path, which may be long, and nothing that was sent or received. */
interface Peer {
  readonly scheme: string;
  readonly host: string;
  readonly port: number;
}

const nameOf = ({ scheme, host, port }: Peer) => `${scheme}://${host}:${port}`;

/** What Node and OpenSSL call a certificate that does not convince. */
const certificateCode =
  /^(?:CERT_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|ERR_TLS_CERT|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)/;

/** How OpenSSL tells of a port that speaks something else. */
const noTls = /wrong version number|packet length too long|http request/;

/** The contract's error for what a socket reported. */
export function networkError(error: Error, peer: Peer): DriverError {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'no code';
  const options = { cause: error };
  if (certificateCode.test(code))
    return driverError(
      'needsPerson',
      'BAD_CONFIGURATION',
      `The certificate of ${nameOf(peer)} is not trusted (${code}).`,
      'Set HOLDFAST_STORAGE_CA_FILE of the control plane to the authority behind it, or correct the endpoint’s host name.',
      options,
    );
  if (noTls.test(error.message))
    return driverError(
      'needsPerson',
      'BAD_CONFIGURATION',
      `${nameOf(peer)} does not speak TLS (${code}).`,
      'Correct the storage target’s ports, or choose HTTP for the gateway.',
      options,
    );
  return driverError(
    'transient',
    'UNREACHABLE',
    `The connection to ${nameOf(peer)} failed (${code}).`,
    'Check name resolution, route and firewall to the object storage.',
    options,
  );
}

export const connectTimeout = (peer: Peer) =>
  driverError(
    'transient',
    'TIMEOUT',
    `${nameOf(peer)} did not accept a connection in time.`,
    'Check route and firewall to the object storage.',
  );

export const idleTimeout = (peer: Peer) =>
  driverError(
    'transient',
    'TIMEOUT',
    `The connection to ${nameOf(peer)} went silent in the middle of a request.`,
    'Check the network to the object storage; proxies and firewalls that drop connections show like this.',
  );

export const closedEarly = (peer: Peer) =>
  driverError(
    'transient',
    'UNREACHABLE',
    `${nameOf(peer)} closed the connection before it had answered.`,
    'Try again; if it stays so, check proxies and firewalls on the way.',
  );

export const shortAnswer = (peer: Peer) =>
  driverError(
    'transient',
    'SHORT_BODY',
    `The answer of ${nameOf(peer)} ended before it was complete.`,
    'Try again; if it stays so, check proxies and firewalls on the way.',
  );

export const tooLong = (peer: Peer, bytes: number) =>
  driverError(
    'permanent',
    'CORRUPT',
    `${nameOf(peer)} answered with ${bytes} bytes, more than can be right.`,
    'Check that the endpoint is Alibaba Cloud OSS and not something else.',
  );

function driverError(
  kind: DriverErrorKind,
  code: string,
  message: string,
  remedy: string,
  options?: ErrorOptions,
): DriverError {
  return new DriverError({ kind, code, message, remedy }, options);
}
