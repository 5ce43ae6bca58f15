import { expect, it } from 'vitest';
import type { Extent } from '../../drivers/platform/contract.ts';
import { changedLeaves } from './changed-blocks.ts';

const MiB = 1 << 20;
const KiB = 1 << 10;

async function leaves(areas: readonly Extent[], capacity: number) {
  const found = await Array.fromAsync(changedLeaves(areas, capacity));
  return found.map(({ leaf, blocks }) => ({ leaf, blocks: [...blocks] }));
}

it('marks the pieces that areas touch, by block and leaf page', async () => {
  const areas = [
    { start: 10, length: 1 },
    { start: 255 * KiB, length: 2 * KiB },
    { start: 5 * MiB + 768 * KiB, length: 300 * KiB },
    { start: 256 * MiB, length: MiB },
  ];
  expect(await leaves(areas, 1024 * MiB)).toEqual([
    {
      leaf: 0,
      blocks: [
        [0, 0b0011],
        [5, 0b1000],
        [6, 0b0001],
      ],
    },
    { leaf: 1, blocks: [[256, 0b1111]] },
  ]);
});

it('splits an area across leaf pages and cuts it at the end of the disk', async () => {
  const found = await leaves([{ start: 255 * MiB, length: 10 * MiB }], 256 * MiB + 300 * KiB);
  expect(found).toEqual([
    { leaf: 0, blocks: [[255, 0b1111]] },
    { leaf: 1, blocks: [[256, 0b0011]] },
  ]);
  expect(await leaves([{ start: 2 * MiB, length: MiB }], MiB)).toEqual([]);
});

it('refuses areas that overlap', async () => {
  const areas = [
    { start: 0, length: 10 },
    { start: 9, length: 10 },
  ];
  await expect(leaves(areas, MiB)).rejects.toMatchObject({ code: 'CHANGED_AREAS_INVALID' });
});
