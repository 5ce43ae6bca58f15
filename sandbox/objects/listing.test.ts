import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningObjectServer } from './object-server.ts';
import { aliOss, temporaryObjectServer } from './testing/ali-oss.ts';

let server: RunningObjectServer;
// U+FF5E sorts after the beginning of a surrogate pair in UTF-16, and before the character it makes in UTF-8.
const keys = ['a', 'b/1', 'b/2', 'b/c/1', 'c', 'd/1', 'z&<"\n', '～', '😀'];

beforeAll(async () => {
  server = await temporaryObjectServer();
  for (const key of keys.toReversed()) await aliOss(server).put(key, Buffer.from(key));
});
afterAll(() => server[Symbol.asyncDispose]());

async function list(query: Record<string, string>) {
  const found = await aliOss(server, { authorizationV4: true }).listV2(
    { 'max-keys': '1000', 'encoding-type': 'url', ...query },
    {},
  );
  return {
    keys: (found.objects ?? []).map((object) => decodeURIComponent(object.name)),
    prefixes: (found.prefixes ?? []).map(decodeURIComponent),
    next: found.nextContinuationToken,
    truncated: found.isTruncated,
  };
}

describe('ListObjectsV2', () => {
  it('lists in the order of the bytes of UTF-8', async () => {
    expect((await list({})).keys).toEqual(keys);
    expect(await list({ prefix: 'none' })).toEqual({ keys: [], prefixes: [], next: null, truncated: false });
  });

  it('starts after a key, there or not, and keeps to the prefix', async () => {
    expect((await list({ 'start-after': 'b/1' })).keys).toEqual(keys.slice(2));
    expect((await list({ 'start-after': 'b/0' })).keys).toEqual(keys.slice(1));
    expect((await list({ prefix: 'b/', 'start-after': 'b/1' })).keys).toEqual(['b/2', 'b/c/1']);
    expect((await list({ prefix: 'b/', 'start-after': 'a' })).keys).toEqual(['b/1', 'b/2', 'b/c/1']);
    expect((await list({ prefix: 'b/', 'start-after': 'c' })).keys).toEqual([]);
  });

  it('goes on where a page ended, with common prefixes too', async () => {
    const seen: string[] = [];
    let token: string | undefined;
    do {
      const page = await list({ delimiter: '/', 'max-keys': '2', ...(token && { 'continuation-token': token }) });
      expect(page.keys.length + page.prefixes.length).toBeLessThanOrEqual(2);
      seen.push(...[...page.keys, ...page.prefixes].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
      expect(page.truncated).toBe(page.next !== null);
      token = page.next ?? undefined;
    } while (token);
    expect(seen).toEqual(['a', 'b/', 'c', 'd/', ...keys.slice(6)]);
    expect(await list({ prefix: 'b/', delimiter: '/' })).toMatchObject({ keys: ['b/1', 'b/2'], prefixes: ['b/c/'] });
  });

  it('refuses what is no token and no number', async () => {
    await expect(list({ 'continuation-token': 'abc' })).rejects.toMatchObject({ code: 'InvalidArgument' });
    await expect(list({ 'max-keys': '1001' })).rejects.toMatchObject({ code: 'InvalidArgument' });
    await expect(list({ 'max-keys': 'x' })).rejects.toMatchObject({ code: 'InvalidArgument' });
  });
});
