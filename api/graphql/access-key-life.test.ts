import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { silentLogger } from '../../base/logger.ts';
import { openPostgresql } from '../../control/database/postgresql.ts';
import { encodeId } from '../../schema/global-id.ts';
import { createTestControl } from '../../tests/support/control.ts';
import { mutationsOf } from '../../tests/support/mutations.ts';
import { onApi } from '../../tests/support/on-api.ts';
import { ask, newKey, openApi } from '../../tests/support/public-api.ts';
import type { RunningApi } from '../start.ts';

const statusDocument = 'subscription ($id: ID!) { gatewayStatus(gatewayId: $id) { gateway { name status } } }';
interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

/** What is open by an access key, in this control plane and in another one on the same database, while the key changes. */
onApi('what is open by an access key', (suite) => {
  const { run } = mutationsOf(suite);
  const stack = new AsyncDisposableStack();
  let apis: readonly RunningApi[];

  beforeAll(async () => {
    const { url } = suite.database;
    if (url === undefined) {
      apis = [suite.api];
      return;
    }
    const database = stack.use(openPostgresql({ url, logger: silentLogger }));
    const other = await openApi(stack.use(await createTestControl({ database })));
    stack.defer(() => other.close());
    apis = [suite.api, other];
  });
  afterAll(() => stack.disposeAsync());

  const variables = () => ({ id: encodeId('Gateway', suite.scene.gateway.gatewayId) });
  const keyOf = async (rights: Parameters<typeof newKey>[1] = {}) => {
    const secret = await newKey(suite.control, rights);
    const { data } = await ask(suite.api, secret, '{ viewer { accessKey { id version } } }');
    return { secret, id: data.viewer.accessKey.id };
  };

  /** A socket with a subscription that has told the present state. */
  async function openSocket(api: RunningApi, secret: string) {
    const socket = new WebSocket(`${api.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    const messages: Message[] = [];
    socket.on('message', (data) => {
      const message: Message = JSON.parse(String(data));
      messages.push(message);
      if (message.type !== 'connection_ack') return;
      const payload = { query: statusDocument, variables: variables() };
      socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload }));
    });
    let closeCode: number | undefined;
    socket.on('close', (code) => {
      closeCode = code;
    });
    socket.on('open', () =>
      socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${secret}` } })),
    );
    await expect.poll(() => messages.some(({ type }) => type === 'next')).toBe(true);
    return { messages, closeCode: () => closeCode, [Symbol.dispose]: () => socket.terminate() };
  }

  /** The whole text of a stream of server-sent events, once it has ended. */
  async function openStream(api: RunningApi, secret: string) {
    const leave = new AbortController();
    const response = await fetch(`${api.url}/graphql`, {
      method: 'POST',
      signal: leave.signal,
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: statusDocument, variables: variables() }),
    });
    let text = '';
    let ended = false;
    void (async () => {
      const decoder = new TextDecoder();
      for await (const part of response.body ?? []) text += decoder.decode(part, { stream: true });
    })()
      .catch(() => undefined)
      .finally(() => {
        ended = true;
      });
    await expect.poll(() => text).toContain('ACTIVATED');
    return { text: () => text, ended: () => ended, [Symbol.dispose]: () => leave.abort() };
  }

  it.each(['rotated', 'revoked'])('ends at once, everywhere, when the key is %s', async (what) => {
    const { secret, id } = await keyOf();
    using opened = new DisposableStack();
    const sockets = await Promise.all(apis.map(async (api) => opened.use(await openSocket(api, secret))));
    const streams = await Promise.all(apis.map(async (api) => opened.use(await openStream(api, secret))));
    await run(what === 'rotated' ? 'rotateAccessKey' : 'revokeAccessKey', { accessKeyId: id });
    await expect.poll(() => sockets.map((socket) => socket.closeCode())).toEqual(apis.map(() => 4403));
    await expect.poll(() => streams.every((stream) => stream.ended())).toBe(true);
    for (const stream of streams) expect(stream.text()).toContain('UNAUTHENTICATED');
    for (const api of apis) expect((await ask(api, secret, '{ viewer { name } }')).status).toBe(401);
  });

  it('goes on for the grace; what was opened with the new secret goes on after it', async () => {
    const { secret, id } = await keyOf({ scopes: ['gateway:read'] });
    using opened = new DisposableStack();
    const old = await Promise.all(apis.map(async (api) => opened.use(await openSocket(api, secret))));
    // Its own holder rotates it, without any scope for it.
    const rotated = await run('rotateAccessKey', { accessKeyId: id, graceSeconds: 2 }, secret);
    expect(rotated.secret).toMatch(`${secret.split('.')[0]}.`);
    const fresh = await Promise.all(apis.map(async (api) => opened.use(await openSocket(api, rotated.secret))));
    const last = opened.use(await openSocket(suite.api, secret));
    expect(old.map((socket) => socket.closeCode())).toEqual(apis.map(() => undefined));
    await expect.poll(() => [...old, last].map((socket) => socket.closeCode())).toEqual([...apis, 1].map(() => 4403));
    expect(fresh.map((socket) => socket.closeCode())).toEqual(apis.map(() => undefined));
    expect((await ask(suite.api, rotated.secret, '{ viewer { name } }')).status).toBe(200);
  });

  it('loses scopes with the next event, and ends at an expiry that was set meanwhile', async () => {
    const { secret, id } = await keyOf({ scopes: ['gateway:read', 'event:read'] });
    using opened = new DisposableStack();
    const sockets = await Promise.all(apis.map(async (api) => opened.use(await openSocket(api, secret))));
    const narrowed = await run('updateAccessKey', { accessKeyId: id, scopes: ['EVENT_READ'], expectedVersion: 1 });
    expect(narrowed).toMatchObject({ accessKey: { scopes: ['EVENT_READ'], version: 2 } });
    const { gatewayId } = suite.scene.gateway;
    await suite.read(
      'mutation ($input: UpdateGatewaySettingsInput!) { updateGatewaySettings(input: $input) { __typename } }',
      {
        input: { ...(await versionOf(gatewayId)), maxWorkers: 3 },
      },
    );
    for (const { messages } of sockets) await expect.poll(() => JSON.stringify(messages.at(-2))).toContain('FORBIDDEN');
    expect(sockets.map((socket) => socket.closeCode())).toEqual(apis.map(() => undefined));
    const soon = new Date(suite.control.clock.now() + 1_500).toISOString();
    await run('updateAccessKey', { accessKeyId: id, expiresAt: soon, expectedVersion: 2 });
    await expect.poll(() => sockets.map((socket) => socket.closeCode())).toEqual(apis.map(() => 4403));
  });

  const versionOf = async (gatewayId: string) => {
    const id = encodeId('Gateway', gatewayId);
    const { gateway } = await suite.read('query ($id: ID!) { gateway(id: $id) { version } }', { id });
    return { gatewayId: id, expectedVersion: gateway.version };
  };
});
