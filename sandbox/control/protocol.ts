import { z } from 'zod';
import { happenedFault, plannedFault, plannedFaults } from '../../base/faults.ts';

const diskState = z.object({
  /** Virtual device key. */
  key: z.number(),
  label: z.string(),
  uuid: z.string(),
  /** `[datastore] directory/file.vmdk` of the live file. */
  fileName: z.string(),
  /** The real file behind it. Raw and complete only while `chainLength` is 1. */
  path: z.string(),
  chainLength: z.number(),
  capacityBytes: z.number(),
  mode: z.string(),
  /** Another VM's disk that is attached here. */
  foreign: z.boolean(),
});

const vmState = z.object({
  /** Managed object id, `vm-1024`. */
  ref: z.string(),
  name: z.string(),
  instanceUuid: z.string(),
  biosUuid: z.string(),
  powerState: z.string(),
  changeTracking: z.enum(['off', 'on', 'waitingForStun']),
  consolidationNeeded: z.boolean(),
  snapshots: z.array(z.object({ ref: z.string(), name: z.string(), description: z.string() })),
  disks: z.array(diskState),
});

const leaseState = z.object({
  ref: z.string(),
  kind: z.enum(['exportVm', 'exportSnapshot', 'import']),
  /** Managed object id; null while an import is still making its VM. */
  vm: z.string().nullable(),
  state: z.enum(['initializing', 'ready', 'done', 'error']),
  /** How it ended; null while it is open. */
  end: z.enum(['completed', 'aborted', 'timedOut', 'failed']).nullable(),
  /** The fault that ended it. */
  error: z.string().nullable(),
  /** Calls of HttpNfcLeaseProgress, and what the last one said. */
  progressCalls: z.number(),
  progress: z.number(),
  /** Transfers that are going on. */
  transfers: z.number(),
  disks: z.array(
    z.object({
      name: z.string(),
      key: z.string(),
      fileName: z.string(),
      /** Bytes of VMDKs that went over the wire, in all transfers. */
      transferredBytes: z.number(),
      /** Of the last transfer that came to its end. */
      sizeBytes: z.number().nullable(),
      /** Copies of what was uploaded, when they are kept. */
      kept: z.array(z.string()),
    }),
  ),
});

export const sandboxState = z.object({
  vms: z.array(vmState),
  /** Other VMs' disks attached to the gateway's VM. Empty when nothing was left behind. */
  attached: z.array(diskState),
  sessions: z.number(),
  /** Logins refused since the start. */
  refusedLogins: z.number(),
  /** All NFC leases since the start. */
  leases: z.array(leaseState),
  /** Disks that were attached read-only and written all the same. */
  violations: z.array(z.object({ fileName: z.string(), path: z.string() })),
  /** What is still planned to go wrong, and what went wrong so far. */
  faults: plannedFaults,
  happened: z.array(happenedFault),
});

/** `vm`: name, instance uuid or managed object id. `disk`: device key, or position from 0; the first one when absent. */
const target = { vm: z.string().min(1), disk: z.number().int().nonnegative().default(0) };

export const requests = {
  write: z.object({ ...target, offset: z.number().int().nonnegative(), data: z.base64() }),
  export: z.object({ ...target, path: z.string().min(1), snapshot: z.string().optional() }),
  apply: z.object({ ...target, path: z.string().min(1) }),
  replace: z.object({ ...target, path: z.string().min(1) }),
  sha256: z.object({ ...target, snapshot: z.string().optional() }),
  resetChangeTracking: z.object({ vm: z.string().min(1) }),
  fault: plannedFault,
  restartVcenter: z.object({ awayMs: z.number().int().nonnegative() }),
};

export const responses = {
  done: z.object({ ok: z.literal(true) }),
  apply: z.object({ changedBytes: z.number() }),
  sha256: z.object({ sha256: z.string() }),
  error: z.object({ error: z.string() }),
};

export type SandboxState = z.infer<typeof sandboxState>;
export type SandboxVm = z.infer<typeof vmState>;
export type SandboxLease = z.infer<typeof leaseState>;
export type SandboxDisk = z.infer<typeof diskState>;
