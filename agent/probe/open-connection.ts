import type { LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { connect, isIP, type Socket } from 'node:net';
import { type TLSSocket, connect as tlsConnect } from 'node:tls';
import { hostAndPort, type ProbeEndpoint, type TlsTrust } from './probe-endpoint.ts';
import { codeOf, failure, openOutbound, type ProbeFailure } from './probe-failure.ts';

/** Opens a TCP connection to the first address that takes it. Throws a ProbeFailure. */
export async function openConnection(
  endpoint: ProbeEndpoint,
  addresses: readonly LookupAddress[],
  signal: AbortSignal,
): Promise<Socket> {
  const { host, port } = endpoint;
  const socket = connect({
    host,
    port,
    signal,
    noDelay: true,
    lookup: (_host, _options, found) => found(null, [...addresses]),
  });
  // It may fail at any later moment too, and whoever waits for an answer then hears of it by its end.
  socket.on('error', () => undefined);
  try {
    await once(socket, 'connect');
    return socket;
  } catch (error) {
    socket.destroy();
    signal.throwIfAborted();
    throw connectionFailure(endpoint, error);
  }
}

function connectionFailure(endpoint: ProbeEndpoint, cause: unknown): ProbeFailure {
  const where = hostAndPort(endpoint);
  switch (codeOf(cause)) {
    case 'ECONNREFUSED':
      return failure(
        endpoint,
        'CONNECTION_REFUSED',
        `${where} refuses the connection: nothing listens there, or a firewall rejects it.`,
        `Check that the address is right and the service runs, and ${openOutbound(endpoint)}.`,
        { cause },
      );
    case 'ETIMEDOUT':
      return silence(endpoint, 'connection', cause);
    case 'ECONNRESET':
      return lost(endpoint, cause);
    default:
      return failure(
        endpoint,
        'UNREACHABLE',
        `This gateway knows no way to ${where} (${codeOf(cause) || 'unknown reason'}).`,
        "Check the gateway's address, gateway and routes.",
        { cause },
      );
  }
}

/** Nothing came within the check's time. */
export function silence(
  endpoint: ProbeEndpoint,
  waitedFor: 'connection' | 'tls' | 'answer',
  cause: unknown,
): ProbeFailure {
  const where = hostAndPort(endpoint);
  const [message, remedy] =
    waitedFor === 'connection'
      ? [`Nothing answers at ${where}.`, `Most likely a firewall drops it: ${openOutbound(endpoint)}.`]
      : [
          `${where} takes the connection and then says nothing${waitedFor === 'tls' ? ' to TLS' : ''}.`,
          `Most likely a firewall or proxy in between holds it up: let it pass unchanged, and ${openOutbound(endpoint)}.`,
        ];
  return failure(endpoint, 'TIMEOUT', message, remedy, { cause });
}

export function lost(endpoint: ProbeEndpoint, cause?: unknown): ProbeFailure {
  return failure(
    endpoint,
    'CONNECTION_LOST',
    `${hostAndPort(endpoint)} takes the connection and closes it without an answer.`,
    'Check that this is the right port, and that no firewall or proxy in between cuts such connections.',
    { cause },
  );
}

/** A connection with TLS on it, and what is wrong with the other side's certificate. */
export interface SecuredConnection {
  readonly socket: TLSSocket;
  /** Undefined: it is trusted. */
  readonly distrust: Distrust | undefined;
}

export interface Distrust {
  readonly failure: ProbeFailure;
  /** Whether the certificate may be good, and a wrong clock to blame. */
  readonly mayBeTheClock: boolean;
}

/**
 * Agrees on TLS whatever certificate is shown, so that it can be told whose it is. Nothing secret may be sent where there is a `distrust`. Throws
 * a ProbeFailure where there is no TLS at all.
 */
export async function secure(
  endpoint: ProbeEndpoint,
  trust: TlsTrust,
  connection: Socket,
  signal: AbortSignal,
): Promise<SecuredConnection> {
  const { host } = endpoint;
  const ca = trust.by === 'ca' ? trust.ca : null;
  const socket = tlsConnect({
    socket: connection,
    host,
    servername: isIP(host) === 0 ? host : '',
    ...(ca !== null && { ca }),
    rejectUnauthorized: false,
  });
  const closed = once(connection, 'close').then(() => {
    throw lost(endpoint);
  });
  closed.catch(() => undefined);
  try {
    await Promise.race([once(socket, 'secureConnect'), closed]);
  } catch (error) {
    socket.destroy();
    signal.throwIfAborted();
    throw tlsFailure(endpoint, error);
  }
  socket.on('error', () => undefined);
  return { socket, distrust: distrustOf(endpoint, trust, socket) };
}

/** What OpenSSL says of an answer that is not TLS. */
const noTls = /WRONG_VERSION_NUMBER|PACKET_LENGTH|HTTP_REQUEST|RECORD_LAYER|UNEXPECTED_MESSAGE|EPROTO/;

function tlsFailure(endpoint: ProbeEndpoint, cause: unknown): unknown {
  const code = codeOf(cause);
  const where = hostAndPort(endpoint);
  if (code === 'ECONNRESET' || code === 'EPIPE') return lost(endpoint, cause);
  if (noTls.test(code))
    return failure(
      endpoint,
      'ANSWER_UNEXPECTED',
      `What answers at ${where} does not speak TLS.`,
      'Check that this is the right port, and that no captive portal or proxy in between answers instead.',
      { cause },
    );
  if (!code.startsWith('ERR_SSL')) return cause;
  return failure(
    endpoint,
    'TLS_FAILED',
    `This gateway and ${where} find no common TLS (${code}).`,
    'TLS 1.2 or later is needed: check the server, and any proxy in between that speaks TLS itself.',
    { cause },
  );
}

function distrustOf(endpoint: ProbeEndpoint, trust: TlsTrust, socket: TLSSocket): Distrust | undefined {
  const certificate = socket.getPeerCertificate();
  const where = hostAndPort(endpoint);
  if (trust.by === 'fingerprint') {
    if (trust.fingerprint === null || isSameFingerprint(trust.fingerprint, certificate.fingerprint256))
      return undefined;
    const message = `${where} shows another certificate than the one that was trusted: ${certificate.fingerprint256}.`;
    const remedy = 'Find out whether it was renewed; if so, trust the new one on purpose, in the console.';
    return { failure: failure(endpoint, 'TLS_FAILED', message, remedy), mayBeTheClock: false };
  }
  if (socket.authorized) return undefined;
  const reason = String(socket.authorizationError);
  const issuer = nameOf(certificate.issuer);
  const parameters = { issuer };
  if (reason === 'CERT_HAS_EXPIRED' || reason === 'CERT_NOT_YET_VALID') {
    const [message, remedy] = [
      `By this gateway's clock the certificate of ${where} is not valid: it is good from ${certificate.valid_from} to ${certificate.valid_to}.`,
      'Set the clock of this gateway by NTP; if the clock is right, renew the certificate of that server.',
    ];
    return { failure: failure(endpoint, 'TLS_FAILED', message, remedy, { parameters }), mayBeTheClock: true };
  }
  if (reason === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const message = `${where} shows a certificate of another name (${nameOf(certificate.subject)}), signed by ${issuer}.`;
    const remedy = 'Check the address and where its name leads, and that no proxy in between answers instead.';
    return { failure: failure(endpoint, 'TLS_FAILED', message, remedy, { parameters }), mayBeTheClock: false };
  }
  const message = `The certificate of ${where} is not trusted: it is signed by ${issuer} (${reason}).`;
  const remedy = `If that is a proxy of your network, exempt ${where} from its inspection; if it is the server's own authority, configure it there as the CA, and download this gateway's certificate file again.`;
  return { failure: failure(endpoint, 'TLS_FAILED', message, remedy, { parameters }), mayBeTheClock: false };
}

function isSameFingerprint(left: string, right: string): boolean {
  const digits = (fingerprint: string) => fingerprint.replaceAll(/[^0-9A-Fa-f]/g, '').toUpperCase();
  return digits(left) === digits(right);
}

/** Who a certificate names, in printable characters. */
function nameOf(name: { readonly CN?: string | string[]; readonly O?: string | string[] } | undefined): string {
  const text = [name?.CN, name?.O].flat().filter(Boolean).join(', ');
  return text.replaceAll(/[^\x20-\x7e\u00a0-\uffff]/g, '?').slice(0, 120) || 'nobody it names';
}
