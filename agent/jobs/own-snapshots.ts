import { withDeadline } from '../../base/abort.ts';
import { HoldfastError, isDriverError } from '../../base/errors.ts';
import type { PlatformSession, SnapshotInfo, VmRef } from '../../drivers/platform/contract.ts';
import { aliveResponse } from '../../protocol/work.ts';
import type { JobContext } from './job-context.ts';
import type { JobSession } from './job-session.ts';
import { readMarker } from './snapshot-marker.ts';

/** Consolidating a large disk takes long; a snapshot that is still there after this is left for later. */
const removeWithinMs = 30 * 60_000;
const tries = 3;
const betweenTriesMs = 2_000;

/**
 * Removes this gateway's snapshots of attempts that do not live any more. Everybody else's are left alone: those of other programs, other
 * gateways, other installations.
 */
export async function reapSnapshots(job: JobContext, session: PlatformSession, vm: VmRef): Promise<void> {
  const { gateway, lease, logger } = job;
  const own: { snapshot: SnapshotInfo; attempt: string }[] = [];
  for (const snapshot of await session.snapshots(vm, lease.signal)) {
    const marker = readMarker(snapshot);
    if (marker?.gateway === gateway.record.gatewayId) own.push({ snapshot, attempt: marker.attempt });
  }
  if (own.length === 0) return;
  const attemptIds = [...new Set(own.map(({ attempt }) => attempt))].slice(0, 256);
  const { alive } = await gateway.control.call('/attempts/alive', { attemptIds }, aliveResponse, {
    signal: lease.signal,
    persistence: 'persistent',
  });
  for (const { snapshot, attempt } of own) {
    if (alive.includes(attempt) || !attemptIds.includes(attempt)) continue;
    logger.info({ snapshot: snapshot.name, attempt }, 'removing the snapshot of an attempt that ended');
    await session.removeSnapshot(snapshot.ref, lease.signal);
  }
}

/**
 * Removes this job's snapshots and looks whether they are gone, with whatever is still attached of their disks detached first. Transient
 * trouble and locks, which take a moment to go, are tried again; what remains throws.
 */
export async function removeJobSnapshots(job: JobContext, site: JobSession, vm: VmRef, jobId: string): Promise<void> {
  const { session, transport, transportContext } = site;
  const { clock } = job.gateway.tools;
  await withDeadline(
    { clock, ms: removeWithinMs, what: "Removing the job's snapshot", parent: job.lease.held },
    async (signal) => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          const own = await ownOf(job, session, vm, jobId, signal);
          if (own.length === 0) return;
          await transport.reap(transportContext, signal);
          for (const snapshot of own) await session.removeSnapshot(snapshot.ref, signal);
          if ((await ownOf(job, session, vm, jobId, signal)).length === 0) return;
          if (attempt >= tries) throw stillThere(jobId);
        } catch (error) {
          signal.throwIfAborted();
          if (attempt >= tries || !isDriverError(error)) throw error;
          if (error.kind !== 'transient' && error.code !== 'DISK_LOCKED') throw error;
        }
        await clock.sleep(betweenTriesMs * attempt, signal);
      }
    },
  );
}

const stillThere = (jobId: string) =>
  new HoldfastError({
    code: 'SNAPSHOT_STILL_THERE',
    message: `The vCenter reports the snapshot holdfast-${jobId} as removed, yet still lists it.`,
    remedy: 'Look at the tasks of the virtual machine in the vCenter, and consolidate its disks.',
    retryable: true,
  });

async function ownOf(
  job: JobContext,
  session: PlatformSession,
  vm: VmRef,
  jobId: string,
  signal: AbortSignal,
): Promise<readonly SnapshotInfo[]> {
  const all = await session.snapshots(vm, signal);
  return all.filter((snapshot) => {
    const marker = readMarker(snapshot);
    return marker?.job === jobId && marker.gateway === job.gateway.record.gatewayId;
  });
}
