import type { CallOptions } from './soap-client.ts';

const cleanUpTimeoutMs = 5_000;

/** Tidies up at the server, also for a job that was cancelled; what cannot be tidied ends with the session. */
export async function cleanUp(work: (options: CallOptions) => Promise<unknown>): Promise<void> {
  await work({ signal: new AbortController().signal, timeoutMs: cleanUpTimeoutMs }).catch(() => undefined);
}
