import type { SandboxFacts } from './lab.ts';

/**
 * What the control plane is told so that vaults live in the region's object server, as an operator would tell it of a private OSS. `http`:
 * without TLS, as the gateway's data channel too.
 */
export function objectStorage(
  { objects }: Pick<SandboxFacts, 'objects'>,
  { http }: { readonly http: boolean },
): Readonly<Record<string, string>> {
  return {
    HOLDFAST_STORAGE: 'oss',
    // What a directory would be told.
    HOLDFAST_STORAGE_ROOT: '',
    HOLDFAST_STORAGE_BUCKET: objects.bucket,
    HOLDFAST_STORAGE_REGION: objects.region,
    HOLDFAST_STORAGE_ACCESS_KEY_ID: objects.accessKeyId,
    HOLDFAST_STORAGE_ACCESS_KEY_SECRET: objects.accessKeySecret,
    HOLDFAST_STORAGE_ROLE_ARN: objects.roleArn,
    HOLDFAST_STORAGE_ENDPOINT_INTERNET: new URL(objects.httpEndpoint).hostname,
    HOLDFAST_STORAGE_HTTP_PORT: new URL(objects.httpEndpoint).port,
    HOLDFAST_STORAGE_HTTPS_PORT: new URL(objects.httpsEndpoint).port,
    HOLDFAST_STORAGE_ADDRESSING: 'path',
    HOLDFAST_STORAGE_CA_FILE: objects.caFile,
    HOLDFAST_STORAGE_STS_ENDPOINT: http ? objects.stsHttpEndpoint : objects.stsHttpsEndpoint,
    HOLDFAST_STORAGE_SCHEME: http ? 'http' : 'https',
  };
}
