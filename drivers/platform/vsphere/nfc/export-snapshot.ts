import type { DiskLease, SnapshotRef } from '../../contract.ts';
import { readObject } from '../properties.ts';
import { snapshotReference } from '../snapshots.ts';
import type { VimSession } from '../vim-session.ts';
import { openLease } from './open-lease.ts';

/** Leases the disks as the snapshot's own configuration has them; the VM may run meanwhile. */
export async function exportSnapshot(
  session: VimSession,
  snapshot: SnapshotRef,
  signal: AbortSignal,
): Promise<DiskLease> {
  const what = 'Exporting the snapshot';
  const ref = snapshotReference(snapshot);
  const { lease } = await openLease(
    session,
    {
      what,
      ask: (asking) => session.call('ExportSnapshot', { _this: ref }, { signal: asking, what }),
      async devices(_info, reading) {
        const path = 'config.hardware.device';
        return (await readObject(session, ref, [path], reading)).list(path, 'VirtualDevice');
      },
    },
    signal,
  );
  return lease;
}
