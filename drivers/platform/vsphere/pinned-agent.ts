import { Agent, type RequestOptions } from 'node:https';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';
import { DriverError } from '../../../base/errors.ts';
import type { CertificateNotTrusted } from '../contract.ts';
import { formatAddress, type ServerAddress } from './address.ts';

export interface CertificateTrust {
  /** SHA-256 of the certificate's DER in hexadecimal; case and colons do not matter. */
  readonly trustedFingerprint?: string;
  /**
   * SHA-1 of the certificate's DER, as vCenter tells it of its hosts ("sslThumbprint"). It is told over a connection that is proven itself; a
   * certificate made to have another's SHA-1 is not within reach, as that needs a second preimage.
   */
  readonly hostThumbprint?: string;
  /** PEM. */
  readonly ca?: string;
}

const connectTimeoutMs = 15_000;

/**
 * HTTPS connections to one server whose certificate is proven before anything is sent: a socket reaches a request only
 * after its certificate has the trusted fingerprint or is signed by the given authority for this host.
 */
export class PinnedAgent extends Agent {
  readonly #address: ServerAddress;
  readonly #trust: CertificateTrust;
  #fingerprint: string | undefined;

  constructor(address: ServerAddress, trust: CertificateTrust) {
    // A resumed TLS session shows no certificate, so sessions are not kept.
    super({ keepAlive: true, maxCachedSessions: 0 });
    this.#address = address;
    this.#trust = trust;
  }

  /** Fingerprint of the certificate last accepted; undefined before the first connection. */
  get fingerprint(): string | undefined {
    return this.#fingerprint;
  }

  override createConnection(
    _options: RequestOptions,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | null | undefined {
    const { host, port } = this.#address;
    const socket = connect({
      host,
      port,
      ca: this.#trust.ca,
      servername: isIP(host) ? '' : host,
      ALPNProtocols: ['http/1.1'],
      // Judged in #check, which knows both the pin and the authority.
      rejectUnauthorized: false,
    });
    socket.setTimeout(connectTimeoutMs, () => {
      socket.destroy(Object.assign(new Error('connect timed out'), { code: 'ETIMEDOUT' }));
    });
    let ready = false;
    // Stays for good: an error between this and the request's own listener would end the process.
    socket.on('error', (error) => {
      if (!ready) callback?.(error, socket);
    });
    socket.once('secureConnect', () => {
      const refusal = this.#check(socket);
      if (refusal) {
        socket.destroy(refusal);
        return;
      }
      ready = true;
      socket.setTimeout(0);
      callback?.(null, socket);
    });
    return undefined;
  }

  #check(socket: TLSSocket): DriverError | undefined {
    const certificate = socket.getPeerCertificate();
    const presented = certificate.fingerprint256 ?? '';
    const pinned = this.#trust.trustedFingerprint;
    const matches = pinned !== undefined && isSame(presented, pinned);
    const proven = this.#trust.ca !== undefined && socket.authorized;
    const { hostThumbprint } = this.#trust;
    const isTheHost = hostThumbprint !== undefined && isSame(certificate.fingerprint, hostThumbprint);
    if (matches || proven || isTheHost) {
      this.#fingerprint = presented;
      return undefined;
    }
    if (hostThumbprint !== undefined) return this.#otherHost(certificate.fingerprint, hostThumbprint);
    const details: CertificateNotTrusted = {
      presentedFingerprint: presented,
      trustedFingerprint: pinned ?? null,
      subject: subjectOf(certificate.subject),
      validUntil: isoOrEmpty(certificate.valid_to),
    };
    const expectation = pinned ? `the trusted one is ${pinned}` : 'no fingerprint is trusted for this server yet';
    return new DriverError(
      {
        kind: 'needsPerson',
        code: 'CERTIFICATE_NOT_TRUSTED',
        message: `${formatAddress(this.#address)} presented a certificate with the SHA-256 fingerprint ${presented}; ${expectation}.`,
        remedy: "Compare the fingerprint with the server's own, then trust it, or give the authority's certificate.",
      },
      { cause: details },
    );
  }

  /** Nothing a person could trust: the host shows another certificate than vCenter knows of it. */
  #otherHost(presented: string | undefined, wanted: string): DriverError {
    return new DriverError({
      kind: 'needsPerson',
      code: 'CERTIFICATE_NOT_TRUSTED',
      message: `${formatAddress(this.#address)} presented a certificate with the SHA-1 thumbprint ${presented ?? ''}; vCenter says that its host has ${wanted}.`,
      remedy:
        'If the certificate of the host was changed, reconnect the host in vCenter; otherwise find out who answers in its place.',
    });
  }
}

function isSame(presented: string | undefined, wanted: string): boolean {
  const [one, other] = [normalise(presented ?? ''), normalise(wanted)];
  return one !== '' && one === other;
}

function normalise(fingerprint: string): string {
  return fingerprint.replaceAll(':', '').trim().toUpperCase();
}

function subjectOf(subject: object | undefined): string {
  return Object.entries(subject ?? {})
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(', ');
}

function isoOrEmpty(date: string): string {
  const time = Date.parse(date);
  return Number.isNaN(time) ? '' : new Date(time).toISOString();
}
