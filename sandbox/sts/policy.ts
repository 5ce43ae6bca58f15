import { z } from 'zod';

const oneOrMore = z.union([z.string(), z.array(z.string()).min(1)]).transform((value) => [value].flat());

const stringOperators = ['StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike'] as const;
const operators = [...stringOperators, 'Bool'] as const;
type Operator = (typeof operators)[number];

const values = z.record(z.string(), z.union([z.string(), z.boolean(), z.array(z.string()).min(1)]));

const policyDocument = z.strictObject({
  Version: z.literal('1'),
  Statement: z
    .array(
      z.strictObject({
        Effect: z.enum(['Allow', 'Deny']),
        Action: oneOrMore,
        Resource: oneOrMore,
        Condition: z.partialRecord(z.enum(operators), values).optional(),
      }),
    )
    .min(1),
});

/** A RAM policy as far as the sandbox understands one; an operator or element it does not know is refused, never ignored. */
export type Policy = z.output<typeof policyDocument>;
export type PolicyDocument = z.input<typeof policyDocument>;
type Statement = Policy['Statement'][number];

/** What is to be decided: `action` as `oss:GetObject`, `resource` as `acs:oss:region:account:bucket/key`. */
export interface AccessRequest {
  readonly action: string;
  readonly resource: string;
  /** Condition keys such as `oss:Prefix` and `acs:SecureTransport`. */
  readonly context?: Readonly<Record<string, string>>;
}

/** Undefined when the text is no policy. */
export function readPolicy(text: string): Policy | undefined {
  try {
    return policyDocument.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export const parsePolicy = (document: PolicyDocument): Policy => policyDocument.parse(document);

/** Allowed by one of the policies and denied by none. */
export function isAllowed(policies: readonly Policy[], request: AccessRequest): boolean {
  const effects = policies
    .flatMap((policy) => policy.Statement)
    .filter((statement) => applies(statement, request))
    .map((statement) => statement.Effect);
  return effects.includes('Allow') && !effects.includes('Deny');
}

function applies(statement: Statement, request: AccessRequest): boolean {
  return (
    statement.Action.some((pattern) => wildcardMatch(pattern, request.action)) &&
    statement.Resource.some((pattern) => wildcardMatch(pattern, request.resource)) &&
    operators.every((operator) => holds(operator, statement.Condition?.[operator] ?? {}, request.context ?? {}))
  );
}

function holds(
  operator: Operator,
  expected: Readonly<Record<string, string | boolean | readonly string[]>>,
  context: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(expected).every(([key, wanted]) => {
    const actual = context[key];
    const candidates = [wanted].flat().map(String);
    const negative = operator === 'StringNotEquals' || operator === 'StringNotLike';
    if (actual === undefined) return negative;
    const like = operator === 'StringLike' || operator === 'StringNotLike';
    const found = candidates.some((candidate) => (like ? wildcardMatch(candidate, actual) : candidate === actual));
    return negative ? !found : found;
  });
}

/** `*` is any text, `?` is any one character; everything else is itself. Linear in the text for each star. */
export function wildcardMatch(pattern: string, text: string): boolean {
  let [at, next, star, resume] = [0, 0, -1, 0];
  while (at < text.length) {
    if (pattern[next] === '*') {
      star = next;
      next += 1;
      resume = at;
    } else if (pattern[next] === '?' || pattern[next] === text[at]) {
      next += 1;
      at += 1;
    } else if (star >= 0) {
      next = star + 1;
      resume += 1;
      at = resume;
    } else {
      return false;
    }
  }
  while (pattern[next] === '*') next += 1;
  return next === pattern.length;
}
