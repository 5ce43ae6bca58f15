import { X509Certificate } from 'node:crypto';
import { generate } from 'selfsigned';

export interface ServerCertificate {
  readonly key: string;
  readonly cert: string;
  /** SHA-256 of the DER, upper-case hex with colons. */
  readonly fingerprint: string;
}

/** A self-signed certificate for 127.0.0.1 and localhost, as a fresh vCenter has one nobody trusts. */
export async function createServerCertificate(): Promise<ServerCertificate> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'vcenter.sandbox.invalid' }], {
    algorithm: 'sha256',
    keyType: 'ec',
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'vcenter.sandbox.invalid' },
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { key, cert, fingerprint: new X509Certificate(cert).fingerprint256 };
}
