import { mkdtemp, rm } from 'node:fs/promises';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { LookupFunction } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OSS from 'ali-oss';
import type { ObjectServerOptions, RunningObjectServer } from '../object-server.ts';
import { startObjectServer } from '../start.ts';

/** An object server in a directory of its own, which goes with it. */
export async function temporaryObjectServer(options: Partial<ObjectServerOptions> = {}): Promise<RunningObjectServer> {
  const directory = await mkdtemp(join(tmpdir(), 'objects-'));
  const server = await startObjectServer({ directory, ...options });
  return {
    ...server,
    async [Symbol.asyncDispose]() {
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** RFC 6761 has every name under `localhost` mean loopback; not every resolver knows. */
export const loopbackLookup: LookupFunction = (_name, options, callback) => {
  if (options.all) callback(null, [{ address: '127.0.0.1', family: 4 }]);
  else callback(null, '127.0.0.1', 4);
};

/** Alibaba Cloud's own client. Its connections end with each request, so that none is shared between tests. */
export function aliOss(
  { facts }: RunningObjectServer,
  options: Partial<OSS.Options> & { readonly sldEnable?: boolean } = {},
): OSS {
  const secure = options.secure ?? false;
  const agents = {
    agent: new HttpAgent({ lookup: loopbackLookup }),
    httpsAgent: new HttpsAgent({ lookup: loopbackLookup, ca: facts.caPem }),
  };
  const settings: OSS.Options = {
    region: `oss-${facts.region}`,
    endpoint: secure ? facts.httpsEndpoint : facts.httpEndpoint,
    bucket: facts.bucket,
    accessKeyId: facts.accessKeyId,
    accessKeySecret: facts.accessKeySecret,
    ...agents,
    ...options,
  };
  return new OSS(settings);
}
