import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../base/manual-clock.ts';
import { RateLimit } from './rate-limit.ts';

const never = new AbortController().signal;
const MB = 1_000_000;

describe('a rate limit', () => {
  let clock: ManualClock;
  let limit: RateLimit;
  /** When each piece travelled, in milliseconds from the start, and its bytes. */
  let log: { at: number; bytes: number }[];
  let start: number;
  beforeEach(() => {
    clock = new ManualClock();
    limit = new RateLimit(clock);
    log = [];
    start = clock.monotonic();
  });
  const send = async (bytes: number, rank = 0, signal = never) => {
    await limit.take(bytes, rank, signal);
    log.push({ at: clock.monotonic() - start, bytes });
  };
  /** Sends pieces one after another for ever. */
  const sender = async (bytes: number, signal: AbortSignal) => {
    try {
      for (;;) await send(bytes, clock.monotonic(), signal);
    } catch {}
  };
  const pass = async (ms: number, step = 5) => {
    for (let passed = 0; passed < ms; passed += step) {
      await clock.advance(step);
      // What was woken goes on to ask for its next piece.
      await new Promise(setImmediate);
    }
  };
  const sentBetween = (from: number, to: number) =>
    log.filter(({ at }) => at >= from && at < to).reduce((sum, { bytes }) => sum + bytes, 0);

  it('lets everything go at once while there is none', () => {
    expect(limit.take(100 * MB, 0, never)).toBeUndefined();
    limit.charge(MB);
    limit.setRate(null);
    expect(limit.take(MB, 0, never)).toBeUndefined();
  });

  it('holds over every stretch of time, whoever asks and in pieces of whatever size', async () => {
    limit.setRate(4 * MB);
    const stop = new AbortController();
    const pieces = [64 << 10, 300_000, 1_000, 1 << 20];
    const senders = pieces.flatMap((bytes) => [sender(bytes, stop.signal), sender(bytes, stop.signal)]);
    await pass(10_000);
    stop.abort(new Error('enough'));
    await Promise.all(senders);
    const total = sentBetween(0, 10_000);
    expect(total).toBeGreaterThan(39.5 * MB);
    for (let from = 0; from < 9_000; from += 250)
      for (const length of [100, 500, 1_000, 5_000])
        if (from + length <= 10_000)
          expect(sentBetween(from, from + length)).toBeLessThanOrEqual((4 * MB * length) / 1_000 + 2 * MB + (1 << 20));
  });

  it('makes up for late timers, but not for time in which nobody asked', async () => {
    limit.setRate(10 * MB);
    await pass(60_000, 10_000);
    const stop = new AbortController();
    const sending = sender(50_000, stop.signal);
    await pass(1_000);
    // Half a second's worth in advance and no more.
    expect(sentBetween(0, 100_000)).toBeLessThanOrEqual(15.1 * MB);
    const before = sentBetween(0, 100_000);
    // The thread was busy: timers come 400 ms apart.
    await pass(2_000, 400);
    expect(sentBetween(0, 100_000) - before).toBeGreaterThan(19 * MB);
    stop.abort(new Error('enough'));
    await sending;
  });

  it('changes at once for those who wait: slower, faster, and gone', async () => {
    limit.setRate(MB);
    expect(limit.take(10 * MB, 0, never)).toBeUndefined();
    const waiting = send(1_000);
    await pass(1_000, 100);
    expect(log).toEqual([]);
    // Nine million bytes are still to be paid for: nine seconds before, 900 ms now.
    limit.setRate(10 * MB);
    await pass(890, 10);
    expect(log).toEqual([]);
    await pass(20, 10);
    await waiting;
    expect(log).toEqual([{ at: 1_900, bytes: 1_000 }]);
    limit.setRate(MB);
    limit.charge(5 * MB);
    const taken = limit.take(MB, 0, never);
    limit.setRate(null);
    expect(await taken).toBe('released');
    expect(limit.take(5 * MB, 0, never)).toBeUndefined();
  });

  it('does not count what travelled before it began', async () => {
    limit.take(100 * MB, 0, never);
    limit.setRate(MB);
    expect(limit.take(MB, 0, never)).toBeUndefined();
  });

  it('serves the lowest rank first, and equal ones in their order', async () => {
    limit.setRate(MB);
    expect(limit.take(500_000, 0, never)).toBeUndefined();
    const order: string[] = [];
    const ask = async (name: string, rank: number) => {
      await limit.take(500_000, rank, never);
      order.push(name);
    };
    const asked = [ask('third', 7), ask('first', 2), ask('second', 2), ask('last', 9)];
    await pass(2_600, 100);
    await Promise.all(asked);
    expect(order).toEqual(['first', 'second', 'third', 'last']);
  });

  it('lets go of whoever gives up, without counting their bytes', async () => {
    limit.setRate(MB);
    expect(limit.take(MB, 0, never)).toBeUndefined();
    const stop = new AbortController();
    const given = limit.take(100 * MB, 0, stop.signal);
    const other = send(1_000);
    stop.abort(new Error('cancelled'));
    await expect(given).rejects.toThrow('cancelled');
    await pass(1_010, 10);
    await other;
    expect(log).toHaveLength(1);
    expect(() => limit.take(1, 0, stop.signal)).toThrow('cancelled');
  });

  it('makes later pieces pay for what came unasked', async () => {
    limit.setRate(MB);
    limit.charge(2 * MB);
    const waiting = send(1_000);
    await pass(1_900, 100);
    expect(log).toEqual([]);
    await pass(200, 100);
    await waiting;
  });
});
