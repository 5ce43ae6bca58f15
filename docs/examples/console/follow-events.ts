import { type Api, call, HoldfastApiError } from './graphql.ts';

/** One item of the event log. */
export interface EventItem {
  /** To be kept: the log goes on after it. */
  readonly cursor: string;
  readonly item:
    | {
        readonly __typename: 'Event';
        readonly type: string;
        readonly occurredAt: string;
        readonly subjectType: string;
        readonly subject: { readonly id: string } | null;
      }
    | { readonly __typename: 'StreamGap'; readonly reason: string };
}

const headOfLog = '{ events(first: 1) { headCursor } }';
const events = `subscription ($after: String!) {
  events(after: $after) {
    cursor
    item {
      __typename
      ... on Event { type occurredAt subjectType subject { id } }
      ... on StreamGap { reason }
    }
  }
}`;
const pauseMs = 1_000;
/** The server says something every few seconds. A connection over which nothing came for this long is dead, though nobody closed it. In milliseconds. */
const longestSilenceMs = 45_000;

/** The end of the log as it is now: first read this, then what you show, then follow the log after it, and nothing falls in between. */
export async function headCursor(api: Api): Promise<string> {
  const answer = await call<{ events: { headCursor: string } }>(api, headOfLog);
  return answer.events.headCursor;
}

/**
 * Every event after a cursor, over server-sent events: plain HTTP, which passes every proxy. When the connection is lost it is opened again after the
 * last cursor, so that nothing is missed and nothing told twice. A console that is started again does the same with the cursor it stored.
 */
export async function* followEvents(
  api: Api,
  after: string,
  signal: AbortSignal,
  silenceMs = longestSilenceMs,
): AsyncGenerator<EventItem> {
  let cursor = after;
  while (!signal.aborted) {
    try {
      for await (const event of connection(api, cursor, signal, silenceMs)) {
        cursor = event.cursor;
        yield event;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof HoldfastApiError && !error.retryable) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

async function* connection(api: Api, after: string, signal: AbortSignal, silenceMs: number): AsyncGenerator<EventItem> {
  const silence = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), silenceMs);
  };
  heard();
  try {
    yield* streamed(api, after, AbortSignal.any([signal, silence.signal]), heard);
  } finally {
    clearTimeout(timer);
  }
}

async function* streamed(api: Api, after: string, signal: AbortSignal, heard: () => void): AsyncGenerator<EventItem> {
  const response = await fetch(api.endpoint, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${api.accessKey}`,
      'content-type': 'application/json',
      accept: 'text/event-stream',
    },
    body: JSON.stringify({ query: events, variables: { after } }),
    signal,
  });
  if (!response.ok || !response.body)
    throw new HoldfastApiError({
      code: 'NOT_FOLLOWED',
      message: `HTTP status ${response.status}`,
      retryable: response.status >= 500 || response.status === 429,
    });
  for await (const { name, data } of messages(response.body, heard)) {
    if (name === 'complete') return;
    if (name !== 'next' || data === '') continue;
    const { data: answer, errors } = JSON.parse(data);
    if (errors?.[0])
      throw new HoldfastApiError({ code: 'UNKNOWN', ...errors[0].extensions, message: errors[0].message });
    yield answer.events;
  }
}

/** The messages of a `text/event-stream` (https://html.spec.whatwg.org/multipage/server-sent-events.html). Comments keep the connection alive. */
async function* messages(
  body: ReadableStream<Uint8Array>,
  heard: () => void,
): AsyncGenerator<{ name: string; data: string }> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of body) {
    heard();
    const parts = (rest + decoder.decode(bytes, { stream: true })).split('\n\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const field = (name: string) =>
        part
          .split('\n')
          .filter((line) => line.startsWith(`${name}:`))
          .map((line) => line.slice(name.length + 1).trimStart())
          .join('\n');
      yield { name: field('event') || 'message', data: field('data') };
    }
  }
}
