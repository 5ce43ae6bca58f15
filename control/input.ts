import { z } from 'zod';
import { InvalidInputError, NotFoundError } from './errors.ts';

/** What `schema` makes of the input, or an InvalidInputError that names every field that is wrong. */
export function parseInput<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new InvalidInputError(
    result.error.issues.map((issue) => ({
      path: issue.path.map(String),
      code: issueCode(issue),
      message: issue.message,
    })),
  );
}

function issueCode(issue: z.core.$ZodIssue): string {
  if (issue.code === 'custom' && typeof issue.params?.code === 'string') return issue.params.code;
  return issue.code.toUpperCase();
}

/** Control characters, line and paragraph separators, and what turns the direction of the text around it. */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u;
const visible = /[^\p{Z}\p{C}]/u;

/** Text for people: trimmed, 1 to `max` characters (code points), on one line, and not only of what nobody sees. */
export function textSchema(max: number) {
  return z
    .string()
    .trim()
    .superRefine((text, context) => {
      const length = [...text].length;
      const issue = (code: string, message: string) => context.addIssue({ code: 'custom', params: { code }, message });
      if (length === 0) issue('TOO_SMALL', 'must not be empty');
      else if (length > max) issue('TOO_BIG', `must have at most ${max} characters, it has ${length}`);
      else if (unprintable.test(text)) issue('INVALID_FORMAT', 'must not contain control characters');
      else if (!text.isWellFormed()) issue('INVALID_FORMAT', 'must be well-formed Unicode');
      else if (!visible.test(text)) issue('INVALID_FORMAT', 'must have at least one character that can be seen');
    });
}

/** Names of everything a person names: 1 to 64 characters. */
export const nameSchema = textSchema(64);

export const idempotencyKeySchema = textSchema(128).nullish();

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function isUuid(text: string): boolean {
  return uuidPattern.test(text);
}

/** An id that cannot exist is answered like one that does not: NotFoundError(`what`). */
export function requireUuid(id: string, what: string): string {
  if (!isUuid(id)) throw new NotFoundError(what);
  return id;
}
