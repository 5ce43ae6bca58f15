import { HoldfastError } from '../../base/errors.ts';

export const databaseUnavailable = 'DATABASE_UNAVAILABLE';

/**
 * The database could not be asked, or did not answer in time. Whether a change that was under way was made is unknown to whoever gets this; asking again
 * with the same idempotency key, or the gateway's same request, tells.
 */
export class DatabaseUnavailableError extends HoldfastError {
  override readonly name = 'DatabaseUnavailableError';

  constructor(cause: unknown) {
    super(
      {
        code: databaseUnavailable,
        message: 'The control plane cannot reach its database at the moment.',
        remedy:
          'Try again in a few seconds, a change with the same idempotency key; if it stays, the operator has to look at the database.',
        retryable: true,
      },
      { cause },
    );
  }
}

/** What sockets say when the server cannot be reached, or is no longer there. */
const socketCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
  // The directory of a server's Unix socket, while it is stopped.
  'ENOENT',
]);

/**
 * SQLSTATEs of a server that is going, coming, full or a stand-by, and of its own time-outs
 * (https://www.postgresql.org/docs/current/errcodes-appendix.html).
 */
const serverStates: ReadonlySet<string> = new Set([
  '57P01', // admin_shutdown, also of pg_terminate_backend
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '57P05', // idle_session_timeout
  '57014', // query_canceled: statement_timeout
  '55P03', // lock_not_available
  '25P03', // idle_in_transaction_session_timeout
  '25006', // read_only_sql_transaction: a server that was demoted
]);
/** Connection exceptions; insufficient resources (too many connections, no memory, disk full); system errors. */
const serverClasses: ReadonlySet<string> = new Set(['08', '53', '58']);

const cutCodes: ReadonlySet<string> = new Set(['57P01', '57P02', '08006', 'ECONNRESET', 'EPIPE']);

const notQueryable = 'Client has encountered a connection error';
/** `pg` says these without a code. */
const driverMessages: readonly string[] = [
  'Connection terminated',
  notQueryable,
  'Client was closed and is not queryable',
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Query read timeout',
];

/** Whether the reason for an error of `pg` is that the database is away, and not what it was asked. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError) return error.errors.some(isUnavailable);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  if (code === undefined) return driverMessages.some((message) => error.message.startsWith(message));
  return socketCodes.has(code) || serverStates.has(code) || (code.length === 5 && serverClasses.has(code.slice(0, 2)));
}

/** Whether the connection went away under a statement. What was under way in its transaction is undone, unless that was the commit itself. */
export function wasCut(error: unknown): boolean {
  if (!(error instanceof DatabaseUnavailableError && error.cause instanceof Error)) return false;
  const { cause } = error;
  if ('code' in cause && typeof cause.code === 'string') return cutCodes.has(cause.code);
  return cause.message.startsWith('Connection terminated unexpectedly') || cause.message.startsWith(notQueryable);
}
