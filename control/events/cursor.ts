import { InvalidInputError } from '../errors.ts';
import { isUuid } from '../input.ts';

/** A place in a stream: after the event at `position`. */
export interface EventPosition {
  readonly stream: string;
  readonly position: number;
}

/** Opaque to clients: base64url of stream and position. */
export function encodeCursor(at: EventPosition): string {
  return Buffer.from(`${at.stream}:${at.position}`).toString('base64url');
}

/** Throws InvalidInputError for anything that is not a cursor; whether the stream still has that place is another question. */
export function decodeCursor(cursor: string): EventPosition {
  const [stream, position, ...rest] = Buffer.from(cursor, 'base64url').toString().split(':');
  if (stream && isUuid(stream) && position && /^(0|[1-9]\d{0,15})$/.test(position) && rest.length === 0) {
    const parsed = Number(position);
    if (Number.isSafeInteger(parsed)) return { stream, position: parsed };
  }
  throw new InvalidInputError([
    { path: ['after'], code: 'INVALID_FORMAT', message: 'is not a cursor of the event log' },
  ]);
}
