import type { Plugin } from 'graphql-yoga';
import type { Edge } from '../edge.ts';
import type { ExecutionContext } from '../execution-context.ts';
import { subscribeFresh } from '../subscribe-fresh.ts';

/** Executes each event of a subscription with a context of its own. */
export function useFreshEvents(edge: Edge): Plugin<ExecutionContext> {
  return {
    onSubscribe({ args, setSubscribeFn }) {
      setSubscribeFn((untyped) => subscribeFresh(edge, { ...untyped, contextValue: args.contextValue }));
    },
  };
}
