import { generate } from 'selfsigned';

export interface SignedCertificate {
  readonly key: string;
  readonly cert: string;
}

/** A company's certificate authority. */
export async function makeAuthority() {
  const own = await generate([{ name: 'commonName', value: 'Company CA' }], {
    algorithm: 'sha256',
    keyType: 'ec',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return {
    certificate: own.cert,
    /** A server's certificate; `by`: with the key of another certificate instead. */
    async sign(wanted: {
      readonly ip: string;
      readonly validUntil?: Date;
      readonly by?: SignedCertificate;
    }): Promise<SignedCertificate> {
      const { ip, validUntil, by } = wanted;
      const made = await generate([{ name: 'commonName', value: by ? 'below the server' : 'vcenter' }], {
        algorithm: 'sha256',
        keyType: 'ec',
        ca: by ?? { key: own.private, cert: own.cert },
        extensions: [
          { name: 'basicConstraints', cA: false, critical: true },
          { name: 'subjectAltName', altNames: [{ type: 7, ip }] },
        ],
        ...(validUntil && { notBeforeDate: new Date(validUntil.getTime() - 86_400_000), notAfterDate: validUntil }),
      });
      return { key: made.private, cert: made.cert };
    },
  };
}
