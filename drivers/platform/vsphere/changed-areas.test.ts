import { describe, expect, test } from 'vitest';
import { DriverError } from '../../../base/errors.ts';
import type { Extent } from '../contract.ts';
import { changedAreasError, mergeChangedAreas } from './changed-areas.ts';
import type { DiskChangeInfo } from './gen/types.ts';

const sector = 512;

/** Numbers below `limit` from a fixed seed (mulberry32), so that a failure can be repeated. */
function seeded(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}

async function collect(areas: AsyncIterable<Extent>): Promise<Extent[]> {
  return Array.fromAsync(areas);
}

describe('changed areas', () => {
  test('pages of any length, cut anywhere, give exactly the changed sectors once, ascending and merged', async () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = seeded(seed);
      const sectors = 1 + random(400);
      const changed = Array.from({ length: sectors }, () => random(100) < 5 + random(90));
      const queried: number[] = [];
      const areas = await collect(
        mergeChangedAreas(sectors * sector, async (startOffset) => {
          queried.push(startOffset);
          const first = startOffset / sector;
          const count = Math.min(1 + random(60), sectors - first);
          return randomPage(first, count, changed, random);
        }),
      );
      const seen = Array.from({ length: sectors }, () => false);
      let end = -1;
      for (const area of areas) {
        expect(area.length).toBeGreaterThan(0);
        expect(area.start, `seed ${seed}: not merged`).toBeGreaterThan(end);
        end = area.start + area.length;
        seen.fill(true, area.start / sector, end / sector);
      }
      expect(seen, `seed ${seed}`).toEqual(changed);
      expect(queried[0]).toBe(0);
    }
  });

  test('one page for the whole disk is asked for once', async () => {
    let queries = 0;
    const areas = await collect(
      mergeChangedAreas(4096, async () => {
        queries += 1;
        return { startOffset: 0, length: 4096, changedArea: [{ start: 512, length: 512 }] };
      }),
    );
    expect({ areas, queries }).toEqual({ areas: [{ start: 512, length: 512 }], queries: 1 });
  });

  test('areas beyond the capacity are cut, and a page may start before what was asked', async () => {
    const pages: Record<number, DiskChangeInfo> = {
      0: { startOffset: 0, length: 1000, changedArea: [{ start: 900, length: 100 }] },
      1000: { startOffset: 512, length: 8192, changedArea: [{ start: 600, length: 8000 }] },
    };
    const areas = await collect(
      mergeChangedAreas(4096, async (offset) => pages[offset] ?? { startOffset: offset, length: 0 }),
    );
    expect(areas).toEqual([{ start: 900, length: 3196 }]);
  });

  test.each<[string, DiskChangeInfo]>([
    ['no progress', { startOffset: 0, length: 0 }],
    ['a gap', { startOffset: 512, length: 512 }],
    ['an area beyond its page', { startOffset: 0, length: 512, changedArea: [{ start: 0, length: 1024 }] }],
    ['a size that is not exact', { startOffset: 0, length: 2n ** 60n }],
  ])('%s is never taken for an answer', async (_name, page) => {
    await expect(collect(mergeChangedAreas(4096, async () => page))).rejects.toBeInstanceOf(DriverError);
  });

  test('a permanent error of the query means that tracking is lost, a transient one does not', () => {
    const base = { message: 'It failed.', remedy: 'Wait.' };
    const permanent = new DriverError({ ...base, kind: 'permanent', code: 'TASK_FAILED' });
    const transient = new DriverError({ ...base, kind: 'transient', code: 'BUSY' });
    expect(changedAreasError(permanent)).toMatchObject({ code: 'CHANGE_TRACKING_LOST', kind: 'permanent' });
    expect(changedAreasError(transient)).toBe(transient);
  });
});

/** A page as vSphere may answer: areas within it, sometimes split although they touch, in any order. */
function randomPage(
  first: number,
  count: number,
  changed: readonly boolean[],
  random: (limit: number) => number,
): DiskChangeInfo {
  const areas: { start: number; length: number }[] = [];
  for (let index = first; index < first + count; index++) {
    if (!changed[index]) continue;
    const last = areas.at(-1);
    if (last && last.start + last.length === index * sector && random(3) > 0) last.length += sector;
    else areas.push({ start: index * sector, length: sector });
  }
  if (random(4) === 0) areas.reverse();
  return {
    startOffset: first * sector,
    length: count * sector,
    ...(areas.length === 0 && random(2) === 0 ? {} : { changedArea: areas }),
  };
}
