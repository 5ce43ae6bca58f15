import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import type { Logger } from '../../base/logger.ts';
import { silentLogger } from '../../base/logger.ts';
import { onApi } from '../../tests/support/on-api.ts';
import { ask, newKey, openApi } from '../../tests/support/public-api.ts';
import { startApi } from '../start.ts';
import { operationLimits } from './operation-cost.ts';

onApi('GraphQL over HTTP', (suite) => {
  const post = (body: string, headers: Record<string, string> = {}) =>
    fetch(`${suite.api.url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${suite.key}`, 'content-type': 'application/json', ...headers },
      body,
    });

  it('is healthy and ready', async () => {
    for (const path of ['/healthz', '/readyz']) {
      const response = await fetch(suite.api.url + path);
      expect(response.status).toBe(200);
    }
    expect((await fetch(`${suite.api.url}/nothing`)).status).toBe(404);
  });

  it('serves GraphiQL to browsers, without a key', async () => {
    const response = await fetch(`${suite.api.url}/graphql`, { headers: { accept: 'text/html' } });
    expect(response.status).toBe(200);
    const page = await response.text();
    expect(page).toContain('Holdfast');
    expect(page, 'works without the internet').not.toMatch(/(src|href)="?https?:/);
  });

  describe('lets nobody in without a good access key', () => {
    it.each([
      ['none', undefined],
      ['nonsense', 'Bearer nonsense'],
      ['another scheme', 'Basic abc'],
      ['a wrong secret', 'Bearer AAAAAAAAAAAAAAAAAAAA.wrong'],
      ['something endless', `Bearer ${'x'.repeat(5_000)}`],
    ])('%s', async (_name, authorization) => {
      const headers: Record<string, string> = {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json',
      };
      if (authorization) headers.authorization = authorization;
      const response = await fetch(`${suite.api.url}/graphql`, {
        method: 'POST',
        headers,
        body: '{"query":"{ nonsense"}',
      });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect(await response.json()).toMatchObject({
        errors: [{ extensions: { code: 'UNAUTHENTICATED', remedy: expect.any(String) } }],
      });
    });

    it('an expired one', async () => {
      const key = await newKey(suite.control, { expiresAt: new Date(suite.control.clock.now() + 50) });
      await suite.control.clock.sleep(60);
      expect((await ask(suite.api, key, '{ __typename }')).status).toBe(401);
    });
  });

  it('takes JSON only, so that no form of another site can post here', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/graphql',
    ]) {
      const response = await post('{"query":"{ __typename }"}', { 'content-type': type });
      expect(response.status, type).toBe(415);
    }
  });

  it('sends no CORS headers, and refuses a mutation by GET', async () => {
    const response = await post('{"query":"{ __typename }"}', { origin: 'https://elsewhere.example' });
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    const query = encodeURIComponent('mutation { revokeAccessKey(input: { accessKeyId: "x" }) { __typename } }');
    const get = await fetch(`${suite.api.url}/graphql?query=${query}`, {
      headers: { authorization: `Bearer ${suite.key}` },
    });
    expect(get.status).toBe(405);
  });

  it('limits the body, tokens, aliases, depth and cost, and tells the cost', async () => {
    expect(
      (await post(JSON.stringify({ query: '{ __typename }', variables: { x: 'x'.repeat(1_100_000) } }))).status,
    ).toBe(413);

    const codeOf = async (document: string) => {
      const { status, errors } = await ask(suite.api, suite.key, document);
      expect(status).toBe(400);
      return errors?.[0]?.extensions.code;
    };
    expect(await codeOf(`{ ${'__typename '.repeat(operationLimits.tokens)} }`)).toBe('GRAPHQL_PARSE_FAILED');
    const aliases = Array.from({ length: operationLimits.aliases + 1 }, (_, index) => `a${index}: __typename`);
    expect(await codeOf(`{ ${aliases.join(' ')} }`)).toBe('TOO_MANY_ALIASES');
    const deep = (levels: number): string =>
      levels === 0
        ? 'name'
        : `vcenter { gateways { vault { name } } ${levels > 1 ? `gateways { id latestCertificate { gateway { latestCertificate { gateway { latestCertificate { gateway { latestCertificate { gateway { name } } } } } } } } }` : ''} }`;
    expect(await codeOf(`{ virtualMachines(first: 1) { nodes { ${deep(2)} } } }`)).toBe('QUERY_TOO_DEEP');
    const costly =
      '{ vcenters(first: 100) { nodes { gateways { id name vault { id name } resourceGroup { id name } } } } }';
    const { status, errors, extensions } = await ask(suite.api, suite.key, costly);
    expect(status).toBe(400);
    expect(extensions?.cost, 'beside the error too').toEqual(errors?.[0]?.extensions.cost);
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'QUERY_TOO_COSTLY',
      cost: { costLimit: 5_000 },
      remedy: expect.any(String),
    });
    const answered = await ask(suite.api, suite.key, 'query ($n: Int) { vaults(first: $n) { nodes { name } } }', {
      n: 10,
    });
    expect(answered.extensions).toEqual({ cost: { cost: 21, costLimit: 5_000, depth: 3, depthLimit: 12 } });
  });

  it('answers introspection and says which scalar was wrong', async () => {
    const { data } = await ask(
      suite.api,
      suite.key,
      '{ __schema { types { name fields { type { ofType { ofType { ofType { name } } } } } } } }',
    );
    expect(data.__schema.types.length).toBeGreaterThan(50);
    const wrong = await ask(
      suite.api,
      suite.key,
      'query ($t: DateTime) { jobs(filter: { createdAfter: $t }) { totalCount } }',
      { t: 'yesterday' },
    );
    expect(wrong).toMatchObject({
      status: 400,
      errors: [{ message: expect.stringContaining('2026-01-31T18:30:00Z'), extensions: { code: 'BAD_USER_INPUT' } }],
    });
  });

  it('does not repeat what was sent in a variable, which may be a password', async () => {
    const document = 'mutation ($input: AddVCenterInput!) { addVCenter(input: $input) { __typename } }';
    const input = {
      gatewayId: 'x',
      address: 'vc',
      username: 'u',
      password: 'tell; nobody at "input.x"; ',
      misspelt: 1,
    };
    const { status, errors } = await ask(suite.api, suite.key, document, { input });
    expect(status).toBe(400);
    expect(JSON.stringify(errors)).not.toContain('nobody');
    expect(errors?.[0]?.message).toBe(
      'Variable "$input" is not valid at "input"; Field "misspelt" is not defined by type "AddVCenterInput".',
    );
    const nested = await ask(suite.api, suite.key, document, { input: { ...input, misspelt: undefined, name: {} } });
    expect(nested.errors?.[0]?.message).toMatch(/^Variable "\$input" is not valid at "input.name"; String cannot/);
  });

  it('masks what was not meant for people, and logs it under the request id it tells', async () => {
    const logged: Record<string, unknown>[] = [];
    const logger: Logger = { ...silentLogger, error: (fields) => void logged.push({ ...fields }) };
    const broken = new Proxy(suite.control.db, {
      get(target, name, receiver) {
        if (name === 'selectFrom') {
          return (table: string) => {
            if (table === 'vault') throw new Error('secret detail of the database');
            return target.selectFrom(table as never);
          };
        }
        return Reflect.get(target, name, receiver);
      },
    });
    await using api = await openApi({ ...suite.control, db: broken, logger });
    const answer = await ask(api, suite.key, '{ vaults { totalCount } viewer { name } }');
    expect(JSON.stringify(answer)).not.toContain('secret detail');
    expect(answer).toMatchObject({
      data: { vaults: null, viewer: { name: 'test' } },
      errors: [{ path: ['vaults'], extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
    });
    const requestId = answer.errors?.[0]?.extensions.requestId;
    expect(answer.headers.get('x-request-id')).toBe(requestId);
    expect(logged).toContainEqual(
      expect.objectContaining({
        requestId,
        err: expect.objectContaining({ message: 'secret detail of the database' }),
      }),
    );
  });

  it('stops gracefully: a request that runs is answered, then nobody listens', async () => {
    const entered = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const gatewayRoutes = new Hono().get('/slow', async (context) => {
      entered.resolve();
      await release.promise;
      return context.text('done');
    });
    const { control } = suite;
    const api = await startApi({ control, host: '127.0.0.1', port: 0, graceMs: 10_000, gatewayRoutes });
    const asked = fetch(`${api.url}/gateway/v1/slow`);
    await entered.promise;
    const began = control.clock.monotonic();
    const closed = api.close();
    release.resolve();
    expect(await (await asked).text()).toBe('done');
    await closed;
    expect(control.clock.monotonic() - began, 'an idle connection does not hold it up').toBeLessThan(5_000);
    await expect(fetch(`${api.url}/healthz`)).rejects.toThrow();
  });
});
