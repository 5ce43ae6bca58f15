import type { Clock } from '../../base/clock.ts';
import type { FaultPlan } from '../../base/fault-plan.ts';
import type { IdSource } from '../../base/ids.ts';
import type { Logger } from '../../base/logger.ts';
import type { RequestLog } from '../request-log.ts';
import type { RoleSettings, User, UserSettings } from '../sts/accounts.ts';
import type { ServerTime } from '../sts/server-time.ts';

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
