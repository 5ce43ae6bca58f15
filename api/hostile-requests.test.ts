import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { encodeId } from '../schema/global-id.ts';
import { databases } from '../tests/support/databases.ts';
import { onDatabases } from '../tests/support/on-databases.ts';
import { ask, newKey, openApi } from '../tests/support/public-api.ts';

const upgrade = [
  'Host: x',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
];

/** Sends bytes as no HTTP client would; the answer until the server closes. `reset`: goes away with RST at once. */
function sendRaw(port: number, lines: readonly string[], reset = false): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let answer = '';
  const socket = connect(port, '127.0.0.1', () => {
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    if (reset) setImmediate(() => socket.resetAndDestroy());
  });
  socket.setEncoding('utf8').on('data', (text: string) => {
    answer += text;
  });
  socket.on('error', () => {});
  socket.on('close', () => resolve(answer));
  return promise;
}

/** Whoever can reach the port, without any key, neither stops the process nor learns how it is made. */
onDatabases(
  'hostile requests',
  (suite) => {
    it.each(['//', 'http://[', '/elsewhere', '/%', '*'])('an upgrade of %s is refused', async (target) => {
      await using api = await openApi(suite.control);
      expect(await sendRaw(api.port, [`GET ${target} HTTP/1.1`, ...upgrade])).toMatch(/^HTTP\/1.1 404 /);
      expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
    });

    it('connections that are reset while they are upgraded end nothing but themselves', async () => {
      await using api = await openApi(suite.control);
      for (const target of ['/elsewhere', '/graphql', '//']) {
        for (let count = 0; count < 5; count += 1)
          await sendRaw(api.port, [`GET ${target} HTTP/1.1`, ...upgrade], true);
      }
      expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
    });

    it.each(['/graphql', '/healthz', '/gateway/v1/claim', '//', 'http://[/graphql'])(
      'a Host header that is none, at %s, tells nothing of the server',
      async (target) => {
        await using api = await openApi(suite.control);
        const answer = await sendRaw(api.port, [`GET ${target} HTTP/1.1`, 'Host: a b[', 'Connection: close']);
        expect(answer).toMatch(/^HTTP\/1.1 400 /);
        expect(answer).not.toContain('node_modules');
      },
    );

    it('every answer forbids framing and guessing its type', async () => {
      await using api = await openApi(suite.control);
      for (const path of ['/graphql', '/healthz', '/gateway/v1/claim', '/nothing']) {
        const { headers } = await fetch(api.url + path, { headers: { accept: 'text/html' } });
        expect(headers.get('x-frame-options'), path).toBe('DENY');
        expect(headers.get('x-content-type-options'), path).toBe('nosniff');
      }
    });

    it('what is cheap to ask for and dear to answer is refused', async () => {
      await using api = await openApi(suite.control);
      const key = await newKey(suite.control, { scopes: ['event:read'] });
      const refusal = async (document: string, variables = {}) => {
        const { errors } = await ask(api, key, document, variables);
        return errors?.[0]?.extensions;
      };
      const fragments = Array.from({ length: 200 }, (_, n) => `fragment f${n + 1} on Viewer { ...f${n} ...f${n} }`);
      const bomb = `{ viewer { ...f200 } } fragment f0 on Viewer { name } ${fragments.join(' ')}`;
      expect(await refusal(bomb)).toMatchObject({ code: 'QUERY_TOO_COSTLY' });
      expect(await refusal('{ a: __schema { types { name } } b: __schema { types { name } } }')).toMatchObject({
        code: 'TOO_MANY_ALIASES',
      });
      expect(await refusal('{ __schema { a: types { name } b: types { name } } }')).toMatchObject({
        code: 'TOO_MANY_ALIASES',
      });
      const ids = (count: number) => ({
        ids: Array.from({ length: count }, () => encodeId('Vault', suite.control.ids.uuid())),
      });
      const nodes = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
      expect(await refusal(nodes, ids(101))).toMatchObject({ code: 'INVALID_INPUT', issues: [{ path: ['ids'] }] });
      expect(await refusal(nodes, ids(6_000))).toMatchObject({ code: 'QUERY_TOO_COSTLY' });
    });
  },
  { kinds: databases().slice(0, 1) },
);
