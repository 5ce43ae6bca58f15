import type { Clock } from '../base/clock.ts';
import type { FaultPlan } from '../base/fault-plan.ts';
import type { IdSource } from '../base/ids.ts';
import type { Logger } from '../base/logger.ts';
import type { AgentDrivers } from './drivers.ts';
import type { AgentLog } from './log/agent-log.ts';
import type { PageLimits } from './page/two-protocol-server.ts';

/** What every part of the agent works with. */
export interface AgentTools {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  readonly drivers: AgentDrivers;
}

export interface AgentOptions extends AgentTools {
  /** Absolute path; made with mode 0700 where it is missing. Belongs to one gateway, used by one process at a time. */
  readonly stateDirectory: string;
  /** Where the activation page listens; port 0 takes any free one. */
  readonly page: { readonly host: string; readonly port: number; readonly limits?: Partial<PageLimits> };
  /** The agent's own version, told to the control plane. */
  readonly version: string;
  /** Where hot-added disks appear; `/dev/disk/by-id` unless given. */
  readonly deviceDirectory?: string;
  /** biosUuid of the gateway's own VM; read from the firmware unless given. */
  readonly vmUuid?: string;
  /** Takes the logger's lines, and keeps the last ones in the state directory; without it there is none to download. */
  readonly log?: AgentLog;
  /** Of each check of the probe; five seconds unless given. Milliseconds. */
  readonly probeDeadlineMs?: number;
  /** Jobs at a time; 4 unless given. */
  readonly slots?: number;
  /** For tests: what happens at steps (`step.committed`; see steps.ts) and to the spool (`spool.write`; see repository/spool-faults.ts). */
  readonly faults?: FaultPlan;
}
