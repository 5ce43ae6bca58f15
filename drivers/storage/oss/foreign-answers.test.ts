import { describe, expect, it } from 'vitest';
import { createOssStorageDriver } from './driver.ts';
import { rawServer } from './testing/raw-server.ts';

const signal = new AbortController().signal;
const driver = createOssStorageDriver();

/** A store whose every request gets the next of these answers; the last one for ever. */
async function answeredWith(...answers: readonly string[]) {
  let next = 0;
  const server = await rawServer((socket) => {
    socket.on('data', () => socket.write(answers[Math.min(next++, answers.length - 1)] ?? ''));
  });
  const target = driver.parseTarget({
    bucket: 'vaults',
    region: 'cn-hangzhou',
    accessKeyId: 'id',
    accessKeySecret: 'secret',
    endpointInternet: `127.0.0.1:${server.port}`,
    addressing: 'path',
  });
  const location = driver.locate?.(target, { region: 'cn-hangzhou', prefix: 'v/' });
  if (!location) throw new Error('The driver gives no location.');
  const values = { accessKeyId: 'id', accessKeySecret: 'secret', securityToken: 'token' };
  const store = driver.open({
    location,
    endpoint: { scheme: 'http', network: 'INTERNET' },
    credentials: async () => ({ access: 'maintain', expiresAt: null, values }),
  });
  const stack = new AsyncDisposableStack();
  stack.use(server);
  stack.use(store);
  const list = (prefix = '', after?: string) =>
    Array.fromAsync(store.list({ prefix, ...(after !== undefined && { after }) }, signal), ({ key }) => key);
  return { store, list, asked: () => next, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

const answer = (head: string, body = '') => `HTTP/1.1 ${head}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
const ofOss = (body: string) => answer('200 OK\r\nx-oss-request-id: 1', body);
const entry = (key: string) =>
  `<Contents><Key>${key}</Key><Size>1</Size><LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents>`;
const page = (keys: readonly string[], end: string) =>
  ofOss(`<ListBucketResult>${keys.map(entry).join('')}${end}</ListBucketResult>`);
const more = (token: string) =>
  `<IsTruncated>true</IsTruncated><NextContinuationToken>${token}</NextContinuationToken>`;
const last = '<IsTruncated>false</IsTruncated>';

describe('what something other than OSS answers', () => {
  it.each([
    ['a page of a proxy', answer('200 OK\r\nlast-modified: Thu, 01 Jan 2026 00:00:00 GMT', '<html>Sign in</html>')],
    ['a proxy that finds nothing', answer('404 Not Found', '<html>Nothing here</html>')],
    ['an empty success', 'HTTP/1.1 204 No Content\r\n\r\n'],
  ])('is no object, no empty list and no missing one: %s', async (_what, text) => {
    await using answered = await answeredWith(text);
    const { store, list } = answered;
    for (const operation of [
      () => store.get('a', undefined, signal),
      () => store.put('a', Buffer.from('a'), signal),
      () => store.putIfAbsent('a', Buffer.from('a'), signal),
      () => store.delete(['a'], signal),
      () => list(),
    ])
      await expect(operation()).rejects.toMatchObject({ name: 'DriverError', code: 'UNREACHABLE', kind: 'transient' });
    const range = store.get('a', { start: 0, end: 5 }, signal);
    await expect(range).rejects.toMatchObject({ name: 'DriverError', kind: 'transient' });
  });

  it.each([['404 Not Found'], ['200 OK']])('is no answer to whether an object is there: %s', async (status) => {
    await using answered = await answeredWith(`HTTP/1.1 ${status}\r\ncontent-length: 10\r\n\r\n`);
    await expect(answered.store.head('a', signal)).rejects.toMatchObject({ code: 'UNREACHABLE', kind: 'transient' });
  });

  it('that tells no time or size of an object is SHORT_BODY', async () => {
    await using answered = await answeredWith('HTTP/1.1 200 OK\r\nx-oss-request-id: 1\r\ncontent-length: 5\r\n\r\n');
    await expect(answered.store.head('a', signal)).rejects.toMatchObject({ code: 'SHORT_BODY', kind: 'transient' });
  });
});

describe('a list', () => {
  it('goes on to its end', async () => {
    await using answered = await answeredWith(
      page(['v/a', 'v/b'], more('1')),
      page([], more('2')),
      page(['v/c'], last),
    );
    expect(await answered.list()).toEqual(['a', 'b', 'c']);
  });

  it.each([
    ['says that there is more, and not where', [page(['v/a'], '<IsTruncated>true</IsTruncated>')]],
    ['does not say whether there is more', [page(['v/a'], '')]],
    ['begins again', [page(['v/a', 'v/b'], more('1')), page(['v/a', 'v/b'], last)]],
    ['goes on for ever without a name', [page([], more('1'))]],
    ['goes on for ever with the same names', [page(['v/a'], more('1'))]],
    ['is not in order', [page(['v/b', 'v/a'], last)]],
    ['leaves the vault', [page(['w/a'], last)]],
    ['has a name nobody can read', [page(['v/%zz'], last)]],
  ])('that %s is an error and no list', async (_what, pages) => {
    await using answered = await answeredWith(...pages);
    await expect(answered.list()).rejects.toMatchObject({ name: 'DriverError', code: 'SHORT_BODY', kind: 'transient' });
    expect(answered.asked()).toBeLessThanOrEqual(2);
  });

  it('begins after the key and with the prefix that were asked for', async () => {
    await using answered = await answeredWith(page(['v/a', 'v/b'], last));
    await expect(answered.list('', 'a')).rejects.toMatchObject({ code: 'SHORT_BODY' });
    await expect(answered.list('b')).rejects.toMatchObject({ code: 'SHORT_BODY' });
  });
});
