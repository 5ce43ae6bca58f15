import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createTestControl } from '../tests/support/control.ts';
import { databases } from '../tests/support/databases.ts';
import { newKey } from '../tests/support/public-api.ts';
import { type RunningApi, startApi } from './start.ts';

const listed = 'https://console.example';

/** Consoles whose pages come from another origin. */
describe('origins', () => {
  const stack = new AsyncDisposableStack();
  let open: RunningApi;
  let closed: RunningApi;
  let key: string;

  beforeAll(async () => {
    const [embedded] = databases();
    if (!embedded) throw new Error('no database');
    const database = stack.use(await embedded.open());
    const control = stack.use(await createTestControl({ database }));
    const start = async (corsOrigins?: readonly string[]) => {
      const options = { control, host: '127.0.0.1', port: 0, graceMs: 200 };
      return stack.use(await startApi(corsOrigins ? { ...options, corsOrigins } : options));
    };
    open = await start([listed, 'http://127.0.0.1:5173']);
    closed = await start();
    key = await newKey(control);
  });
  afterAll(() => stack.disposeAsync());

  const preflight = (api: RunningApi, origin: string) =>
    fetch(`${api.url}/graphql`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });
  const post = (api: RunningApi, origin: string, bearer = key) =>
    fetch(`${api.url}/graphql`, {
      method: 'POST',
      headers: { origin, authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      body: '{"query":"{ viewer { name } }"}',
    });
  const corsHeaders = (response: Response) =>
    Object.fromEntries([...response.headers].filter(([name]) => name.startsWith('access-control-')));

  it('that are listed may ask, without a key, and read the answers', async () => {
    const asked = await preflight(open, listed);
    expect(asked.status).toBe(204);
    expect(corsHeaders(asked)).toEqual({
      'access-control-allow-origin': listed,
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': 'authorization, content-type, accept, x-request-id',
      'access-control-expose-headers': 'x-request-id, retry-after',
      'access-control-max-age': '600',
    });
    const answered = await post(open, listed);
    expect(answered.status).toBe(200);
    expect(corsHeaders(answered)).toEqual({
      'access-control-allow-origin': listed,
      'access-control-expose-headers': 'x-request-id, retry-after',
    });
    expect(answered.headers.get('vary')?.toLowerCase()).toContain('origin');
    // Without the headers a console could not even tell that its key is no longer good.
    const refused = await post(open, listed, 'nonsense');
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, listed]);
  });

  it.each(['https://console.example.evil', 'http://console.example', 'https://console.example:444', 'null', '*'])(
    'that are not, such as %s, are told nothing',
    async (origin) => {
      for (const api of [open, closed]) {
        expect(corsHeaders(await preflight(api, origin))).toEqual({});
        expect(corsHeaders(await post(api, origin))).toEqual({});
      }
      expect(corsHeaders(await preflight(closed, listed))).toEqual({});
    },
  );

  it('keep to the same list with WebSockets', async () => {
    const opens = (api: RunningApi, origin?: string) =>
      new Promise<number>((resolve) => {
        const socket = new WebSocket(`${api.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
          ...(origin !== undefined && { origin }),
        });
        socket.once('open', () => {
          socket.terminate();
          resolve(101);
        });
        socket.once('unexpected-response', (_request, response) => {
          resolve(response.statusCode ?? 0);
          response.destroy();
        });
        socket.on('error', () => undefined);
      });
    expect(await opens(open, listed)).toBe(101);
    expect(await opens(open), 'a program').toBe(101);
    expect(await opens(open, open.url), 'our own page').toBe(101);
    for (const origin of ['https://elsewhere.example', 'null', 'nonsense']) expect(await opens(open, origin)).toBe(403);
    expect(await opens(closed, listed)).toBe(403);
  });
});
