import { isDriverError } from '../../../base/errors.ts';
import {
  type BackupWork,
  type CommitRequest,
  commitResponse,
  type TransferStatistics,
} from '../../../protocol/work.ts';
import { type Manifest, manifestKey } from '../../../repository/manifest.ts';
import type { Vault } from '../../../repository/vault.ts';
import type { JobContext } from '../job-context.ts';

/** A manifest that is in the vault. */
export interface StoredManifest {
  readonly manifest: Manifest;
  readonly key: string;
  readonly hash: string;
  /** The control plane's signed commit, when it accepted the manifest already. */
  readonly commit: string | undefined;
}

/** What an earlier attempt of this job brought to an end: accepted by the control plane, or at least written. */
export async function findEarlierManifest(
  job: JobContext,
  work: BackupWork,
  vault: Vault,
): Promise<StoredManifest | undefined> {
  const { signal } = job.lease;
  if (work.accepted) {
    const { manifestKey: key, manifestHash: hash, commit } = work.accepted;
    const { manifest } = await vault.readManifest(key, signal, hash);
    return { manifest, key, hash, commit };
  }
  const key = manifestKey(work.virtualMachine.virtualMachineId, work.jobId);
  try {
    const { manifest, hash } = await vault.readManifest(key, signal);
    job.logger.info({ manifest: key }, "an earlier attempt's manifest is adopted");
    return { manifest, key, hash, commit: undefined };
  } catch (error) {
    if (isDriverError(error) && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}

/** Writes the manifest, once per job: when another attempt was first, its manifest counts. */
export async function storeManifest(job: JobContext, vault: Vault, manifest: Manifest): Promise<StoredManifest> {
  const { key, hash, created } = await vault.putManifest(manifest, job.lease.signal);
  if (created) return { manifest, key, hash, commit: undefined };
  const existing = await vault.readManifest(key, job.lease.signal, hash);
  return { manifest: existing.manifest, key, hash, commit: undefined };
}

/**
 * Has the manifest accepted and stores the signed commit. From the control plane's answer on this is a recovery point: no cancel stops the
 * rest any more.
 */
export async function commitPoint(
  job: JobContext,
  work: BackupWork,
  vault: Vault,
  stored: StoredManifest,
): Promise<void> {
  const { gateway, lease } = job;
  let { commit } = stored;
  if (commit === undefined) {
    const answer = await gateway.control.call(
      `/attempts/${work.attemptId}/commit`,
      commitRequestOf(work, stored),
      commitResponse,
      { signal: lease.signal, persistence: 'persistent' },
    );
    commit = answer.commit;
    await gateway.step('committed');
  }
  await vault.putCommit(stored.manifest.vm.id, stored.manifest.jobId, commit, lease.held);
  await gateway.step('commit-put');
}

/** Made of the manifest alone, so that an adopted one gives the same request. */
function commitRequestOf(work: BackupWork, { manifest, key, hash }: StoredManifest): CommitRequest {
  return {
    fence: work.fence,
    manifestKey: key,
    manifestHash: hash,
    capturedAt: manifest.createdAt,
    quiesced: manifest.quiesce !== 'CRASH_CONSISTENT',
    kind: manifest.kind,
    disks: manifest.disks.map((disk) => ({
      uuid: disk.uuid,
      key: disk.key,
      label: disk.label,
      capacityBytes: disk.capacityBytes,
      mode: disk.read.mode,
      fullReason: disk.read.reason,
    })),
    statistics: statisticsOf(manifest),
  };
}

/** All disks together. */
export function statisticsOf(manifest: Manifest): TransferStatistics {
  const total = (pick: (disk: Manifest['disks'][number]['statistics']) => number) =>
    manifest.disks.reduce((sum, disk) => sum + pick(disk.statistics), 0);
  return {
    bytesTotal: total((disk) => disk.bytesTotal),
    bytesRead: total((disk) => disk.bytesRead),
    bytesZero: total((disk) => disk.bytesZero),
    bytesDeduplicated: total((disk) => disk.bytesDeduplicated),
    bytesStored: total((disk) => disk.bytesStored),
    durationMs: Math.round(total((disk) => disk.durationMs)),
  };
}
