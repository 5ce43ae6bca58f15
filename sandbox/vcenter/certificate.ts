import { X509Certificate } from 'node:crypto';
import { generate } from 'selfsigned';

export interface ServerCertificate {
  readonly key: string;
  readonly cert: string;
  /** SHA-256 of the DER, upper-case hex with colons. */
  readonly fingerprint: string;
  /** SHA-1 of the DER, in the same form: what vSphere calls a thumbprint. */
  readonly thumbprint: string;
}

/** A self-signed certificate for a name, 127.0.0.1 and localhost, as a fresh vCenter or host has one nobody trusts. */
export async function createServerCertificate(name = 'vcenter.sandbox.invalid'): Promise<ServerCertificate> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: name }], {
    algorithm: 'sha256',
    keyType: 'ec',
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: name },
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  const { fingerprint256: fingerprint, fingerprint: thumbprint } = new X509Certificate(cert);
  return { key, cert, fingerprint, thumbprint };
}
