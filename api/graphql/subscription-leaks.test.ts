import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type Client, createClient } from '../../client/client.ts';
import { FollowEventsDocument, GatewayStatusDocument, JobProgressDocument } from '../../client/gen/documents.ts';
import { EventTailer } from '../../control/events/event-tailer.ts';
import { ProgressHub } from '../../control/jobs/progress-hub.ts';
import { startBackup } from '../../control/jobs/start-backup.ts';
import { encodeId } from '../../schema/global-id.ts';
import { createScene } from '../../tests/support/control-scene.ts';
import { databases } from '../../tests/support/databases.ts';
import { onDatabases } from '../../tests/support/on-databases.ts';
import { newKey, openApi } from '../../tests/support/public-api.ts';
import type { RunningApi } from '../start.ts';

/** What subscriptions hold while they are open, counted where they take it and where they give it back. */
const held = { followers: 0, progressListeners: 0, timers: 0 };

onDatabases(
  'subscriptions that came and went',
  (suite) => {
    let api: RunningApi;
    let key: string;
    /** The webhooks follow the log; the tailer's poll, the webhooks' look for what is due, and the look for clients that do not read. */
    const atRest = { followers: 1, progressListeners: 0, timers: 3 };
    let subscriptions: readonly ((client: Client) => AsyncIterableIterator<unknown>)[];

    beforeAll(async () => {
      const { control } = suite;
      const { follow } = EventTailer.prototype;
      vi.spyOn(EventTailer.prototype, 'follow').mockImplementation(async function* (this: EventTailer, options) {
        held.followers += 1;
        try {
          yield* follow.call(this, options);
        } finally {
          held.followers -= 1;
        }
      });
      const { subscribe } = ProgressHub.prototype;
      vi.spyOn(ProgressHub.prototype, 'subscribe').mockImplementation(function (this: ProgressHub, ...given) {
        held.progressListeners += 1;
        const stack = new DisposableStack();
        stack.use(subscribe.apply(this, given));
        stack.defer(() => {
          held.progressListeners -= 1;
        });
        return stack;
      });
      const clock = {
        ...control.clock,
        async sleep(ms: number, signal?: AbortSignal) {
          held.timers += 1;
          await control.clock.sleep(ms, signal).finally(() => {
            held.timers -= 1;
          });
        },
      };
      const scene = await createScene(control);
      key = await newKey(control);
      api = await openApi({ ...control, clock });
      const job = await startBackup(control, scene.viewer, { virtualMachineId: scene.virtualMachineIds[0] });
      const { stream } = await control.db.selectFrom('event_head').select('stream').executeTakeFirstOrThrow();
      const after = Buffer.from(`${stream}:0`).toString('base64url');
      subscriptions = [
        (client) => client.subscribe(FollowEventsDocument, { after }),
        (client) =>
          client.subscribe(GatewayStatusDocument, { gatewayId: encodeId('Gateway', scene.gateway.gatewayId) }),
        (client) => client.subscribe(JobProgressDocument, { jobId: encodeId('BackupJob', job) }),
      ];
    });
    afterAll(async () => {
      await api.close();
      vi.restoreAllMocks();
    });
    const settled = () => expect.poll(() => ({ ...held }), { timeout: 10_000, interval: 50 }).toEqual(atRest);

    it('1,000 of them leave no listener, timer or iterator', async () => {
      await using client = createClient({ url: api.url, accessKey: key });
      for (let round = 0; round < 20; round += 1) {
        const open = Array.from({ length: 50 }, (_, index) => subscriptions[index % 3]?.(client));
        const first = await Promise.all(open.map((subscription) => subscription?.next()));
        expect(first.every((result) => result?.done === false)).toBe(true);
        await Promise.all(open.map((subscription) => subscription?.return?.()));
      }
      await client.close();
      await settled();
    });

    it('neither do sockets that are cut, wherever they are', async () => {
      const sockets = Array.from({ length: 60 }, (_, index) => {
        const socket = new WebSocket(`${api.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
        const { promise, resolve } = Promise.withResolvers<void>();
        socket.once('close', () => resolve()).on('error', () => {});
        socket.once('open', () => {
          socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${key}` } }));
          if (index % 3 === 0) socket.terminate();
        });
        socket.once('message', () => {
          const query = 'subscription { events { cursor } }';
          socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query } }));
          if (index % 3 === 1) socket.terminate();
          else setTimeout(() => socket.terminate(), 100);
        });
        return promise;
      });
      await Promise.all(sockets);
      await settled();
    });

    it('neither do server-sent events whose reader goes away', async () => {
      const gone = Array.from({ length: 20 }, async () => {
        const stop = new AbortController();
        const response = await fetch(`${api.url}/graphql`, {
          method: 'POST',
          headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', accept: 'text/event-stream' },
          body: JSON.stringify({ query: 'subscription { events { cursor } }' }),
          signal: stop.signal,
        });
        expect(response.status).toBe(200);
        stop.abort();
      });
      await Promise.all(gone);
      await settled();
    });
  },
  { kinds: databases().slice(-1) },
);
