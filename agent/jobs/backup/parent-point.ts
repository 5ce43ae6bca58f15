import type { SnapshotDisk } from '../../../drivers/platform/contract.ts';
import type { TransportDriver } from '../../../drivers/transport/contract.ts';
import type { BackupWork } from '../../../protocol/work.ts';
import type { BlockMapRef } from '../../../repository/block-map.ts';
import type { Manifest } from '../../../repository/manifest.ts';
import type { Vault } from '../../../repository/vault.ts';
import type { JobContext } from '../job-context.ts';
import { knownError } from '../known-error.ts';

/** The recovery point an increment builds on, or why there is none. */
export type Parent = { readonly manifest: Manifest } | { readonly fullReason: string };

/** How one disk is read. */
export type ReadPlan =
  | { readonly mode: 'CHANGED_AREAS'; readonly changeId: string; readonly parentMap: BlockMapRef }
  | { readonly mode: 'FULL'; readonly reason: string; readonly parentMap?: BlockMapRef };

export async function loadParent(job: JobContext, work: BackupWork, vault: Vault): Promise<Parent> {
  if (!work.parent)
    return { fullReason: 'There is no earlier recovery point to build on, or a full backup was asked for.' };
  const { manifestKey, manifestHash } = work.parent;
  try {
    return { manifest: (await vault.readManifest(manifestKey, job.lease.signal, manifestHash)).manifest };
  } catch (error) {
    job.lease.signal.throwIfAborted();
    const known = knownError(error);
    if (!known || known.retryable) throw error;
    job.findings.add({
      code: 'PARENT_UNREADABLE',
      severity: 'ERROR',
      message: `The earlier recovery point cannot be read, so everything is read again: ${known.message}`,
      remedy: known.remedy,
    });
    return { fullReason: `The earlier recovery point cannot be read (${known.code}).` };
  }
}

/** Decides by the disk's uuid, its size and both change ids; any doubt means a full read of this disk only. */
export function planRead(parent: Parent, disk: SnapshotDisk, transport: TransportDriver): ReadPlan {
  if ('fullReason' in parent) return { mode: 'FULL', reason: parent.fullReason };
  const before = parent.manifest.disks.find((other) => other.uuid === disk.uuid);
  if (!before) return { mode: 'FULL', reason: 'The disk is not part of the earlier recovery point.' };
  if (before.capacityBytes !== disk.capacityBytes) {
    const reason = `The disk's size changed from ${before.capacityBytes} to ${disk.capacityBytes} bytes since the earlier recovery point.`;
    return { mode: 'FULL', reason };
  }
  const parentMap = before.map;
  const full = (reason: string): ReadPlan => ({ mode: 'FULL', reason, parentMap });
  // Before the change ids: with such a transport they do not matter.
  if (!transport.capabilities.randomRead) return full(`The transport ${transport.name} reads whole disks only.`);
  if (disk.changeId === null) return full('Changed block tracking is off for this disk.');
  if (before.changeId === null)
    return full('Changed block tracking was off, or not yet believable, at the earlier recovery point.');
  return { mode: 'CHANGED_AREAS', changeId: before.changeId, parentMap };
}
