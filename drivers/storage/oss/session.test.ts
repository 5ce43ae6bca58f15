import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../base/manual-clock.ts';
import type { StorageCredentials } from '../contract.ts';
import { ServerClock } from './server-clock.ts';
import { Session } from './session.ts';

const hour = 3_600_000;
const signal = new AbortController().signal;

/** A session whose credentials last an hour, and how often they were asked for. */
function makeSession(options: { readonly ask?: (signal: AbortSignal) => Promise<void> } = {}) {
  const clock = new ManualClock();
  const serverClock = new ServerClock(clock);
  const asked: AbortSignal[] = [];
  const session = new Session(async (inner): Promise<StorageCredentials> => {
    asked.push(inner);
    await options.ask?.(inner);
    return {
      access: 'write',
      expiresAt: new Date(serverClock.now() + hour).toISOString(),
      values: { accessKeyId: `STS.${asked.length}`, accessKeySecret: 'secret', securityToken: 'token' },
    };
  }, serverClock);
  const idOfNext = async () => (await session.keys(signal)).accessKeyId;
  return { clock, serverClock, session, asked, idOfNext };
}

describe('the credentials of an opened vault', () => {
  it('are asked for once by many', async () => {
    const { asked, idOfNext } = makeSession();
    expect(await Promise.all(Array.from({ length: 20 }, idOfNext))).toEqual(Array(20).fill('STS.1'));
    expect(asked).toHaveLength(1);
  });

  it('are fetched ahead while work goes on with the old', async () => {
    const { clock, asked, idOfNext } = makeSession();
    await idOfNext();
    await clock.advance(hour - 301_000);
    expect(await idOfNext()).toBe('STS.1');
    expect(asked).toHaveLength(1);
    await clock.advance(2_000);
    expect(await Promise.all([idOfNext(), idOfNext()])).toEqual(['STS.1', 'STS.1']);
    await new Promise(setImmediate);
    expect(await idOfNext()).toBe('STS.2');
    expect(asked).toHaveLength(2);
  });

  it('are waited for when the old ones are all but over', async () => {
    const { clock, idOfNext } = makeSession();
    await idOfNext();
    await clock.advance(hour - 30_000);
    expect(await idOfNext()).toBe('STS.2');
  });

  it('that cannot be renewed ahead are used to the end', async () => {
    let isBroken = false;
    const { clock, asked, idOfNext } = makeSession({
      async ask() {
        if (isBroken) throw new Error('the control plane is away');
      },
    });
    await idOfNext();
    isBroken = true;
    await clock.advance(hour - 200_000);
    expect([await idOfNext(), await idOfNext()]).toEqual(['STS.1', 'STS.1']);
    await clock.advance(190_000);
    await expect(idOfNext()).rejects.toThrow('the control plane is away');
    expect(asked.length).toBeGreaterThan(1);
  });

  it('are judged by the server’s clock once it is known', async () => {
    const { clock, serverClock, asked, idOfNext } = makeSession();
    // Here it is an hour later than on the server, so that fresh credentials would look expired.
    serverClock.learn({ date: new Date(clock.now() - hour).toUTCString() });
    await idOfNext();
    await clock.advance(hour / 2);
    expect(await idOfNext()).toBe('STS.1');
    expect(asked).toHaveLength(1);
  });

  it('are not used again after they were refused', async () => {
    const { session, idOfNext } = makeSession();
    const keys = await session.keys(signal);
    session.refuse(keys);
    expect(await idOfNext()).toBe('STS.2');
    session.refuse(keys);
    expect(await idOfNext()).toBe('STS.2');
  });

  it('leave those who gave up alone, and are no longer asked for when all did', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { session, asked } = makeSession({ ask: () => promise });
    const [one, two] = [new AbortController(), new AbortController()];
    const waiting = [session.keys(one.signal), session.keys(two.signal)];
    one.abort(new Error('one is gone'));
    await expect(waiting[0]).rejects.toThrow('one is gone');
    expect(asked[0]?.aborted).toBe(false);
    two.abort(new Error('two is gone'));
    await expect(waiting[1]).rejects.toThrow('two is gone');
    expect(asked[0]?.aborted).toBe(true);
    resolve();
  });

  it('are not asked for any more when the vault is closed', async () => {
    const { session, asked } = makeSession({ ask: () => new Promise(() => undefined) });
    session.keys(signal).catch(() => undefined);
    session[Symbol.dispose]();
    expect(asked[0]?.aborted).toBe(true);
    await expect(session.keys(signal)).rejects.toThrow('closed');
  });
});
