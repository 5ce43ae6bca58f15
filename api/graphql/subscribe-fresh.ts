import { createSourceEventStream, type ExecutionArgs, type ExecutionResult, execute } from 'graphql';
import type { Edge } from './edge.ts';
import { type ExecutionContext, executionContext } from './execution-context.ts';

/**
 * GraphQL's subscribe, but each event is executed with a context of its own, made after the viewer was checked again.
 * Authorisation and loaders are cached in the context, so with one context for all events a revoked key would go on seeing them.
 * The stream ends with the session's error when the access key is no longer good.
 */
export async function subscribeFresh(
  edge: Edge,
  args: ExecutionArgs & { readonly contextValue: ExecutionContext },
): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult> {
  const { session, requestId, signal: clientGone } = args.contextValue;
  session.watch();
  const left = new AbortController();
  const signal = AbortSignal.any([left.signal, session.signal, edge.stopping, clientGone]);
  const fresh = async () => executionContext(edge, session, await session.renew(), requestId, signal);
  const events = await createSourceEventStream({ ...args, contextValue: await fresh() });
  if (!(Symbol.asyncIterator in events)) return events;
  const source = events[Symbol.asyncIterator]();

  async function end(): Promise<IteratorReturnResult<undefined>> {
    left.abort();
    await source.return?.().catch(() => undefined);
    return { done: true, value: undefined };
  }

  const results: AsyncIterableIterator<ExecutionResult> = {
    [Symbol.asyncIterator]: () => results,
    async next() {
      try {
        const { done, value } = await source.next();
        if (done) return end();
        return { done: false, value: await execute({ ...args, rootValue: value, contextValue: await fresh() }) };
      } catch (error) {
        await end();
        if (session.signal.aborted) throw session.signal.reason;
        if (signal.aborted) return { done: true, value: undefined };
        throw error;
      }
    },
    return: end,
    async throw(error) {
      await end();
      throw error;
    },
  };
  return results;
}
