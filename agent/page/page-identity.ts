import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { generate } from 'selfsigned';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { PageCertificateRecord } from '../state/records.ts';
import type { StateFile } from '../state/state-directory.ts';

const dayMs = 86_400_000;
/** Ten years: nobody else vouches for it, so a fingerprint that stays is worth more than a short life. */
const lifeMs = 3_650 * dayMs;
/** Browsers whose clock is a little behind take a new one too. */
const backdatedMs = dayMs;
const renewBeforeMs = 30 * dayMs;
const nameOfEverybody: readonly string[] = ['0.0.0.0', '::'];

/** The certificate with which the gateway's page proves to be itself; self-made, so people compare its fingerprint. */
export interface PageIdentity extends Disposable {
  /** PEM. */
  readonly certificate: string;
  readonly privateKey: string;
  /** SHA-256 of the certificate, upper-case hex with colons, as browsers show it. */
  readonly fingerprint: string;
  /** Told each time a new certificate took the place of one near its end. */
  onRenewed(listener: () => void): void;
}

export interface PageIdentityOptions {
  readonly file: StateFile<PageCertificateRecord>;
  /** Where the page listens. */
  readonly host: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The certificate kept in the state directory, or a new one; looked at again each day. */
export async function openPageIdentity(options: PageIdentityOptions): Promise<PageIdentity> {
  const { clock, logger } = options;
  let record = (await keptCertificate(options)) ?? (await makeCertificate(options));
  const listeners: (() => void)[] = [];
  const closing = new AbortController();
  const watch = async () => {
    for (;;) {
      await clock.sleep(dayMs, closing.signal);
      if (isInForce(record.certificate, clock.now())) continue;
      record = await makeCertificate(options);
      for (const listener of listeners) listener();
    }
  };
  watch().catch((error: unknown) => {
    if (!closing.signal.aborted) logger.error({ err: error }, "the page's certificate is not looked after any more");
  });
  return {
    get certificate() {
      return record.certificate;
    },
    get privateKey() {
      return record.privateKey;
    },
    get fingerprint() {
      return new X509Certificate(record.certificate).fingerprint256;
    },
    onRenewed: (listener) => void listeners.push(listener),
    [Symbol.dispose]: () => closing.abort(new Error('the page is closing')),
  };
}

/** A damaged file costs a new fingerprint, not the gateway. */
async function keptCertificate({ file, clock, logger }: PageIdentityOptions) {
  try {
    const record = await file.read();
    if (record === undefined) return undefined;
    const key = createPrivateKey(record.privateKey);
    if (new X509Certificate(record.certificate).checkPrivateKey(key) && isInForce(record.certificate, clock.now()))
      return record;
    logger.info({}, "the page's certificate is near its end: it is made anew");
  } catch (error) {
    logger.warn({ reason: String(error) }, "the page's certificate cannot be read: it is made anew");
  }
  return undefined;
}

function isInForce(certificate: string, now: number): boolean {
  const { validFrom, validTo } = new X509Certificate(certificate);
  return Date.parse(validFrom) <= now && now < Date.parse(validTo) - renewBeforeMs;
}

async function makeCertificate({ file, host, clock, logger }: PageIdentityOptions): Promise<PageCertificateRecord> {
  const { names, addresses } = namesOf(host);
  const { cert, private: privateKey } = await generate([{ name: 'commonName', value: names[0] ?? 'localhost' }], {
    algorithm: 'sha256',
    keyType: 'ec',
    notBeforeDate: new Date(clock.now() - backdatedMs),
    notAfterDate: new Date(clock.now() + lifeMs),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          ...names.map((value) => ({ type: 2, value }) as const),
          ...addresses.map((ip) => ({ type: 7, ip }) as const),
        ],
      },
    ],
  });
  const record: PageCertificateRecord = { version: 1, certificate: cert, privateKey };
  await file.write(record);
  logger.info({ fingerprint: new X509Certificate(cert).fingerprint256 }, "the gateway's page has a new certificate");
  return record;
}

/** What people may type to reach this machine. */
function namesOf(host: string): { readonly names: readonly string[]; readonly addresses: readonly string[] } {
  const own = Object.values(networkInterfaces())
    .flat()
    .flatMap((found) => (found && !found.scopeid ? [found.address] : []));
  const addresses = new Set(['127.0.0.1', '::1', ...own]);
  const names = new Set([hostname(), 'localhost']);
  if (isIP(host) && !nameOfEverybody.includes(host)) addresses.add(host);
  else if (!isIP(host)) names.add(host);
  return {
    names: [...names].filter((name) => /^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/i.test(name)),
    addresses: [...addresses].filter((address) => isIP(address)),
  };
}
