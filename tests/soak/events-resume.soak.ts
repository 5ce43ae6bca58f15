import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { HoldfastProcess } from '../../bin/demo/child-process.ts';
import { Lab } from '../../bin/demo/lab.ts';
import { Balancer } from '../support/balancer.ts';
import { createEmptyServerDatabase } from '../support/databases.ts';
import { weatherResumeStorm } from './resume-storm.ts';
import { soakSeed } from './seed.ts';

it('consoles whose lines are cut 1,000 times, and whose api processes are killed, follow 10,000 events', async () => {
  await using stack = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-soak-'));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const database = stack.use(await createEmptyServerDatabase());
  const balancer = stack.use(await Balancer.start());
  const api = {
    DATABASE_URL: database.url,
    HOLDFAST_KEY_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
    HOLDFAST_LOG_LEVEL: 'warn',
  };
  const lab = stack.use(new Lab({ directory, api, signal: new AbortController().signal }));
  const running: { readonly url: string; readonly process: HoldfastProcess }[] = [];
  let accessKey = '';
  const start = async () => {
    const started = await lab.startApi();
    accessKey ||= started.accessKey;
    running.push(started);
    balancer.use(running.map(({ url }) => url));
  };
  for (const _ of [1, 2, 3]) await start();
  const figures = await weatherResumeStorm({
    databaseUrl: database.url,
    url: balancer.url,
    accessKey,
    webSockets: 7,
    eventStreams: 3,
    cuts: 1_000,
    events: 10_000,
    seed: soakSeed(),
    async killProcess() {
      const oldest = running.shift();
      oldest?.process.kill('SIGKILL');
      await oldest?.process.ended;
      balancer.use(running.map(({ url }) => url));
      await start();
    },
  });
  console.log(figures);
  expect(figures).toContain(' 1000 cuts');
});
