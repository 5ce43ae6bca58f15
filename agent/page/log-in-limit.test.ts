import { beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../base/clock.ts';
import { LogInLimit } from './log-in-limit.ts';

let now = 0;
const clock: Clock = { now: () => now, monotonic: () => now, sleep: () => Promise.resolve() };
let limit: LogInLimit;
const wrong = async () => false;
const right = async () => true;
const guess = (address: string) => limit.try(address, wrong);

beforeEach(() => {
  now = 0;
  limit = new LogInLimit(clock);
});

describe('who guesses passwords', () => {
  it('waits ever longer, and is let in afterwards with the right one', async () => {
    for (let tries = 0; tries < 6; tries += 1) expect(await guess('192.0.2.1')).toBe('wrong');
    expect(await guess('192.0.2.1')).toBe('wait');
    expect(await limit.try('192.0.2.1', right)).toBe('wait');
    now += 2_000;
    expect(await guess('192.0.2.1')).toBe('wrong');
    now += 2_000;
    expect(await guess('192.0.2.1')).toBe('wait');
    now += 2_000;
    expect(await limit.try('192.0.2.1', right)).toBe('right');
    for (let tries = 0; tries < 5; tries += 1) expect(await guess('192.0.2.1')).toBe('wrong');
  });

  it('never waits longer than five minutes', async () => {
    for (let tries = 0; tries < 40; tries += 1) {
      now += 5 * 60_000;
      expect(await guess('192.0.2.1'), `try ${tries}`).toBe('wrong');
    }
    now += 5 * 60_000 - 1;
    expect(await guess('192.0.2.1')).toBe('wait');
  });

  it('keeps nobody else out', async () => {
    for (let tries = 0; tries < 30; tries += 1) await guess('192.0.2.1');
    expect(await limit.try('192.0.2.2', right)).toBe('right');
  });

  it('gets no further from many addresses, and keeps others out for seconds only', async () => {
    for (let host = 0; host < 60; host += 1) await guess(`192.0.2.${host}`);
    expect(await guess('198.51.100.1')).toBe('wait');
    now += 5_000;
    expect(await limit.try('198.51.100.1', right)).toBe('right');
  });

  it('has one IPv6 network', async () => {
    for (let host = 0; host < 6; host += 1) await guess(`2001:db8:1:2::${host}`);
    expect(await guess('2001:db8:1:2:3:4:5:6')).toBe('wait');
    expect(await guess('2001:db8:1:3::1')).toBe('wrong');
  });

  it('is forgotten after an hour', async () => {
    for (let tries = 0; tries < 6; tries += 1) await guess('192.0.2.1');
    now += 61 * 60_000;
    for (let tries = 0; tries < 5; tries += 1) expect(await guess('192.0.2.1')).toBe('wrong');
  });

  it('has few passwords looked at at a time', async () => {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const slow = ['a', 'b', 'c', 'd'].map((address) => limit.try(address, () => promise));
    expect(await limit.try('e', right)).toBe('wait');
    resolve(false);
    expect(await Promise.all(slow)).toEqual(['wrong', 'wrong', 'wrong', 'wrong']);
    expect(await limit.try('e', right)).toBe('right');
  });
});
