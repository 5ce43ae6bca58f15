import { activeWindows, nextFlowChange } from '../../protocol/flow-schedule.ts';
import type { GatewayRow } from '../rows.ts';

export type FlowWindow = GatewayRow['flow_control'][number];

/** What the windows of a gateway, or those an attempt began with, say about an instant. Limits are bytes a second; null: none. */
export interface FlowState {
  readonly windows: readonly FlowWindow[];
  readonly backupLimit: number | null;
  readonly restoreLimit: number | null;
}

export function flowStateOf(windows: readonly FlowWindow[], at: number): FlowState {
  const active = activeWindows(windows, at);
  return {
    windows,
    backupLimit: active.BACKUP?.bytesPerSecond ?? null,
    restoreLimit: active.RESTORE?.bytesPerSecond ?? null,
  };
}

/** When a window next begins or ends; null: never. */
export function nextFlowChangeOf({ flow_control }: Pick<GatewayRow, 'flow_control'>, now: number): Date | null {
  const next = nextFlowChange(flow_control, now);
  return next === null ? null : new Date(next);
}
