import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startObjectServer } from '../../../../sandbox/objects/start.ts';
import type { StorageDriver } from '../../contract.ts';

type ServerOptions = Omit<Parameters<typeof startObjectServer>[0], 'directory'>;

/** An object server of its own, and the settings by which a target finds it. */
export async function sandboxTarget(scheme: 'http' | 'https', options: ServerOptions = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'oss-'));
  const server = await startObjectServer({ directory, ...options });
  const { facts } = server;
  const portOf = (url: string) => new URL(url).port;
  const settings: Record<string, string> = {
    bucket: facts.bucket,
    region: facts.region,
    accessKeyId: facts.accessKeyId,
    accessKeySecret: facts.accessKeySecret,
    roleArn: facts.roleArn,
    endpointInternet: 'localhost',
    endpointVpc: 'localhost',
    httpPort: portOf(facts.httpEndpoint),
    httpsPort: portOf(facts.httpsEndpoint),
    addressing: 'path',
    ca: facts.caPem,
    stsEndpoint: scheme === 'http' ? facts.stsHttpEndpoint : facts.stsHttpsEndpoint,
    scheme,
  };
  return {
    server,
    settings,
    async close() {
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The same as a fixture of the conformance suite. */
export async function sandboxFixture(driver: StorageDriver, scheme: 'http' | 'https', options: ServerOptions = {}) {
  const { server, settings, close } = await sandboxTarget(scheme, options);
  const vault = { region: server.facts.region, prefix: 'vaults/one/' };
  const location = driver.locate?.(driver.parseTarget(settings), vault);
  if (!location) throw new Error('The driver gives no location.');
  return { driver, settings, location, server, endpoint: { scheme, network: 'INTERNET' as const }, close };
}
