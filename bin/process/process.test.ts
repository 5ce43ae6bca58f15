import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemIds } from '../../base/ids.ts';
import { silentLogger } from '../../base/logger.ts';
import { keyEncryptionKey } from './key-encryption-key.ts';

const runProcessUrl = new URL('./run-process.ts', import.meta.url).href;

/** A process whose start and stop are as given, run by run-process.ts. */
function startProcess(body: { close?: string; start?: string; stdinEnd?: boolean; timeoutMs?: number }) {
  const script = `
    import { failWith, runProcess } from ${JSON.stringify(runProcessUrl)};
    import { HoldfastError } from ${JSON.stringify(new URL('../../base/errors.ts', import.meta.url).href)};
    const alive = setInterval(() => undefined, 1000);
    await runProcess({
      name: 'test',
      environment: { HOLDFAST_TYPO: 'x' },
      variables: { HOLDFAST_LOG_LEVEL: 'info', HOLDFAST_STOP_TIMEOUT_MS: ${body.timeoutMs ?? 5000}, HOLDFAST_STOP_ON_STDIN_END: ${body.stdinEnd ?? false} },
      start: async () => {
        ${body.start ?? ''}
        return { ready: { url: 'http://here' }, lines: ['listening'], close: async () => { ${body.close ?? 'clearInterval(alive);'} } };
      },
    }).catch((error) => { clearInterval(alive); failWith(error); });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['pipe', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  return { child, output, exited: once(child, 'exit'), ready: once(child.stdout, 'data') };
}

describe('a long-running process', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('says when it is ready and stops on %s', async (signal) => {
    const { child, output, exited, ready } = startProcess({});
    await ready;
    expect(JSON.parse(output.stdout)).toEqual({ ready: true, process: 'test', url: 'http://here' });
    child.kill(signal);
    expect(await exited).toEqual([0, null]);
    expect(output.stderr).toContain('listening');
    expect(output.stderr).toContain('HOLDFAST_TYPO');
    expect(output.stderr).toContain('stopped');
  });

  it('stops when its standard input ends', async () => {
    const { child, exited, ready } = startProcess({ stdinEnd: true });
    await ready;
    child.stdin.end();
    expect(await exited).toEqual([0, null]);
  });

  it('ends anyway when stopping takes too long, and at once on a second signal', async () => {
    const slow = startProcess({ close: 'await new Promise(() => undefined);', timeoutMs: 100 });
    await slow.ready;
    slow.child.kill('SIGTERM');
    expect(await slow.exited).toEqual([1, null]);

    const impatient = startProcess({ close: 'process.stdout.write("closing"); await new Promise(() => undefined);' });
    await impatient.ready;
    const closing = once(impatient.child.stdout, 'data');
    impatient.child.kill('SIGINT');
    await closing;
    impatient.child.kill('SIGINT');
    expect(await impatient.exited).toEqual([1, null]);
  });

  it('says in plain words that a port is taken', async () => {
    const { output, exited } = startProcess({
      start: `const { createServer } = await import('node:net');
        const first = createServer().listen(0, '127.0.0.1');
        await new Promise((resolve) => first.once('listening', resolve));
        first.unref();
        const { port } = first.address();
        await new Promise((_, reject) => createServer().once('error', reject).listen(port, '127.0.0.1'));`,
    });
    expect(await exited).toEqual([2, null]);
    expect(output.stderr).toMatch(/Something else listens on 127.0.0.1:\d+ already/);
  });

  it('prints message and remedy of a configuration error and ends with 2', async () => {
    const { output, exited } = startProcess({
      start: `throw new HoldfastError({ code: 'BAD_CONFIGURATION', message: 'No port.', remedy: 'Set one.', retryable: false });`,
    });
    expect(await exited).toEqual([2, null]);
    expect(output.stderr).toContain('holdfast: No port.\nSet one.\n');
    expect(output.stdout).toBe('');
  });
});

describe('the key-encryption key', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'kek-'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));
  const read = (more: {
    HOLDFAST_KEY_ENCRYPTION_KEY?: string;
    DATABASE_URL?: string;
    HOLDFAST_DATA_DIRECTORY?: string;
  }) => keyEncryptionKey({ HOLDFAST_DATA_DIRECTORY: directory, ...more }, systemIds, silentLogger);

  it('is made once, for its owner only', async () => {
    const first = await read({});
    expect(first).toHaveLength(32);
    expect(await read({})).toEqual(first);
    expect((await stat(join(directory, 'key-encryption-key'))).mode & 0o777).toBe(0o600);
  });

  it('comes from the environment where that says it', async () => {
    const key = systemIds.bytes(32);
    expect(await read({ HOLDFAST_KEY_ENCRYPTION_KEY: key.toString('base64') })).toEqual(key);
    expect(await read({ HOLDFAST_KEY_ENCRYPTION_KEY: key.toString('hex') })).toEqual(key);
    await expect(read({ HOLDFAST_KEY_ENCRYPTION_KEY: 'short' })).rejects.toThrow('HOLDFAST_KEY_ENCRYPTION_KEY');
  });

  it('has to be said for a PostgreSQL that others may share', async () => {
    await expect(read({ DATABASE_URL: 'postgresql://db/holdfast' })).rejects.toThrow('HOLDFAST_KEY_ENCRYPTION_KEY');
  });

  it('refuses a damaged file', async () => {
    const damaged = await mkdtemp(join(directory, 'damaged-'));
    await writeFile(join(damaged, 'key-encryption-key'), 'half');
    await expect(read({ HOLDFAST_DATA_DIRECTORY: damaged })).rejects.toThrow('does not hold a key-encryption key');
  });
});
