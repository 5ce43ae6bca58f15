import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { describeError } from '../describe-error.ts';
import type { ExecutionContext } from '../execution-context.ts';

/** Gives every error of an execution its code, remedy and request id, and masks what was not meant for people. */
export function useErrorDetails(): Plugin<ExecutionContext> {
  const described = (result: ExecutionResult, { requestId, control }: ExecutionContext): ExecutionResult =>
    result.errors
      ? { ...result, errors: result.errors.map((error) => describeError(error, requestId, control.logger)) }
      : result;
  return {
    onExecute({ args }) {
      return {
        onExecuteDone({ result, setResult }) {
          if (!(Symbol.asyncIterator in result)) setResult(described(result, args.contextValue));
        },
      };
    },
    onSubscribe({ args }) {
      return {
        onSubscribeResult({ result, setResult }) {
          if (!(Symbol.asyncIterator in result)) setResult(described(result, args.contextValue));
          return { onNext: (next) => next.setResult(described(next.result, args.contextValue)) };
        },
      };
    },
  };
}
