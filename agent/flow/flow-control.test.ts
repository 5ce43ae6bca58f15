import { beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../base/logger.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import type { FlowWindow } from '../../protocol/flow-control.ts';
import { FlowControl } from './flow-control.ts';

const never = new AbortController().signal;
const MB = 1_000_000;
const window = (changes: Partial<FlowWindow>): FlowWindow => ({
  days: ['THURSDAY'],
  start: '08:00',
  end: '18:00',
  timeZone: 'UTC',
  bytesPerSecond: 5 * MB,
  appliesTo: 'BOTH',
  ...changes,
});

describe('flow control of a gateway', () => {
  let clock: ManualClock;
  let flow: FlowControl;
  beforeEach(() => {
    // A Thursday.
    clock = new ManualClock('2026-01-01T07:59:00Z');
    flow = new FlowControl({ clock, logger: silentLogger });
  });
  const limits = () => [flow.limit('BACKUP'), flow.limit('RESTORE')];
  const pass = async (ms: number, step: number) => {
    for (let passed = 0; passed < ms; passed += step) {
      await clock.advance(step);
      await new Promise(setImmediate);
    }
  };

  it('begins and ends with its windows, by itself', async () => {
    flow.update(
      [window({ appliesTo: 'BACKUP' }), window({ start: '18:00', end: '19:00', bytesPerSecond: 2 * MB })],
      clock.now(),
    );
    expect(limits()).toEqual([null, null]);
    await pass(60_000, 20_000);
    expect(limits()).toEqual([5 * MB, null]);
    await pass(10 * 3_600_000, 60_000);
    expect(limits()).toEqual([2 * MB, 2 * MB]);
    await pass(3_600_000, 60_000);
    expect(limits()).toEqual([null, null]);
  });

  it('goes by the clock of the control plane, and by this one from there on', async () => {
    flow.update([window({})], Date.parse('2026-01-01T17:59:30Z'));
    expect(limits()).toEqual([5 * MB, 5 * MB]);
    await pass(30_000, 10_000);
    expect(limits()).toEqual([null, null]);
  });

  it('lets those who wait go when a window ends, and go on under the next one', async () => {
    clock = new ManualClock('2026-01-01T17:59:59Z');
    flow = new FlowControl({ clock, logger: silentLogger });
    flow.update([window({ appliesTo: 'BACKUP', bytesPerSecond: MB })], clock.now());
    const pace = flow.pace('BACKUP');
    expect(pace.take(3_600 * MB, 1, never)).toBeUndefined();
    let isGone = false;
    const waiting = pace.take(1, 2, never)?.then(() => {
      isGone = true;
    });
    await pass(900, 300);
    expect(isGone).toBe(false);
    await pass(200, 100);
    await waiting;
    expect(isGone).toBe(true);
    expect([pace.isLimited, pace.pieceBytes]).toEqual([false, Number.POSITIVE_INFINITY]);

    flow.update([window({ start: '18:00', end: '18:01', bytesPerSecond: MB, appliesTo: 'BACKUP' })], clock.now());
    expect(pace.take(10 * MB, 3, never)).toBeUndefined();
    let moved: number | undefined;
    const moving = pace.take(2 * MB, 4, never)?.then(() => {
      moved = clock.now();
    });
    // Another window in its place: what waited under the old one goes on under the new one, which begins without debts.
    flow.update([window({ start: '18:00', end: '18:02', bytesPerSecond: 2 * MB })], clock.now());
    await moving;
    expect(moved).toBe(clock.now());
    expect(flow.pace('RESTORE').take(1, 5, never)).toBeInstanceOf(Promise);
    flow[Symbol.dispose]();
    expect(limits()).toEqual([null, null]);
  });

  it('is one limit for all who ask, and for both directions where they share it', async () => {
    flow.update([window({ start: '00:00', end: '24:00', bytesPerSecond: 4 * MB })], clock.now());
    const stop = new AbortController();
    let sent = 0;
    const sender = async (direction: 'BACKUP' | 'RESTORE', bytes: number) => {
      const pace = flow.pace(direction);
      try {
        for (;;) {
          await pace.take(bytes, pace.nextRank(), stop.signal);
          sent += bytes;
        }
      } catch {}
    };
    const senders = [sender('BACKUP', 64 << 10), sender('BACKUP', 64 << 10), sender('RESTORE', 256 << 10)];
    await pass(5_000, 5);
    expect(sent / (20 * MB)).toBeGreaterThan(0.99);
    expect(sent / (20 * MB)).toBeLessThan(1.06);
    stop.abort(new Error('enough'));
    await Promise.all(senders);
  });

  it('asks for downloads in pieces of a tenth of a second', () => {
    const pieceAt = (bytesPerSecond: number) => {
      flow.update([window({ start: '00:00', end: '24:00', bytesPerSecond })], clock.now());
      return flow.pace('RESTORE').pieceBytes;
    };
    expect([pieceAt(MB), pieceAt(20 * MB), pieceAt(4_000 * MB)]).toEqual([256 << 10, 2 * MB, 16 << 20]);
  });
});
