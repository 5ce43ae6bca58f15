import type { Context } from 'hono';
import type { z } from 'zod';
import { HoldfastError } from '../../base/errors.ts';

export const kibibyte = 1_024;

const invalidBody = (reason: string, cause?: unknown) =>
  new HoldfastError(
    {
      code: 'INVALID_BODY',
      message: `The request's body is not valid: ${reason}.`,
      remedy: 'Use an agent of the version that belongs to this control plane.',
      retryable: false,
    },
    { cause },
  );

/** Reads at most `limit` bytes of JSON and checks its shape. Throws UNSUPPORTED_MEDIA_TYPE, BODY_TOO_LARGE or INVALID_BODY. */
export async function readBody<Schema extends z.ZodType>(
  context: Context,
  schema: Schema,
  limit: number,
): Promise<z.output<Schema>> {
  const mediaType = context.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json') {
    throw new HoldfastError({
      code: 'UNSUPPORTED_MEDIA_TYPE',
      message: 'Requests to the control channel are JSON.',
      remedy: 'Send content-type: application/json.',
      retryable: false,
    });
  }
  const text = await readText(context, limit);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw invalidBody('it is not JSON', error);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  // Only paths and codes: a message of the parser may quote what was sent, and that may be a secret.
  const issues = parsed.error.issues.slice(0, 5).map((issue) => `${issue.path.join('.') || 'body'} (${issue.code})`);
  throw invalidBody(issues.join(', '));
}

async function readText(context: Context, limit: number): Promise<string> {
  const declared = Number(context.req.header('content-length') ?? 0);
  const body = context.req.raw.body;
  if (declared > limit) throw tooLarge(limit);
  if (!body) return '';
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body) {
    length += part.byteLength;
    if (length > limit) throw tooLarge(limit);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

const tooLarge = (limit: number) =>
  new HoldfastError({
    code: 'BODY_TOO_LARGE',
    message: `The request's body is larger than ${limit} bytes.`,
    remedy: 'Send smaller batches.',
    retryable: false,
  });
