import { mkdtemp, readdir, readFile, rm, stat, symlink, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../base/clock.ts';
import { createLogger } from '../../base/logger.ts';
import { AgentLog } from './agent-log.ts';
import { logText } from './log-text.ts';

let directory: string;
beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'holdfast-log-')), 'log');
});
afterEach(() => rm(join(directory, '..'), { recursive: true, force: true }));

const line = (msg: string) => `${JSON.stringify({ level: 30, msg })}\n`;
const messages = (lines: readonly string[]) => lines.map((text) => JSON.parse(text).msg);

it('keeps lines from before it knew where to, and those of the start before, for its owner only', async () => {
  {
    await using log = new AgentLog({ clock: systemClock });
    log.write(line('early'));
    await log.open(directory);
    log.write(line('late'));
  }
  await using again = new AgentLog({ clock: systemClock });
  await again.open(directory);
  again.write(line('after the restart'));
  const lines = await again.lines();
  expect(messages(lines)).toEqual(['early', 'late', 'after the restart']);
  expect((await stat(directory)).mode & 0o777).toBe(0o700);
  expect((await stat(join(directory, 'agent.log'))).mode & 0o777).toBe(0o600);
  const header = { version: '1.2.3', gatewayId: null, gatewayName: null, now: 0 };
  const [first, ...rest] = logText(header, lines).trimEnd().split('\n');
  expect(JSON.parse(first ?? '')).toMatchObject({
    version: '1.2.3',
    lines: 3,
    downloadedAt: '1970-01-01T00:00:00.000Z',
  });
  expect(rest).toEqual(lines);
});

it('never takes more than its two files, and gives the newest lines', async () => {
  await using log = new AgentLog({ clock: systemClock, fileBytes: 4_096 });
  await log.open(directory);
  for (let number = 0; number < 1_000; number += 1) {
    log.write(line(`number ${number}`));
    if (number % 20 === 0) await log.lines();
  }
  const lines = await log.lines();
  expect(messages(lines).at(-1)).toBe('number 999');
  expect((await readdir(directory)).toSorted()).toEqual(['agent.1.log', 'agent.log']);
  for (const name of await readdir(directory))
    expect((await stat(join(directory, name))).size).toBeLessThanOrEqual(4_096);
});

it('goes on when the disk is full, says how much is lost, and writes again when there is room', async () => {
  await using log = new AgentLog({ clock: systemClock });
  await log.open(directory);
  await symlink('/dev/full', join(directory, 'agent.log'));
  for (let number = 0; number < 5_000; number += 1) log.write(line('lost'));
  await log.flushed();
  log.write(line('lost too'));
  await log.flushed();
  await unlink(join(directory, 'agent.log'));
  log.write(line('there is room'));
  const found = messages(await log.lines());
  expect(found.at(-1)).toBe('there is room');
  expect(found.at(-2)).toBe('5001 lines are lost: the log could not be written');
  expect(await readFile(join(directory, 'agent.log'), 'utf8')).not.toContain('lost too');
});

it('goes on when somebody has removed its file', async () => {
  await using log = new AgentLog({ clock: systemClock, fileBytes: 4_096 });
  await log.open(directory);
  log.write(line('x'.repeat(4_000)));
  await log.flushed();
  await unlink(join(directory, 'agent.log'));
  log.write(line('y'.repeat(200)));
  await log.flushed();
  expect(messages((await readFile(join(directory, 'agent.log'), 'utf8')).trim().split('\n'))).toEqual([
    'y'.repeat(200),
  ]);
});

it('leaves out what is cut off or too long, and what looks like a secret', async () => {
  await using log = new AgentLog({ clock: systemClock });
  await log.open(directory);
  const logger = createLogger({ name: 'agent', also: log.write, quiet: true });
  const pem = '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIG\n-----END PRIVATE KEY-----';
  logger.info({ accessKey: { accessKeySecret: 'planted-1' }, request: { password: 'planted-2' } }, 'fields');
  logger.warn(
    { err: new Error('POST https://user:planted-3@host/ with Bearer planted-4.planted-4 failed') },
    'an error',
  );
  logger.child({ gatewayId: 'g' }).info({ token: 'planted-5' }, pem);
  logger.info({ text: 'x'.repeat(100_000) }, 'long');
  log.write('{"half":');
  const text = (await log.lines()).join('\n');
  expect(text).not.toMatch(/planted|MC4CAQ|"half"|xxxx/);
  expect(text.match(/\[redacted\]/g)?.length).toBeGreaterThanOrEqual(6);
  expect(text).toContain('characters is left out');
});
