import { GraphQLError, Kind, type ValueNode } from 'graphql';
import { builder } from './builder.ts';

const invalid = (message: string) => new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });

/** RFC 3339 with a time zone; anything else (a date alone, a number) is refused rather than guessed. */
const dateTimePattern = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/i;

/** Whether the calendar has this day: `new Date` would take the 31st of February for the 3rd of March. */
function isDay(day: string): boolean {
  const time = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(day);
}

function parseDateTime(value: unknown): Date {
  const [text, day = ''] = (typeof value === 'string' && dateTimePattern.exec(value)) || [];
  const time = text !== undefined && isDay(day) ? new Date(text) : undefined;
  if (!time || Number.isNaN(time.getTime())) {
    throw invalid('A DateTime is written like 2026-01-31T18:30:00Z.');
  }
  return time;
}

function parseByteCount(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw invalid('A ByteCount is a whole number from 0 to 9007199254740991.');
  }
  return value;
}

builder.scalarType('DateTime', {
  description: 'A point in time, RFC 3339, always written in UTC with milliseconds: `2026-01-31T18:30:00.000Z`.',
  specifiedByURL: 'https://scalars.graphql.org/andimarek/date-time',
  serialize: (value) => value.toISOString(),
  parseValue: parseDateTime,
  parseLiteral: (node: ValueNode) => parseDateTime(node.kind === Kind.STRING ? node.value : undefined),
});

builder.scalarType('ByteCount', {
  description: 'A number of bytes: a whole number from 0 to 2^53 - 1, written as a JSON number.',
  serialize: (value) => {
    const number = Number(value);
    if (!Number.isSafeInteger(number)) throw new TypeError('A ByteCount must be a safe integer.');
    return number;
  },
  parseValue: parseByteCount,
  parseLiteral: (node: ValueNode) => parseByteCount(node.kind === Kind.INT ? Number(node.value) : undefined),
});
