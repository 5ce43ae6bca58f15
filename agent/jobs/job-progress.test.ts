import { expect, it } from 'vitest';
import { ManualClock } from '../../base/manual-clock.ts';
import type { Progress } from '../../protocol/work.ts';
import { JobProgress } from './job-progress.ts';

const disk = (bytesDone: number) => ({
  bytesDone,
  bytesTotal: 100,
  read: bytesDone,
  zeroSkipped: 0,
  deduplicated: 0,
  stored: bytesDone / 2,
});

it('adds the disks up, and forgets a disk that starts again', async () => {
  const clock = new ManualClock();
  const seen: Progress[] = [];
  const progress = new JobProgress(clock, (latest) => seen.push(latest));
  progress.enter('TRANSFER');
  progress.expect(200);
  progress.move(disk(40));
  await clock.advance(1_000);
  progress.move(disk(100));
  expect(seen.at(-1)).toMatchObject({ phase: 'TRANSFER', bytesDone: 100, bytesTotal: 200, bytesStored: 50, rate: 60 });
  progress.diskDone();
  progress.move(disk(60));
  expect(seen.at(-1)).toMatchObject({ bytesDone: 160, bytesStored: 80 });
  progress.diskRestarted();
  expect(seen.at(-1)).toMatchObject({ phase: 'TRANSFER', bytesDone: 100, bytesStored: 50 });
  progress.move(disk(100));
  expect(seen.at(-1)).toMatchObject({ bytesDone: 200, bytesTotal: 200 });
});
