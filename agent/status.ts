import type { NetworkType } from '../drivers/network/contract.ts';
import type { GatewaySettings } from '../protocol/activation.ts';
import type { Finding } from '../protocol/primitives.ts';
import type { Progress } from '../protocol/work.ts';

/** What the agent can tell of itself; for its page and for whoever started it. Times are milliseconds since the epoch. */
export interface AgentStatus {
  /** The agent's own. */
  readonly version: string;
  /** The control plane's; null while it has not told it since this start. */
  readonly controlPlaneVersion: string | null;
  readonly activated: boolean;
  readonly gateway: {
    readonly gatewayId: string;
    readonly gatewayName: string;
    readonly vaultName: string;
    readonly regionId: string;
  } | null;
  /** As chosen at activation, and the data network as set at the gateway's creation; null before the first activation. */
  readonly networks: {
    readonly control: NetworkType;
    readonly message: NetworkType;
    readonly data: NetworkType;
  } | null;
  /** Of the access key that the gateway was activated with. */
  readonly accessKeyId: string | null;
  /** Milliseconds since the epoch. */
  readonly activatedAt: number | null;
  /** With which the next job runs; null before the first activation. */
  readonly settings: GatewaySettings | null;
  /** null: no answer since this start. */
  readonly lastControlContactAt: number | null;
  readonly lastMessageContactAt: number | null;
  readonly messageChannelConnected: boolean;
  /** What keeps the gateway from working; null when nothing does. */
  readonly problem: { readonly code: string; readonly message: string; readonly remedy: string } | null;
  /** What the owner should know although the gateway works. */
  readonly findings: readonly Finding[];
  readonly jobs: readonly RunningJob[];
}

export interface RunningJob {
  readonly jobId: string;
  readonly attemptId: string;
  readonly kind: 'BACKUP' | 'RESTORE' | 'CLEANUP';
  readonly subject: string;
  /** Name of the transport driver; `auto` while none is chosen yet. */
  readonly transport: string;
  readonly startedAt: number;
  readonly progress: Progress | null;
}
