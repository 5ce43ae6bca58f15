import { z } from 'zod';

const message = z.object({
  data: z.object({
    events: z.object({ cursor: z.string(), item: z.object({ __typename: z.enum(['Event', 'StreamGap']) }) }),
  }),
});
export type StreamedEvent = z.infer<typeof message>['data']['events'];

const query = 'subscription Follow($after: String) { events(after: $after) { cursor item { __typename } } }';

/**
 * One stream of server-sent events (the "distinct connections mode" of GraphQL over SSE) after a cursor, for as long as its connection lasts: it ends when that breaks, when the server
 * ends it or says something else than an event. Only whole messages count.
 */
export async function* streamEvents(
  url: string,
  accessKey: string,
  after: string,
  signal: AbortSignal,
): AsyncGenerator<StreamedEvent> {
  try {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${accessKey}`,
        'content-type': 'application/json',
        accept: 'text/event-stream',
      },
      body: JSON.stringify({ query, variables: { after } }),
      signal,
    });
    if (!response.ok || !response.body) return;
    let text = '';
    for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
      const messages = (text + piece).split('\n\n');
      text = messages.pop() ?? '';
      for (const told of messages) {
        const data = /^data: (.*)$/m.exec(told)?.[1];
        const parsed = data === undefined ? undefined : message.safeParse(JSON.parse(data));
        if (parsed?.success) yield parsed.data.data.events;
        else if (/^event: complete$/m.test(told)) return;
      }
    }
  } catch (error) {
    if (!(error instanceof TypeError) && !signal.aborted) throw error;
  }
}
