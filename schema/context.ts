import type { ControlContext } from '../control/context.ts';
import type { EventTailer } from '../control/events/event-tailer.ts';
import type { Viewer } from '../control/viewer.ts';
import type { Loaders } from './loaders.ts';

/**
 * What a resolver may use. One context lives for one execution: every event of a subscription gets a new one, after
 * the viewer was checked again, because authorisation and loaders are cached for as long as the context lives.
 */
export interface SchemaContext {
  readonly control: ControlContext;
  readonly viewer: Viewer;
  /** Told to the client with every error, and written beside the error in the log. */
  readonly requestId: string;
  /** Where the request came from, as far as the sockets know. */
  readonly client: { readonly address: string | null; readonly userAgent: string | null };
  readonly loaders: Loaders;
  /** Hints that something happened; what happened is read from the database. */
  readonly tailer: EventTailer;
  /** The viewer as it is now; throws when its access key is no longer good. For streams, which outlive what `viewer` says. */
  readonly currentViewer: () => Promise<Viewer>;
  /** Aborted when the client goes away, its access key ends or the process stops. */
  readonly signal: AbortSignal;
}
