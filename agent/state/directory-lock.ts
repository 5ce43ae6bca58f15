import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { HoldfastError } from '../../base/errors.ts';

/**
 * Keeps a second process out of a directory. The lock is the operating system's, taken through SQLite, so it ends with the process that
 * holds it however that ends; there is nothing stale to recognise. Throws STATE_DIRECTORY_IN_USE.
 */
export function lockDirectory(directory: string): Disposable {
  const database = new DatabaseSync(join(directory, 'lock'), { timeout: 0 });
  try {
    database.exec('pragma journal_mode = memory; begin exclusive');
  } catch (error) {
    database.close();
    throw new HoldfastError(
      {
        code: 'STATE_DIRECTORY_IN_USE',
        message: `Another process uses the state directory ${directory}.`,
        remedy: 'Stop the other agent first, or give this one a state directory of its own.',
        retryable: false,
      },
      { cause: error },
    );
  }
  return {
    [Symbol.dispose]() {
      if (database.isOpen) database.close();
    },
  };
}
