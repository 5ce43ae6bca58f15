import type { Logger } from '../../base/logger.ts';
import type { AttemptLease } from '../runtime/attempt-lease.ts';
import type { GatewayContext } from '../runtime/gateway-context.ts';
import type { FindingList } from './finding-list.ts';
import type { JobProgress } from './job-progress.ts';

/** What one attempt works with. */
export interface JobContext {
  readonly gateway: GatewayContext;
  readonly lease: AttemptLease;
  readonly logger: Logger;
  readonly findings: FindingList;
  readonly progress: JobProgress;
}
