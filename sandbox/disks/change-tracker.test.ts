import { describe, expect, it } from 'vitest';
import { systemIds } from '../../base/ids.ts';
import { ChangeTracker } from './change-tracker.ts';
import { GRAIN } from './grains.ts';

const newTracker = () => new ChangeTracker(100 * GRAIN, systemIds);

describe('ChangeTracker', () => {
  it('answers what changed between two change ids, and not what came later', () => {
    const tracker = newTracker();
    tracker.record(0, 1);
    const first = tracker.cut();
    tracker.record(5 * GRAIN - 1, 2);
    const second = tracker.cut();
    tracker.record(50 * GRAIN, GRAIN);
    const between = tracker.changedBetween(tracker.sequenceOf(first) ?? -1, tracker.sequenceOf(second));
    expect([...between.runs()]).toEqual([[4, 2]]);
    expect([...tracker.changedBetween(0).runs()]).toEqual([
      [0, 1],
      [4, 2],
      [50, 1],
    ]);
  });

  it('writes ids as VMware does and knows only its own', () => {
    const tracker = newTracker();
    const id = tracker.cut();
    expect(id).toMatch(/^52( [0-9a-f]{2}){7}-[0-9a-f]{2}( [0-9a-f]{2}){7}\/1$/);
    expect(tracker.sequenceOf(id)).toBe(1);
    expect(newTracker().sequenceOf(id)).toBeUndefined();
    for (const wrong of ['*', '', id.replace(/1$/, '2'), id.replace(/1$/, 'x'), id.split('/')[0] ?? '']) {
      expect(tracker.sequenceOf(wrong)).toBeUndefined();
    }
  });
});
