import { expect, it, vi } from 'vitest';
import { systemClock } from '../../../../base/clock.ts';
import { ManualClock } from '../../../../base/manual-clock.ts';
import { PinnedAgent } from '../pinned-agent.ts';
import { startRawServer } from '../testing/raw-server.ts';
import { download, upload } from './disk-transfer.ts';

const never = new AbortController().signal;

async function* once(bytes: Buffer): AsyncIterable<Uint8Array> {
  yield bytes;
}

it('gives a silent host up after a while, and not whoever reads or makes the bytes slowly', async () => {
  await using server = await startRawServer((_request, index) => (index === 0 ? { body: 'x' } : undefined));
  const address = { host: server.host, port: server.port };
  const agent = new PinnedAgent(address, { trustedFingerprint: server.fingerprint });
  const place = { address, path: '/nfc/t/d', agent };
  try {
    const clock = new ManualClock();
    async function* slow(): AsyncIterable<Uint8Array> {
      yield Buffer.alloc(10);
      for (let minute = 0; minute < 10; minute++) await clock.advance(60_000);
      yield Buffer.alloc(10);
    }
    await upload(place, slow(), clock, never);
    expect(server.requests[0]?.headers).toMatchObject({
      'content-type': 'application/x-vnd.vmware-streamVmdk',
      'transfer-encoding': 'chunked',
      host: `${server.host}:${server.port}`,
    });
    expect(server.requests[0]?.headers.cookie).toBeUndefined();

    for (const [start, requests] of [
      [() => Array.fromAsync(download(place, clock, never)), 2],
      [() => upload(place, once(Buffer.alloc(10)), clock, never), 3],
    ] as const) {
      const outcome = start().catch((error: unknown) => error);
      await vi.waitUntil(() => server.requests.length === requests);
      for (let time = 0; time < 5; time++) {
        await clock.advance(30_000);
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(await outcome).toMatchObject({ code: 'TIMEOUT', kind: 'transient' });
    }
  } finally {
    agent.destroy();
  }
});

it('follows nobody elsewhere, and quotes what the host says without its markup', async () => {
  await using server = await startRawServer((_request, index) =>
    index === 0
      ? { status: 302, headers: { location: 'https://127.0.0.1:1/elsewhere' }, body: '' }
      : { status: 500, body: '<html>No <b>space</b>\u0007 left</html>' },
  );
  const address = { host: server.host, port: server.port };
  const agent = new PinnedAgent(address, { trustedFingerprint: server.fingerprint });
  const place = { address, path: '/nfc/t/d', agent };
  try {
    const reading = () => Array.fromAsync(download(place, systemClock, never));
    await expect(reading()).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
      message: expect.stringContaining('HTTP status 302'),
    });
    await expect(reading()).rejects.toMatchObject({
      code: 'TASK_FAILED',
      message: expect.stringMatching(/No\s+space\s+left/),
    });
    expect(server.requests).toHaveLength(2);
  } finally {
    agent.destroy();
  }
});
