import type { Progress } from '../protocol/work.ts';

/** What the agent can tell of itself; for its page and for whoever started it. Times are milliseconds since the epoch. */
export interface AgentStatus {
  readonly activated: boolean;
  readonly gateway: {
    readonly gatewayId: string;
    readonly gatewayName: string;
    readonly vaultName: string;
    readonly regionId: string;
  } | null;
  /** null: no answer since this start. */
  readonly lastControlContactAt: number | null;
  readonly lastMessageContactAt: number | null;
  readonly messageChannelConnected: boolean;
  /** What keeps the gateway from working; null when nothing does. */
  readonly problem: { readonly code: string; readonly message: string; readonly remedy: string } | null;
  readonly jobs: readonly RunningJob[];
}

export interface RunningJob {
  readonly jobId: string;
  readonly attemptId: string;
  readonly kind: 'BACKUP' | 'RESTORE' | 'CLEANUP';
  readonly subject: string;
  readonly startedAt: number;
  readonly progress: Progress | null;
}
