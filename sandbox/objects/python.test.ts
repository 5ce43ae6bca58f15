import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { temporaryObjectServer } from './testing/ali-oss.ts';

function check(facts: object): Promise<{ readonly code: number | null; readonly output: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ code: number | null; output: string }>();
  const script = fileURLToPath(new URL('./testing/oss-client.py', import.meta.url));
  const child = spawn('/usr/bin/python3', [script], { stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  const collect = (data: Buffer) => {
    output += data.toString();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  child.on('error', reject);
  child.on('close', (code) => resolve({ code, output }));
  child.stdin.end(JSON.stringify(facts));
  return promise;
}

describe('a client in Python, which signs by the published algorithms', () => {
  it('gets what OSS and STS would give it', async () => {
    await using server = await temporaryObjectServer();
    const { code, output } = await check(server.facts);
    expect(output).toMatch(/ok all\n$/);
    expect(code).toBe(0);
    const directory = dirname(server.facts.caFile);
    expect((await readdir(directory)).sort()).toEqual(['buckets', 'ca.pem', 'certificate.json', 'token.key']);
    expect(await readdir(join(directory, 'buckets'))).toEqual([server.facts.bucket]);
    expect(server.log.recent().filter((request) => request.status >= 500)).toEqual([]);
  }, 30_000);
});
