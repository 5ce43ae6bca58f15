import type { Transaction } from 'kysely';
import type { ControlContext } from '../context.ts';
import type { Database } from '../database/tables.ts';
import { wasCut } from '../database/unavailable.ts';
import { appendEvents } from './append-events.ts';
import type { Emit, NewEvent } from './event.ts';

const serializationFailure = '40001';
const deadlockDetected = '40P01';
const attempts = 5;

/**
 * Runs `work` in one READ COMMITTED transaction and appends what it emitted as the last statement. `work` uses only its
 * `trx` (the embedded database has one connection, so anything else waits for ever), and does nothing outside the
 * database that could not happen twice: after a deadlock, or a connection that was cut before the commit was sent, it is run again from the
 * start. A commit whose answer is lost is DATABASE_UNAVAILABLE: nobody here knows what became of it.
 */
export async function inTransaction<T>(
  control: Pick<ControlContext, 'db' | 'clock'>,
  work: (trx: Transaction<Database>, emit: Emit) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    let isCommitting = false;
    try {
      return await control.db.transaction().execute(async (trx) => {
        const events: NewEvent[] = [];
        const result = await work(trx, (event) => events.push(event));
        await appendEvents(trx, events, new Date(control.clock.now()));
        isCommitting = true;
        return result;
      });
    } catch (error) {
      const isUndone = attempt === 1 && !isCommitting && wasCut(error);
      if (attempt >= attempts || !(isUndone || mayRunAgain(error))) throw error;
    }
  }
}

function mayRunAgain(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return error.code === serializationFailure || error.code === deadlockDetected;
}
