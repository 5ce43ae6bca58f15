import { readFile } from 'node:fs/promises';
import type { ApiVariables } from '../configuration/api.ts';
import { badConfiguration } from '../configuration/read.ts';

export interface TlsFiles {
  /** PEM. */
  readonly server?: { readonly cert: string; readonly key: string };
  /** PEM of the CA gateways have to trust; null for a publicly trusted one. */
  readonly ca: string | null;
}

export async function readTlsFiles(variables: ApiVariables): Promise<TlsFiles> {
  const { HOLDFAST_TLS_CERT_FILE: cert, HOLDFAST_TLS_KEY_FILE: key, HOLDFAST_TLS_CA_FILE: ca } = variables;
  if ((cert === undefined) !== (key === undefined))
    throw badConfiguration(
      'Only one of HOLDFAST_TLS_CERT_FILE and HOLDFAST_TLS_KEY_FILE is set.',
      'Set both, or none.',
    );
  return {
    ...(cert !== undefined &&
      key !== undefined && {
        server: { cert: await pem('HOLDFAST_TLS_CERT_FILE', cert), key: await pem('HOLDFAST_TLS_KEY_FILE', key) },
      }),
    ca: ca === undefined ? null : await pem('HOLDFAST_TLS_CA_FILE', ca),
  };
}

export async function pem(variable: string, path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw badConfiguration(`${variable} cannot be read: ${error.message}.`, 'Check the path and its permissions.');
  });
  if (text.includes('-----BEGIN ')) return text;
  throw badConfiguration(`${variable} names ${path}, which is not a PEM file.`, 'Convert it to PEM.');
}
