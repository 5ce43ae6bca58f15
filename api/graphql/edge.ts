import type { ControlContext } from '../../control/context.ts';
import type { EventTailer } from '../../control/events/event-tailer.ts';

/** What every part of the public GraphQL edge works with; one per process. */
export interface Edge {
  readonly control: ControlContext;
  readonly tailer: EventTailer;
  /** Aborted when the process stops: open subscriptions end. */
  readonly stopping: AbortSignal;
  /** Whether X-Forwarded-* come from a proxy of the operator's own. */
  readonly trustProxy: boolean;
}
