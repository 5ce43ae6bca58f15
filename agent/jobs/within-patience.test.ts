import { expect, it } from 'vitest';
import { ManualClock } from '../../base/manual-clock.ts';
import { withinPatience } from './within-patience.ts';

const given = { access: 'write', expiresAt: null, values: {} } as const;
const signal = new AbortController().signal;

it('credentials that nobody can give end the job after ten minutes', async () => {
  const clock = new ManualClock();
  let asked: AbortSignal | undefined;
  const ask = withinPatience(clock, (inner) => {
    asked = inner;
    return new Promise(() => undefined);
  });
  const asking = ask(signal);
  asking.catch(() => undefined);
  await clock.advance(599_000);
  expect(asked?.aborted).toBe(false);
  await clock.advance(2_000);
  await expect(asking).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED', retryable: true });
  expect(asked?.aborted).toBe(true);
});

it('each time they are asked for, the patience is new, and a cancel ends it', async () => {
  const clock = new ManualClock();
  const ask = withinPatience(clock, async () => given);
  for (let times = 0; times < 3; times += 1) {
    expect(await ask(signal)).toBe(given);
    await clock.advance(500_000);
  }
  const cancelled = AbortSignal.abort(new Error('stopped by the test'));
  await expect(ask(cancelled)).rejects.toThrow('stopped by the test');
});
