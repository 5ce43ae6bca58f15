import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../base/clock.ts';
import { FaultPlan } from '../../base/fault-plan.ts';
import { createIdSource } from '../../base/ids.ts';
import { silentLogger } from '../../base/logger.ts';
import { keptCertificate } from '../certificates.ts';
import { startLoopbackServers } from '../loopback-server.ts';
import { RequestLog } from '../request-log.ts';
import { Accounts } from '../sts/accounts.ts';
import { StsAuthenticator } from '../sts/authenticate.ts';
import { StsHandler } from '../sts/handler.ts';
import { Identities } from '../sts/identities.ts';
import { ServerTime } from '../sts/server-time.ts';
import { SessionTokens } from '../sts/session-tokens.ts';
import { ObjectHandler } from './handler.ts';
import type { ObjectServerOptions, RunningObjectServer } from './object-server.ts';
import { Buckets } from './store/buckets.ts';

/** Starts an object server that speaks OSS, and its STS, on 127.0.0.1. */
export async function startObjectServer(options: ObjectServerOptions): Promise<RunningObjectServer> {
  const clock = options.clock ?? systemClock;
  const ids = options.ids ?? createIdSource(clock);
  const logger = options.logger ?? silentLogger;
  const faults = options.faults ?? new FaultPlan();
  const region = options.region ?? 'cn-hangzhou';
  const bucket = options.bucket ?? 'holdfast-sandbox';
  const time = new ServerTime(clock, options.clockOffsetMs);
  const log = new RequestLog();
  await mkdir(options.directory, { recursive: true });

  const accounts = new Accounts({
    users: options.users ?? [{ identityType: 'RAMUser' }],
    role: options.role ?? {},
    ids,
  });
  const [firstUser] = accounts.users;
  if (!firstUser) throw new Error('The object server needs at least one user.');
  const tokens = await SessionTokens.open(options.directory, ids, time);
  const identities = new Identities(accounts, tokens);
  const buckets = await Buckets.open(join(options.directory, 'buckets'), ids);
  await buckets.create({
    name: bucket,
    createdAt: time.now(),
    storageClass: 'Standard',
    dataRedundancyType: 'LRS',
  });

  const objects = new ObjectHandler({
    region: {
      name: region,
      accountId: accounts.accountId,
      buckets,
      time,
      ids,
      minPartSize: options.minPartSize ?? 100 * 1024,
    },
    gate: { identities, time, region },
    faults,
    log,
    ids,
    logger,
  });
  const sts = new StsHandler({
    service: {
      accounts,
      tokens,
      time,
      minDurationSeconds: options.minDurationSeconds ?? 900,
      maxDurationSeconds: options.maxDurationSeconds ?? 43_200,
    },
    authenticator: new StsAuthenticator(identities, time),
    faults,
    log,
    ids,
    logger,
  });

  const certificate = await keptCertificate(options.directory, [
    'localhost',
    'oss.localhost',
    '*.oss.localhost',
    `${bucket}.localhost`,
    'sts.localhost',
    ...[`oss-${region}.aliyuncs.com`, `oss-${region}-internal.aliyuncs.com`].flatMap((name) => [name, `*.${name}`]),
    ...['sts.aliyuncs.com', `sts.${region}.aliyuncs.com`, `sts-vpc.${region}.aliyuncs.com`],
  ]);
  const caFile = join(options.directory, 'ca.pem');
  await writeFile(caFile, certificate.ca);
  const onFailure = (error: unknown) =>
    logger.error({ error: String(error) }, 'A request to the object server failed.');
  const tls = { key: certificate.key, cert: certificate.cert };
  const { ports = {} } = options;
  const [http, https, stsHttp, stsHttps] = await startLoopbackServers([
    { port: ports.http ?? 0, onFailure, handle: (request, response) => objects.handle(request, response, false) },
    { port: ports.https ?? 0, tls, onFailure, handle: (request, response) => objects.handle(request, response, true) },
    { port: ports.stsHttp ?? 0, onFailure, handle: (request, response) => sts.handle(request, response) },
    { port: ports.stsHttps ?? 0, tls, onFailure, handle: (request, response) => sts.handle(request, response) },
  ]);

  const close = async () => {
    for (const server of [http, https, stsHttp, stsHttps]) await server.close();
  };
  return {
    facts: {
      httpEndpoint: `http://localhost:${http.port}`,
      httpsEndpoint: `https://localhost:${https.port}`,
      stsHttpEndpoint: `http://localhost:${stsHttp.port}`,
      stsHttpsEndpoint: `https://localhost:${stsHttps.port}`,
      caPem: certificate.ca,
      caFile,
      region,
      bucket,
      roleArn: accounts.role.arn,
      accountId: accounts.accountId,
      accessKeyId: firstUser.accessKeyId,
      accessKeySecret: firstUser.accessKeySecret,
    },
    faults,
    log,
    users: accounts.users,
    time,
    setKeyActive(accessKeyId, active) {
      const user = accounts.find(accessKeyId);
      if (!user) throw new RangeError(`There is no access key ${accessKeyId}.`);
      user.active = active;
    },
    expireTokens: () => tokens.expireAll(),
    close,
    [Symbol.asyncDispose]: close,
  };
}
