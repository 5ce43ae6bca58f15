import { expect, it } from 'vitest';
import { ManualClock } from '../../base/manual-clock.ts';
import { WakeUp } from './wake-up.ts';

const never = new AbortController().signal;

it('sleeps its time, unless woken; a wake-up beforehand counts once', async () => {
  const clock = new ManualClock();
  const wakeUp = new WakeUp(clock);
  const slept = wakeUp.wait(1_000, never);
  await clock.advance(1_000);
  await slept;

  const woken = wakeUp.wait(1_000, never);
  wakeUp.wake();
  await woken;

  wakeUp.wake();
  wakeUp.wake();
  await wakeUp.wait(1_000, never);
  const again = wakeUp.wait(1_000, never);
  let isOver = false;
  void again.then(() => {
    isOver = true;
  });
  await clock.advance(999);
  expect(isOver).toBe(false);
  await clock.advance(1);
  await again;
});

it('ends with the reason of its signal', async () => {
  const stop = new AbortController();
  const waiting = new WakeUp(new ManualClock()).wait(1_000, stop.signal);
  stop.abort(new Error('stop'));
  await expect(waiting).rejects.toThrow('stop');
});
