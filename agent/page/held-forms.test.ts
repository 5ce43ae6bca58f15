import { expect, it } from 'vitest';
import type { Clock } from '../../base/clock.ts';
import { systemIds } from '../../base/ids.ts';
import { HeldForms } from './held-forms.ts';

const form = (accessKeyId: string) => ({
  accessKeyId,
  accessKeySecret: 'secret',
  password: 'password',
  passwordAgain: 'password',
  certificate: 'certificate',
  controlNetwork: 'VPC',
  messageNetwork: 'VPC',
});

/** Time passes when told to. */
function steppedClock() {
  let now = 0;
  const sleepers = new Map<() => void, number>();
  const clock: Clock = {
    now: () => now,
    monotonic: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        sleepers.set(resolve, now + ms);
        signal?.addEventListener('abort', () => {
          sleepers.delete(resolve);
          reject(signal.reason);
        });
      }),
  };
  const pass = async (ms: number) => {
    now += ms;
    for (const [wake, at] of sleepers) if (at <= now) wake();
    await Promise.resolve();
  };
  return { clock, pass, sleepers };
}

it('the secrets of a held form are gone after ten minutes, though nobody comes', async () => {
  const { clock, pass, sleepers } = steppedClock();
  const held = new HeldForms(clock, systemIds);
  held.hold(form('one'), 'browser');
  await pass(9 * 60_000);
  expect(held.size).toBe(1);
  await pass(60_000);
  expect(held.size).toBe(0);
  held.hold(form('two'), 'browser');
  held[Symbol.dispose]();
  expect(held.size).toBe(0);
  expect([...sleepers.values()].filter((at) => at > clock.now())).toEqual([]);
});

it('every one of the most that are held can be taken, the oldest too', () => {
  const held = new HeldForms(steppedClock().clock, systemIds);
  const ids = Array.from({ length: 9 }, (_, index) => held.hold(form(`${index}`), 'browser'));
  expect(held.size).toBe(8);
  expect(ids.map((id) => held.take(id, 'browser')?.accessKeyId)).toEqual([undefined, ...'12345678']);
});
