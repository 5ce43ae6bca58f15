import { complexityFromQuery } from '@pothos/plugin-complexity';
import { type DocumentNode, GraphQLError, type GraphQLSchema, getOperationAST, Kind } from 'graphql';

/** What one operation may ask for at most. The numbers are told in `extensions.cost` of every answer. */
export const operationLimits = { cost: 5_000, depth: 12, aliases: 30, tokens: 4_000 } as const;

export interface OperationCost {
  readonly cost: number;
  readonly costLimit: number;
  readonly depth: number;
  readonly depthLimit: number;
}

/** Cost and depth of the operation that would be executed; undefined when its variables are wrong, which execution then says. */
export function operationCost(args: {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName?: string | null;
  readonly variableValues?: Readonly<Record<string, unknown>> | null;
  readonly contextValue: object;
}): OperationCost | undefined {
  const operation = getOperationAST(args.document, args.operationName);
  if (!operation) return undefined;
  const fragments = args.document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  try {
    const { complexity, depth } = complexityFromQuery(
      { kind: Kind.DOCUMENT, definitions: [operation, ...fragments] },
      { schema: args.schema, ctx: args.contextValue, variables: { ...args.variableValues } },
    );
    return { cost: complexity, costLimit: operationLimits.cost, depth, depthLimit: operationLimits.depth };
  } catch (error) {
    if (error instanceof GraphQLError) return undefined;
    throw error;
  }
}

/** The error for an operation that asks for too much; undefined for any other. */
export function tooCostly(cost: OperationCost): GraphQLError | undefined {
  if (cost.cost > cost.costLimit) {
    return refusal(
      'QUERY_TOO_COSTLY',
      `This operation costs ${cost.cost}; at most ${cost.costLimit} is allowed.`,
      'Ask for fewer entries (`first`) or fewer fields below lists, or split the operation.',
      cost,
    );
  }
  if (cost.depth > cost.depthLimit) {
    return refusal(
      'QUERY_TOO_DEEP',
      `This operation is ${cost.depth} levels deep; at most ${cost.depthLimit} are allowed.`,
      'Ask for the inner objects in an operation of their own, by their ids.',
      cost,
    );
  }
  return undefined;
}

function refusal(code: string, message: string, remedy: string, cost: OperationCost): GraphQLError {
  return new GraphQLError(message, {
    extensions: { code, remedy, retryable: false, cost, http: { status: 400, spec: true } },
  });
}
