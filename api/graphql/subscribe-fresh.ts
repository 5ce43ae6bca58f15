import { createSourceEventStream, type ExecutionArgs, type ExecutionResult, execute, GraphQLError } from 'graphql';
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
  const { session, requestId, client, signal: clientGone } = args.contextValue;
  const origin = { requestId, client };
  const watch = session.watch();
  const left = new AbortController();
  const signal = AbortSignal.any([left.signal, session.signal, edge.stopping, clientGone]);
  const fresh = async () => executionContext(edge, session, await session.renew(), origin, signal);
  const events = await open();
  if (!(Symbol.asyncIterator in events)) return events;
  const source = events[Symbol.asyncIterator]();

  async function open() {
    using opening = new DisposableStack();
    opening.use(watch);
    const opened = await createSourceEventStream({ ...args, contextValue: await fresh() });
    if (Symbol.asyncIterator in opened) opening.move();
    return opened;
  }

  async function end(): Promise<IteratorReturnResult<undefined>> {
    left.abort();
    watch[Symbol.dispose]();
    await source.return?.().catch(() => undefined);
    return { done: true, value: undefined };
  }

  /** Its last word: a thrown error would end some transports without one. */
  async function fail(error: unknown): Promise<IteratorResult<ExecutionResult, undefined>> {
    const reason = session.signal.aborted ? session.signal.reason : error;
    const silent = signal.aborted && !session.signal.aborted;
    const ended = await end();
    failed = true;
    return silent ? ended : { done: false, value: { errors: [asGraphQLError(reason)] } };
  }

  let failed = false;
  const results: AsyncIterableIterator<ExecutionResult> = {
    [Symbol.asyncIterator]: () => results,
    async next() {
      if (failed) return { done: true, value: undefined };
      try {
        const { done, value } = await source.next();
        if (session.signal.aborted) return fail(session.signal.reason);
        if (done) return end();
        return { done: false, value: await execute({ ...args, rootValue: value, contextValue: await fresh() }) };
      } catch (error) {
        return fail(error);
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

function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  return error instanceof Error
    ? new GraphQLError(error.message, { originalError: error })
    : new GraphQLError(String(error));
}
