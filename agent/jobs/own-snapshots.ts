import { withDeadline } from '../../base/abort.ts';
import { HoldfastError, isDriverError } from '../../base/errors.ts';
import type { VmRef } from '../../drivers/platform/contract.ts';
import { aliveResponse } from '../../protocol/work.ts';
import type { JobContext } from './job-context.ts';
import type { JobSession } from './job-session.ts';
import { LeasePatience } from './lease-patience.ts';
import { readMarker, type SnapshotMarker } from './snapshot-marker.ts';

/** Consolidating a large disk takes long; a snapshot that is still there after this is left for later. */
const removeWithinMs = 30 * 60_000;
const tries = 3;
const betweenTriesMs = 2_000;

/**
 * Removes this gateway's snapshots of attempts that do not live any more, and those of other gateways, which may be gone for good, of attempts
 * that the control plane knows and that have ended. Everybody else's are left alone: those of other programs and other installations.
 */
export async function reapSnapshots(job: JobContext, site: JobSession, vm: VmRef): Promise<void> {
  const { gateway, lease, logger } = job;
  const markers = (await site.session.snapshots(vm, lease.signal)).flatMap((snapshot) => readMarker(snapshot) ?? []);
  if (markers.length === 0) return;
  const attemptIds = [...new Set(markers.map(({ attempt }) => attempt))].slice(0, 256);
  const { alive, ended } = await gateway.control.call('/attempts/alive', { attemptIds }, aliveResponse, {
    signal: lease.signal,
    persistence: 'persistent',
  });
  const isDead = ({ attempt, gateway: owner }: SnapshotMarker) =>
    attemptIds.includes(attempt) &&
    (ended.includes(attempt) || (owner === gateway.record.gatewayId && !alive.includes(attempt)));
  const dead = markers.filter(isDead).map(({ attempt }) => attempt);
  if (dead.length === 0) return;
  logger.info({ attempts: dead }, 'removing snapshots of attempts that ended');
  // A cancel ends it: they are not this job's, and the next one sees to them.
  await removeMarked(job, site, vm, { isWanted: isDead, isLeftover: false, parent: lease.signal });
}

/**
 * Removes this job's snapshots and looks whether they are gone. What remains throws. `isLeftover`: an earlier attempt may have begun it, and perhaps that of a gateway
 * that was deleted since; the job has ended, so whoever made them, nobody needs them.
 */
export async function removeJobSnapshots(
  job: JobContext,
  site: JobSession,
  vm: VmRef,
  jobId: string,
  isLeftover = false,
): Promise<void> {
  const { gatewayId } = job.gateway.record;
  const isWanted = ({ job: owner, gateway }: SnapshotMarker) =>
    owner === jobId && (isLeftover || gateway === gatewayId);
  await removeMarked(job, site, vm, { isWanted, isLeftover, parent: job.lease.held });
}

/**
 * Whatever is still attached of the snapshots' disks is detached first. Transient trouble, and locks, which take a moment to go, are tried
 * again.
 */
async function removeMarked(
  job: JobContext,
  site: JobSession,
  vm: VmRef,
  {
    isWanted,
    isLeftover,
    parent,
  }: {
    readonly isWanted: (marker: SnapshotMarker) => boolean;
    readonly isLeftover: boolean;
    readonly parent: AbortSignal;
  },
): Promise<void> {
  const { session, transport, transportContext } = site;
  const { clock } = job.gateway.tools;
  const marked = async (signal: AbortSignal) => {
    const all = await session.snapshots(vm, signal);
    return all.filter((snapshot) => {
      const marker = readMarker(snapshot);
      return marker !== undefined && isWanted(marker);
    });
  };
  await withDeadline({ clock, ms: removeWithinMs, what: 'Removing the snapshot', parent }, async (signal) => {
    const patience = new LeasePatience(clock);
    let failures = 0;
    for (let isFirst = true; ; isFirst = false) {
      try {
        const found = await marked(signal);
        if (found.length === 0) {
          // A removal that was cut short takes the snapshot off the list and leaves its delta.
          if (!isFirst || isLeftover) await session.consolidate(vm, signal);
          return;
        }
        await transport.reap(transportContext, signal);
        for (const snapshot of found) await session.removeSnapshot(snapshot.ref, signal);
        const [left] = await marked(signal);
        if (!left) return;
        failures += 1;
        if (failures >= tries) throw stillThere(left.name);
      } catch (error) {
        signal.throwIfAborted();
        if (!isDriverError(error) || (error.kind !== 'transient' && error.code !== 'DISK_LOCKED')) throw error;
        if (!patience.covers(error)) failures += 1;
        if (failures >= tries) throw notRemovable(error);
      }
      await clock.sleep(betweenTriesMs * Math.max(1, failures), signal);
    }
  });
}

/** A lock goes some time, when whoever holds it is done: never a reason to give a job up for good. */
const notRemovable = (cause: HoldfastError) =>
  new HoldfastError({ code: cause.code, message: cause.message, remedy: cause.remedy, retryable: true }, { cause });

const stillThere = (name: string) =>
  new HoldfastError({
    code: 'SNAPSHOT_STILL_THERE',
    message: `The vCenter reports the snapshot ${name} as removed, yet still lists it.`,
    remedy: 'Look at the tasks of the virtual machine in the vCenter, and consolidate its disks.',
    retryable: true,
  });
