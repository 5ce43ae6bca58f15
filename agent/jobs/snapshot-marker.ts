import { z } from 'zod';
import type { SnapshotInfo } from '../../drivers/platform/contract.ts';
import { uuid } from '../../protocol/primitives.ts';

/** What a snapshot of ours says of itself. */
export interface SnapshotMarker {
  readonly job: string;
  readonly attempt: string;
  readonly gateway: string;
}

const description = z.object({ holdfast: z.literal(1), job: uuid, attempt: uuid, gateway: uuid });

/** Name and description of a job's snapshot: found again by a later process, and told from everybody else's. */
export function markSnapshot(marker: SnapshotMarker): { readonly name: string; readonly description: string } {
  const { job, attempt, gateway } = marker;
  return { name: `holdfast-${job}`, description: JSON.stringify({ holdfast: 1, job, attempt, gateway }) };
}

/** Undefined for every snapshot that is not certainly ours: name and description have to agree. */
export function readMarker(snapshot: Pick<SnapshotInfo, 'name' | 'description'>): SnapshotMarker | undefined {
  try {
    const parsed = description.safeParse(JSON.parse(snapshot.description));
    if (!parsed.success || snapshot.name !== `holdfast-${parsed.data.job}`) return undefined;
    const { job, attempt, gateway } = parsed.data;
    return { job, attempt, gateway };
  } catch {
    return undefined;
  }
}
