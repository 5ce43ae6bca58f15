import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { createTestControl, type TestControl } from '../../tests/support/control.ts';
import { databases, type TestDatabase } from '../../tests/support/databases.ts';
import { newKey, openApi } from '../../tests/support/public-api.ts';
import type { RunningApi } from '../start.ts';

/** The GraphQL-over-HTTP audits of graphql-http, against the API as it is served. */
describe('GraphQL over HTTP', () => {
  let database: TestDatabase;
  let control: TestControl;
  let api: RunningApi;
  let key: string;

  beforeAll(async () => {
    const [embedded] = databases();
    if (!embedded) throw new Error('no database');
    database = await embedded.open();
    control = await createTestControl({ database });
    api = await openApi(control);
    key = await newKey(control);
  });
  afterAll(async () => {
    await api.close();
    await control[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  const audits = serverAudits({
    url: () => `${api.url}/graphql`,
    fetchFn: (url: string, init: RequestInit = {}) => {
      const headers = new Headers(init.headers);
      headers.set('authorization', `Bearer ${key}`);
      return fetch(url, { ...init, headers });
    },
  });
  for (const audit of audits) {
    it(`${audit.id} ${audit.name}`, async () => {
      const result = await audit.fn();
      if (result.status !== 'ok') throw new Error(`${result.status}: ${result.reason}`);
    });
  }
});
