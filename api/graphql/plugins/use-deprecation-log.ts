import type { Plugin } from 'graphql-yoga';
import type { DeprecationLog } from '../deprecated-uses.ts';
import type { ExecutionContext } from '../execution-context.ts';

/** Notes who uses what is deprecated. */
export function useDeprecationLog(log: DeprecationLog): Plugin<ExecutionContext> {
  return {
    onExecute({ args }) {
      log.note(args.schema, args.document, args.contextValue.viewer.keyId);
    },
    onSubscribe({ args }) {
      log.note(args.schema, args.document, args.contextValue.viewer.keyId);
    },
  };
}
