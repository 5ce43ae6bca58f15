import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { connectToAgent } from './local-client.ts';

it('does not wait for ever for an agent that is stopped: its socket still takes connections', async () => {
  await using stack = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-silent-'));
  stack.defer(() => rm(directory, { recursive: true }));
  const server = createServer().listen(join(directory, 'agent.sock'));
  stack.defer(() => void server.close());
  server.on('connection', (socket) => stack.defer(() => void socket.destroy()));
  await once(server, 'listening');
  const agent = await connectToAgent(directory, { tellMs: 30, actMs: 60 });
  const silent = (seconds: number) => ({
    code: 'AGENT_SILENT',
    message: expect.stringContaining(`${seconds} seconds`),
  });
  await expect(agent?.status()).rejects.toMatchObject(silent(0.03));
  await expect(agent?.logs()).rejects.toMatchObject(silent(0.03));
  const pair = { accessKeyId: 'id', accessKeySecret: 'secret' };
  await expect(agent?.replaceAccessKey(pair, new AbortController().signal)).rejects.toMatchObject(silent(0.06));
});
