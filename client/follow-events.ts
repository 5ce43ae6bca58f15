import { systemClock } from '../base/clock.ts';
import { ApiError } from './api-error.ts';
import type { Client } from './client.ts';
import {
  type EventFilter,
  EventHeadDocument,
  FollowEventsDocument,
  type FollowEventsSubscription,
} from './gen/documents.ts';

const usualRetryMs = 1_000;

/**
 * Events from `after` on (default: from now on), through lost connections: each time it goes on after the last cursor, so nothing is
 * missed and nothing told twice. Ends with the signal; throws ApiError for what trying again does not help.
 */
export async function* followEvents(
  client: Client,
  options: {
    readonly after?: string;
    readonly filter?: EventFilter;
    readonly signal: AbortSignal;
    /** Between two connections, in milliseconds. */
    readonly retryMs?: number;
  },
): AsyncGenerator<FollowEventsSubscription['events']> {
  const { filter, signal, retryMs = usualRetryMs } = options;
  let after = options.after;
  while (!signal.aborted) {
    try {
      // Without it a connection lost before the first event would begin anew with what comes after.
      after ??= (await client.query(EventHeadDocument, {}, { signal })).events?.headCursor;
      for await (const { events } of client.subscribe(FollowEventsDocument, { after, filter }, { signal })) {
        after = events.cursor;
        yield events;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof ApiError && error.retryable)) throw error;
    }
    await systemClock.sleep(retryMs, signal).catch(() => undefined);
  }
}
