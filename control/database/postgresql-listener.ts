import { Client, type ClientConfig } from 'pg';
import type { Logger } from '../../base/logger.ts';
import { DatabaseUnavailableError, isUnavailable } from './unavailable.ts';

const retryMs = 1_000;
/** A connection that only listens would not notice that nobody is there any more. */
const lookMs = 15_000;

/** One connection of its own per listener; when it is lost it is made again, and the listener's poll covers the gap. */
export async function openListener(options: {
  readonly client: ClientConfig;
  readonly logger: Logger;
  readonly channel: string;
  readonly handler: (payload: string) => void;
}): Promise<AsyncDisposable> {
  const { logger, channel, handler } = options;
  let closed = false;
  let client: Client | undefined;
  let next: NodeJS.Timeout | undefined;

  const connect = async (): Promise<void> => {
    const made = new Client(options.client);
    made.on('notification', (message) => handler(message.payload ?? ''));
    made.on('error', (error) => lost(made, error));
    made.on('end', () => lost(made, undefined));
    client = made;
    await made.connect();
    await made.query(`listen ${made.escapeIdentifier(channel)}`);
    lookLater(made);
  };
  const lookLater = (which: Client): void => {
    if (closed || which !== client) return;
    next = setTimeout(() => {
      which.query('select').then(
        () => lookLater(which),
        (error: unknown) => lost(which, error),
      );
    }, lookMs);
    next.unref();
  };
  const lost = (which: Client, error: unknown): void => {
    if (closed || which !== client) return;
    client = undefined;
    clearTimeout(next);
    which.end().catch(() => undefined);
    logger.warn({ err: error, channel }, 'the connection for notifications was lost; trying again');
    next = setTimeout(() => void connect().catch((reason: unknown) => client && lost(client, reason)), retryMs);
    next.unref();
  };
  const close = async (): Promise<void> => {
    closed = true;
    clearTimeout(next);
    await client?.end().catch(() => undefined);
  };

  try {
    await connect();
  } catch (error) {
    await close();
    throw isUnavailable(error) ? new DatabaseUnavailableError(error) : error;
  }
  return { [Symbol.asyncDispose]: close };
}
