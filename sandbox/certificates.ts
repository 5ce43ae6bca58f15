import { generate } from 'selfsigned';

export interface IssuedCertificate {
  readonly key: string;
  readonly cert: string;
  /** The authority that signed it, as PEM: what a client has to trust. */
  readonly ca: string;
}

/** A certificate for the names, and 127.0.0.1 and ::1, by an authority made for it alone. A name may begin with `*.`. */
export async function issueCertificate(names: readonly string[]): Promise<IssuedCertificate> {
  const authority = await generate([{ name: 'commonName', value: 'Holdfast sandbox authority' }], {
    algorithm: 'sha256',
    keyType: 'ec',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const { private: key, cert } = await generate([{ name: 'commonName', value: names[0] ?? 'localhost' }], {
    algorithm: 'sha256',
    keyType: 'ec',
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          ...names.map((value) => ({ type: 2, value }) as const),
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  });
  return { key, cert, ca: authority.cert };
}
