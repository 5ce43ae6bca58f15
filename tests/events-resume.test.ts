import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { startApi } from '../api/start.ts';
import { createClient } from '../client/client.ts';
import { followEvents } from '../client/follow-events.ts';
import { createResourceGroup } from '../control/resource-groups/resource-groups.ts';
import { databases } from './support/databases.ts';
import { onDatabases } from './support/on-databases.ts';
import { newKey } from './support/public-api.ts';
import { createViewer } from './support/viewers.ts';

onDatabases(
  'a console that follows events while the API is restarted',
  (suite) => {
    it('is told each of them once, in order, also those of the time in between', async () => {
      const { control } = suite;
      const [key, viewer] = [await newKey(control), await createViewer(control)];
      const start = (port: number) => startApi({ control, host: '127.0.0.1', port, graceMs: 100 });
      let api = await start(0);
      const { port } = api;
      await using client = createClient({ url: api.url, accessKey: key });
      const head = await control.db.selectFrom('event_head').selectAll().executeTakeFirstOrThrow();
      const after = Buffer.from(`${head.stream}:${head.position}`).toString('base64url');
      const stop = new AbortController();
      const events = followEvents(client, {
        after,
        filter: { types: ['RESOURCE_GROUP_CREATED'] },
        signal: stop.signal,
      });
      const told: (string | undefined)[] = [];
      const hear = async (count: number) => {
        for (let heard = 0; heard < count; heard += 1) {
          const next = await events.next();
          if (next.done) throw new Error('the events ended');
          const { item } = next.value;
          told.push(
            item.__typename === 'Event' ? item.details.find(({ name }) => name === 'name')?.value : item.reason,
          );
        }
      };
      const create = (number: number) => createResourceGroup(control, viewer, { name: `group ${number}` });
      for (const number of [1, 2]) await create(number);
      await hear(2);
      await api.close();
      for (const number of [3, 4]) await create(number);
      await expect.poll(() => listens(port)).toBe(false);
      api = await start(port);
      await create(5);
      await hear(3);
      expect(told).toEqual([1, 2, 3, 4, 5].map((number) => `group ${number}`));
      stop.abort();
      await events.return(undefined);
      await api.close();
    });
  },
  { kinds: databases().slice(-1) },
);

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
