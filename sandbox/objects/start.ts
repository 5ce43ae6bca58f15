import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type Clock, systemClock } from '../../base/clock.ts';
import { FaultPlan } from '../../base/faults.ts';
import { createIdSource, type IdSource } from '../../base/ids.ts';
import { type Logger, silentLogger } from '../../base/logger.ts';
import { type IssuedCertificate, issueCertificate } from '../certificates.ts';
import { startLoopbackServer } from '../loopback-server.ts';
import { RequestLog } from '../request-log.ts';
import { Accounts, type RoleSettings, type User, type UserSettings } from '../sts/accounts.ts';
import { StsAuthenticator } from '../sts/authenticate.ts';
import { StsHandler } from '../sts/handler.ts';
import { Identities } from '../sts/identities.ts';
import { ServerTime } from '../sts/server-time.ts';
import { SessionTokens } from '../sts/session-tokens.ts';
import { ObjectHandler } from './handler.ts';
import { Buckets } from './store/buckets.ts';

export interface ObjectServerOptions {
  /** Where objects, the certificate and the tokens' key are kept; what is in it from before is served again. */
  readonly directory: string;
  /** `cn-hangzhou` when absent. */
  readonly region?: string;
  /** Made at the start where missing; `holdfast-sandbox` when absent. */
  readonly bucket?: string;
  /** Free ones where 0 or absent. */
  readonly ports?: {
    readonly http?: number;
    readonly https?: number;
    readonly stsHttp?: number;
    readonly stsHttps?: number;
  };
  /** The first one is in the ready facts. One RAM user with a made-up key when absent. */
  readonly users?: readonly UserSettings[];
  readonly role?: RoleSettings;
  /** Shortest time a session may be given, in seconds; 900 when absent, as in STS. */
  readonly minDurationSeconds?: number;
  /** Longest time, in seconds; 43,200 when absent. */
  readonly maxDurationSeconds?: number;
  /** Smallest part of a multipart upload but for the last one, in bytes; 100 KiB when absent, as in OSS. */
  readonly minPartSize?: number;
  /** How far the server's clock is ahead, in milliseconds. Can be changed later. */
  readonly clockOffsetMs?: number;
  /** Operations are named `oss.PutObject`, `sts.AssumeRole`, …; the subject is the object's key, or the session's name. */
  readonly faults?: FaultPlan;
  readonly clock?: Clock;
  readonly ids?: IdSource;
  readonly logger?: Logger;
}

/** What a client has to be told. */
export interface ObjectServerFacts {
  /** `http://localhost:1234`. Works path-style, and with the bucket in front of the host where `*.localhost` resolves. */
  readonly httpEndpoint: string;
  readonly httpsEndpoint: string;
  readonly stsHttpEndpoint: string;
  readonly stsHttpsEndpoint: string;
  /** The authority of every HTTPS endpoint. */
  readonly caPem: string;
  /** A file with the same. */
  readonly caFile: string;
  readonly region: string;
  readonly bucket: string;
  readonly roleArn: string;
  readonly accountId: string;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
}

export interface RunningObjectServer extends AsyncDisposable {
  readonly facts: ObjectServerFacts;
  readonly faults: FaultPlan;
  readonly log: RequestLog;
  readonly users: readonly User[];
  /** Its `offsetMs` may be set at any time. */
  readonly time: ServerTime;
  /** Makes a user's key inactive, or active again. */
  setKeyActive(accessKeyId: string, active: boolean): void;
  /** Every security token given out until now has expired. */
  expireTokens(): void;
  close(): Promise<void>;
}

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
  const servers = await Promise.all([
    startLoopbackServer({
      port: options.ports?.http ?? 0,
      handle: (request, response) => objects.handle(request, response, false),
      onFailure,
    }),
    startLoopbackServer({
      port: options.ports?.https ?? 0,
      tls,
      handle: (request, response) => objects.handle(request, response, true),
      onFailure,
    }),
    startLoopbackServer({
      port: options.ports?.stsHttp ?? 0,
      handle: (request, response) => sts.handle(request, response),
      onFailure,
    }),
    startLoopbackServer({
      port: options.ports?.stsHttps ?? 0,
      tls,
      handle: (request, response) => sts.handle(request, response),
      onFailure,
    }),
  ]);
  const [http, https, stsHttp, stsHttps] = servers;

  const close = async () => {
    for (const server of servers) await server.close();
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

const certificateShape = z.object({ key: z.string(), cert: z.string(), ca: z.string(), names: z.array(z.string()) });

/** The certificate stays the same over restarts, as long as it has the same names. */
async function keptCertificate(directory: string, names: readonly string[]): Promise<IssuedCertificate> {
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
