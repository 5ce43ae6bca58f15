import type { z } from 'zod';
import { HoldfastError } from '../../base/errors.ts';
import { docsOf } from './variable.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the variables of `schema` from the environment. An empty value counts as not set. Throws one BAD_CONFIGURATION
 * that names every variable at fault, what it says (unless secret) and what is expected.
 */
export function readVariables<Shape extends Readonly<Record<string, z.ZodType>>>(
  schema: z.ZodObject<Shape>,
  environment: Environment,
): z.output<z.ZodObject<Shape>> {
  const set = Object.fromEntries(
    Object.keys(schema.shape).flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])),
  );
  const parsed = schema.safeParse(set);
  if (parsed.success) return parsed.data;
  const names = [...new Set(parsed.error.issues.map((issue) => String(issue.path[0])))];
  throw badConfiguration(
    names
      .map((name) => {
        const docs = docsOf(schema.shape[name] ?? schema);
        const value = docs?.secret ? 'does not have the right form' : `is ${JSON.stringify(environment[name])}`;
        return `${name} ${value}; expected ${docs?.expected ?? 'another value'}.`;
      })
      .join('\n'),
  );
}

export function badConfiguration(
  message: string,
  remedy = 'Correct the environment and start again; docs/configuration.md lists every variable.',
): HoldfastError {
  return new HoldfastError({ code: 'BAD_CONFIGURATION', message, remedy, retryable: false });
}

/** Variables that look like Holdfast's but are none: most likely mistyped. `prefixes` take any ending. */
export function unknownVariables(
  environment: Environment,
  known: ReadonlySet<string>,
  prefixes: readonly string[],
): readonly string[] {
  return Object.keys(environment).filter(
    (name) => name.startsWith('HOLDFAST_') && !known.has(name) && !prefixes.some((prefix) => name.startsWith(prefix)),
  );
}
