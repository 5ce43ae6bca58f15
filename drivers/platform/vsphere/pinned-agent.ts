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
    const matches = pinned !== undefined && presented !== '' && normalise(presented) === normalise(pinned);
    const proven = this.#trust.ca !== undefined && socket.authorized;
    if (matches || proven) {
      this.#fingerprint = presented;
      return undefined;
    }
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
