import { afterAll, beforeAll, describe } from 'vitest';
import type { Clock } from '../../base/clock.ts';
import { createTestControl, type TestControl } from './control.ts';
import { type DatabaseKind, databases, type TestDatabase } from './databases.ts';

/** What a suite's tests reach through; filled before the first of them runs. */
export interface Suite {
  readonly kind: DatabaseKind['kind'];
  readonly control: TestControl;
  readonly database: TestDatabase;
}

/**
 * Runs one suite on each kind of database, with a prepared control context of its own over a fresh database.
 * `define` runs while tests are collected, so it reads `suite`'s parts only inside tests and hooks.
 */
export function onDatabases(
  subject: string,
  define: (suite: Suite) => void,
  options: { readonly clock?: Clock; readonly kinds?: readonly DatabaseKind[] } = {},
): void {
  describe.each(options.kinds ?? databases())(`${subject} on $name`, ({ kind, open }) => {
    let opened: { control: TestControl; database: TestDatabase } | undefined;
    const get = () => {
      if (!opened) throw new Error('the suite is not set up yet');
      return opened;
    };
    beforeAll(async () => {
      const database = await open();
      opened = { database, control: await createTestControl({ database, ...options }) };
    });
    afterAll(async () => {
      await opened?.control[Symbol.asyncDispose]();
      await opened?.database[Symbol.asyncDispose]();
    });
    define({
      kind,
      get control() {
        return get().control;
      },
      get database() {
        return get().database;
      },
    });
  });
}
