import type { Transaction } from 'kysely';
import type { ControlContext } from '../context.ts';
import type { Database } from '../database/tables.ts';
import { appendEvents } from './append-events.ts';
import type { Emit, NewEvent } from './event.ts';

const serializationFailure = '40001';
const deadlockDetected = '40P01';
const attempts = 5;

/**
 * Runs `work` in one READ COMMITTED transaction and appends what it emitted as the last statement. `work` uses only its
 * `trx` (the embedded database has one connection, so anything else waits for ever), and does nothing outside the
 * database that could not happen twice: after a deadlock it is run again from the start.
 */
export async function inTransaction<T>(
  control: Pick<ControlContext, 'db' | 'clock'>,
  work: (trx: Transaction<Database>, emit: Emit) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await control.db.transaction().execute(async (trx) => {
        const events: NewEvent[] = [];
        const result = await work(trx, (event) => events.push(event));
        await appendEvents(trx, events, new Date(control.clock.now()));
        return result;
      });
    } catch (error) {
      if (attempt >= attempts || !mayRunAgain(error)) throw error;
    }
  }
}

function mayRunAgain(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return error.code === serializationFailure || error.code === deadlockDetected;
}
