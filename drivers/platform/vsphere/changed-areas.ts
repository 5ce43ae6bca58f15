import { isDriverError } from '../../../base/errors.ts';
import type { Extent } from '../contract.ts';
import { driverError } from './errors.ts';
import type { DiskChangeInfo } from './gen/types.ts';
import { exactNumber } from './vim-values.ts';

/**
 * Asks page after page, from where the last one ended, until the capacity is reached, and merges areas that touch. A
 * page covers `startOffset` to `startOffset + length`; vSphere cuts a long answer short without saying so otherwise.
 * An answer that does not add up is CHANGE_TRACKING_LOST: half a list of changes would lose data.
 */
export async function* mergeChangedAreas(
  capacityBytes: number,
  queryPage: (startOffset: number) => Promise<DiskChangeInfo>,
): AsyncGenerator<Extent> {
  let pending: { start: number; end: number } | undefined;
  for (let offset = 0; offset < capacityBytes; ) {
    const page = await queryPage(offset);
    const start = exactNumber(page.startOffset, 'The start of the changed areas');
    const end = start + exactNumber(page.length, 'The length of the changed areas');
    if (start > offset || end <= offset) {
      throw lost(`the server answered for ${start} to ${end} when asked from ${offset}`);
    }
    for (const area of readAreas(page)) {
      const areaEnd = Math.min(area.end, capacityBytes);
      const areaStart = Math.max(area.start, offset);
      if (areaEnd <= areaStart) continue;
      if (areaEnd > end) throw lost(`an area ends at ${area.end}, beyond the page's end ${end}`);
      if (pending && areaStart <= pending.end) {
        pending.end = Math.max(pending.end, areaEnd);
        continue;
      }
      if (pending) yield { start: pending.start, length: pending.end - pending.start };
      pending = { start: areaStart, end: areaEnd };
    }
    offset = end;
  }
  if (pending) yield { start: pending.start, length: pending.end - pending.start };
}

function readAreas(page: DiskChangeInfo): readonly { readonly start: number; readonly end: number }[] {
  return (page.changedArea ?? [])
    .map((area) => {
      const start = exactNumber(area.start, 'The start of a changed area');
      return { start, end: start + exactNumber(area.length, 'The length of a changed area') };
    })
    .sort((one, other) => one.start - other.start);
}

/** Every reason of the server's not to answer makes the change id useless; not so what is transient or a person's to mend. */
export function changedAreasError(error: unknown): unknown {
  if (!isDriverError(error) || error.kind !== 'permanent' || error.code === 'CHANGE_TRACKING_LOST') return error;
  return lost(error.message.replace(/\.$/, ''), error);
}

function lost(reason: string, cause?: unknown): Error {
  return driverError(
    'permanent',
    'CHANGE_TRACKING_LOST',
    `The changed areas of the disk are not known: ${reason}.`,
    'Read the whole disk once; the next backup can build on that.',
    cause,
  );
}
