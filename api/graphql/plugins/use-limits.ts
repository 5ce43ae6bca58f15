import { GraphQLError, parse, type ValidationRule } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { ExecutionContext } from '../execution-context.ts';
import { operationCost, operationLimits, tooCostly } from '../operation-cost.ts';

/** Refuses what asks for too much before it is executed, and tells the cost of everything else. */
export function useLimits(): Plugin<ExecutionContext> {
  return {
    onParse({ setParseFn }) {
      setParseFn((source, options) => parse(source, { ...options, maxTokens: operationLimits.tokens }));
    },
    onValidate({ addValidationRule }) {
      addValidationRule(limitAliases);
      addValidationRule(noAliasesInIntrospection);
    },
    onExecute({ args, setResultAndStopExecution }) {
      const cost = operationCost(args);
      const error = cost && tooCostly(cost);
      if (error) return setResultAndStopExecution({ errors: [error], extensions: { cost } });
      return {
        onExecuteDone({ result, setResult }) {
          if (cost && !(Symbol.asyncIterator in result)) {
            setResult({ ...result, extensions: { ...result.extensions, cost } });
          }
        },
      };
    },
    onSubscribe({ args, setResultAndStopExecution }) {
      const cost = operationCost(args);
      const error = cost && tooCostly(cost);
      if (error) return setResultAndStopExecution({ errors: [error], extensions: { cost } });
      let isTold = false;
      return {
        onSubscribeResult: () => ({
          /** With the first payload only: it is the same for all of them. */
          onNext({ result, setResult }) {
            if (cost && !isTold) setResult({ ...result, extensions: { ...result.extensions, cost } });
            isTold = true;
          },
        }),
      };
    },
  };
}

const limitAliases: ValidationRule = (context) => {
  let aliases = 0;
  return {
    Field(node) {
      if (!node.alias) return;
      aliases += 1;
      if (aliases !== operationLimits.aliases + 1) return;
      context.reportError(
        new GraphQLError(`A document may have at most ${operationLimits.aliases} aliases.`, {
          nodes: node,
          extensions: { code: 'TOO_MANY_ALIASES', remedy: 'Split the operation.', retryable: false },
        }),
      );
    },
  };
};

/** Introspection costs nothing, so it must not be multiplied: without aliases every field is there once. */
const noAliasesInIntrospection: ValidationRule = (context) => ({
  Field(node) {
    const within = node.name.value === '__schema' || context.getParentType()?.name.startsWith('__');
    if (!node.alias || !within) return;
    context.reportError(
      new GraphQLError('Introspection takes no aliases.', {
        nodes: node,
        extensions: { code: 'TOO_MANY_ALIASES', remedy: 'Ask for each field once.', retryable: false },
      }),
    );
  },
});
