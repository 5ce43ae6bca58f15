import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { z } from 'zod';

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

const certificateShape = z.object({ key: z.string(), cert: z.string(), ca: z.string(), names: z.array(z.string()) });

/** The certificate kept in a directory, as long as it has the same names; otherwise a new one. */
export async function keptCertificate(directory: string, names: readonly string[]): Promise<IssuedCertificate> {
  const path = join(directory, 'certificate.json');
  try {
    const kept = certificateShape.parse(JSON.parse(await readFile(path, 'utf8')));
    if (kept.names.join() === names.join()) return kept;
  } catch {
    // There is none yet, or none that can be read.
  }
  const issued = await issueCertificate(names);
  await writeFile(path, JSON.stringify({ ...issued, names }), { mode: 0o600 });
  return issued;
}
