import { createClient } from 'graphql-ws';
import { type Api, HoldfastApiError } from './graphql.ts';

/** A job as `jobProgress` tells it. */
export interface FollowedJob {
  readonly id: string;
  readonly status: string;
  readonly waitReason: string | null;
  readonly progress: { readonly phase: string; readonly percent: number | null } | null;
}

const jobProgress = `subscription ($jobId: ID!) {
  jobProgress(jobId: $jobId) { job { id status waitReason progress { phase percent } } }
}`;

/**
 * Follows one job over WebSocket (graphql-transport-ws) to its end. The first answer is the job's present state, so after a lost connection one
 * simply subscribes again: nothing has to be remembered.
 */
export async function* followJob(api: Api, jobId: string): AsyncGenerator<FollowedJob> {
  let socket: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const client = createClient({
    url: api.endpoint.replace(/^http/, 'ws'),
    connectionParams: { authorization: `Bearer ${api.accessKey}` },
    // The library opens a new connection after a random, growing pause; 4403 (the key ended) is not worth another try.
    retryAttempts: 10,
    // A connection that died without a close is found by a ping nobody answers.
    keepAlive: 10_000,
    on: {
      connected: (opened) => {
        socket = opened instanceof WebSocket ? opened : undefined;
      },
      ping: (isReceived) => {
        if (!isReceived) timer = setTimeout(() => socket?.close(4408, 'no answer to a ping'), 5_000);
      },
      pong: (isReceived) => {
        if (isReceived) clearTimeout(timer);
      },
      closed: () => clearTimeout(timer),
    },
    shouldRetry: (event) => !(event instanceof CloseEvent && event.code === 4403),
  });
  try {
    for await (const { data, errors } of client.iterate<{ jobProgress: { job: FollowedJob } }>({
      query: jobProgress,
      variables: { jobId },
    })) {
      const [first] = errors ?? [];
      if (first) throw new HoldfastApiError({ code: String(first.extensions?.code), message: first.message });
      if (data) yield data.jobProgress.job;
    }
  } finally {
    await client.dispose();
  }
}
