import { z } from 'zod';
import { gatewaySettings, identityChallenge, identityProof } from './activation.ts';
import { byteCount, errorBody, fence, finding, isoTime, sealedSecret, shortText, uuid } from './primitives.ts';

/** How to log in to a vCenter; the password is sealed to the gateway. */
export const vcenterAccess = z.object({
  vcenterId: uuid,
  platformDriver: shortText,
  address: shortText,
  username: z.string().min(1).max(512),
  sealedPassword: sealedSecret,
  trustedFingerprint: z.string().max(128).nullable(),
  /** PEM certificates of authorities whose signature is trusted as well, for this host name. */
  ca: z.string().max(65_536).nullish(),
  /** Grows whenever somebody gives or confirms how to log in: what was refused under an earlier one may be tried again. */
  loginVersion: z.number().int().positive().optional(),
});
export type VcenterAccess = z.infer<typeof vcenterAccess>;

/** A vault as a gateway needs it; `sealedKeys` opens to the vault's serialised keys. */
export const vaultAccess = z.object({
  vaultId: uuid,
  location: z.object({
    driver: shortText,
    region: shortText,
    bucket: z.string().min(1).max(1_024),
    prefix: z.string().max(1_024),
    settings: z.record(z.string(), z.string()),
  }),
  sealedKeys: sealedSecret,
});
export type VaultAccess = z.infer<typeof vaultAccess>;

export const manifestReference = z.object({
  recoveryPointId: uuid,
  manifestKey: z.string().min(1).max(512),
  /** SHA-256 of the manifest object's bytes, lower-case hex. */
  manifestHash: z.string().regex(/^[0-9a-f]{64}$/),
});
export type ManifestReference = z.infer<typeof manifestReference>;

const workBase = z.object({
  jobId: uuid,
  attemptId: uuid,
  fence,
  leaseUntil: isoTime,
  /** Length of a lease; renew at a third of it. */
  leaseMs: z.number().int().positive(),
  vcenter: vcenterAccess,
  vault: vaultAccess,
  /** Name of a transport driver, or `auto`: `hotadd` where the gateway's VM is in this vCenter, otherwise `nfc`. */
  transport: shortText,
  settings: gatewaySettings,
});

export const quiesce = z.enum(['REQUIRE', 'PREFER', 'NONE']);

export const backupWork = workBase.extend({
  kind: z.literal('BACKUP'),
  virtualMachine: z.object({
    virtualMachineId: uuid,
    name: z.string(),
    instanceUuid: z.string(),
    biosUuid: z.string(),
  }),
  quiesce,
  /** The committed point an increment may build on; null: read everything. */
  parent: manifestReference.nullable(),
  /** Set when an earlier attempt was accepted already: only the commit object and the clean-up are left. */
  accepted: manifestReference.extend({ commit: z.string() }).nullable(),
});
export type BackupWork = z.infer<typeof backupWork>;

export const restoreWork = workBase.extend({
  kind: z.literal('RESTORE'),
  recoveryPoint: manifestReference,
  target: z.object({
    vmName: z.string().min(1).max(80),
    /** null: as recorded in the recovery point. */
    folder: z.string().nullable(),
    datastore: z.string().nullable(),
  }),
});
export type RestoreWork = z.infer<typeof restoreWork>;

/** Removes what an ended job had to leave behind in the vCenter (a snapshot that would not go, a disk still attached). */
export const cleanupWork = workBase.extend({
  kind: z.literal('CLEANUP'),
  virtualMachine: backupWork.shape.virtualMachine,
  ofJobId: uuid,
});
export type CleanupWork = z.infer<typeof cleanupWork>;

export const work = z.discriminatedUnion('kind', [backupWork, restoreWork, cleanupWork]);
export type Work = z.infer<typeof work>;

/** How many virtual machines one preflight looks at. */
export const preflightLimit = 50;

/** What wants an answer within its deadline; claimed like jobs. */
export const command = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('TEST_VCENTER'), commandId: uuid, deadline: isoTime, vcenter: vcenterAccess }),
  z.object({
    kind: z.literal('REFRESH_INVENTORY'),
    commandId: uuid,
    deadline: isoTime,
    refreshId: uuid,
    vcenter: vcenterAccess,
  }),
  z.object({
    kind: z.literal('PREFLIGHT'),
    commandId: uuid,
    deadline: isoTime,
    vcenter: vcenterAccess,
    /** As in {@link backupWork}. */
    transport: shortText,
    virtualMachines: z.array(backupWork.shape.virtualMachine).min(1).max(preflightLimit),
  }),
  z.object({
    kind: z.literal('REPLACE_ACCESS_KEY'),
    commandId: uuid,
    deadline: isoTime,
    accessKeyId: z.string().min(1).max(128),
    sealedSecret: sealedSecret,
  }),
]);
export type Command = z.infer<typeof command>;

/** POST /gateway/v1/claim. Also the heartbeat: it is sent at least every poll interval. */
export const claimRequest = z.object({
  instanceId: uuid,
  freeSlots: z.number().int().min(0).max(64),
  /** Attempts this instance is working on. */
  running: z.array(uuid).max(64),
  /** Answers the `identityChallenge` of the answer before. */
  identityProof: identityProof.optional(),
});
export const claimResponse = z.object({
  work: z.array(work),
  commands: z.array(command),
  settings: gatewaySettings,
  serverTime: isoTime,
  /** Of `running`, those that are no longer this instance's: stop them at once. */
  lost: z.array(uuid),
  /** Why this gateway gets no work; null or absent: it may work. */
  problem: z.object({ code: shortText, message: z.string().max(4_000), remedy: z.string().max(4_000) }).nullish(),
  /** What its owner should know although it works: that its access key is a root account's, for example. */
  findings: z.array(finding).default([]),
  /** The next claim is to prove the access key again; absent: nobody asks for that. */
  identityChallenge: identityChallenge.optional(),
  /** vCenters that show another certificate than the trusted one: end the sessions with them at once. */
  untrustedVcenters: z.array(uuid).default([]),
});
export type ClaimResponse = z.infer<typeof claimResponse>;

/** POST /gateway/v1/commands/{commandId}/result */
export const commandResultRequest = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), result: z.record(z.string(), z.unknown()) }),
  z.object({ ok: z.literal(false), error: errorBody, details: z.record(z.string(), z.unknown()).optional() }),
]);
export type CommandResult = z.infer<typeof commandResultRequest>;

/** A privilege the user does not have on something, by the platform's own name. */
export const missingPrivilege = z.object({
  privilege: z.string().min(1).max(200),
  /** Name of the inventory object. */
  entity: z.string().max(1_000),
  /** What does not work without it: BACKUP, RESTORE, … */
  neededFor: z.array(z.string().max(64)).max(32),
});
export type MissingPrivilegeBody = z.infer<typeof missingPrivilege>;

/** `result` of TEST_VCENTER (platform contract's PlatformAbout). On CERTIFICATE_NOT_TRUSTED `details` is CertificateNotTrusted. */
export const testVcenterResult = z.object({
  instanceUuid: z.string().min(1),
  kind: z.enum(['VCENTER', 'ESXI']),
  name: z.string(),
  version: z.string(),
  build: z.string(),
  fingerprint: z.string(),
  /** What the role of the user lacks; null where the platform does not tell. Older gateways leave it out. */
  missingPrivileges: z.array(missingPrivilege).max(1_000).nullable().default(null),
});
/** `result` of REPLACE_ACCESS_KEY: the control plane has taken the key. */
export const replaceAccessKeyResult = z.object({ accessKeyId: z.string() });
/** `result` of PREFLIGHT: what may stand in the way of backups, one report for each virtual machine. */
export const preflightResult = z.object({
  reports: z.array(z.object({ virtualMachineId: uuid, findings: z.array(finding).max(200) })).max(preflightLimit),
});
export type PreflightReport = z.infer<typeof preflightResult>['reports'][number];
/** `result` of REFRESH_INVENTORY, sent after the last batch. */
export const refreshInventoryResult = z.object({ virtualMachines: z.number().int().nonnegative() });

/** What a gateway learned about a vCenter while it worked: that it gave no session. */
export const vcenterTrouble = z.discriminatedUnion('trouble', [
  z.object({ trouble: z.enum(['INVALID_LOGIN', 'UNREACHABLE']) }),
  z.object({
    trouble: z.literal('CERTIFICATE_NOT_TRUSTED'),
    presentedFingerprint: z.string().min(1).max(128),
    trustedFingerprint: z.string().max(128).nullable(),
  }),
]);
export type VcenterTrouble = z.infer<typeof vcenterTrouble>;

export const progress = z.object({
  phase: z.enum(['PREPARING', 'SNAPSHOT', 'TRANSFER', 'COMMIT', 'CLEANUP']),
  bytesTotal: byteCount,
  bytesDone: byteCount,
  bytesRead: byteCount,
  bytesZero: byteCount,
  bytesDeduplicated: byteCount,
  bytesStored: byteCount,
  /** Bytes a second over the last few seconds. */
  rate: byteCount,
});
export type Progress = z.infer<typeof progress>;

/** POST /gateway/v1/attempts/{attemptId}/renew */
export const renewRequest = z.object({
  fence,
  sequence: z.number().int().nonnegative(),
  progress: progress.nullable(),
});
export const renewResponse = z.object({ leaseUntil: isoTime, cancelRequested: z.boolean() });

/** POST /gateway/v1/attempts/{attemptId}/vault-session: before an index or a map is loaded. */
export const vaultSessionRequest = z.object({
  fence,
  pins: z.array(uuid).max(16),
  /** What the attempt runs with, as far as the gateway decides it: the transport driver's name and its worker threads. */
  runsWith: z.object({ transport: shortText, workers: z.number().int().positive().max(1_024) }).optional(),
});
export const vaultSessionResponse = z.object({ vaultSessionId: uuid, condemnedLists: z.array(z.string()) });

/** POST /gateway/v1/attempts/{attemptId}/storage-credentials; `sealed` opens to the JSON of StorageCredentials. */
export const storageCredentialsRequest = z.object({ fence });
export const storageCredentialsResponse = z.object({ sealed: sealedSecret, expiresAt: isoTime.nullable() });

export const transferStatistics = z.object({
  bytesTotal: byteCount,
  bytesRead: byteCount,
  bytesZero: byteCount,
  bytesDeduplicated: byteCount,
  bytesStored: byteCount,
  durationMs: byteCount,
});
export type TransferStatistics = z.infer<typeof transferStatistics>;

export const diskSummary = z.object({
  uuid: z.string().min(1),
  key: z.number().int(),
  label: z.string(),
  capacityBytes: byteCount,
  mode: z.enum(['CHANGED_AREAS', 'FULL']),
  /** Why this disk was read whole; null with CHANGED_AREAS. */
  fullReason: z.string().max(1_000).nullable(),
});
export type DiskSummary = z.infer<typeof diskSummary>;

/** POST /gateway/v1/attempts/{attemptId}/commit: the manifest is in the vault; control accepts it under the current fence. */
export const commitRequest = z.object({
  fence,
  manifestKey: manifestReference.shape.manifestKey,
  manifestHash: manifestReference.shape.manifestHash,
  capturedAt: isoTime,
  quiesced: z.boolean(),
  kind: z.enum(['FULL', 'INCREMENTAL']),
  disks: z.array(diskSummary).min(1),
  statistics: transferStatistics,
});
export type CommitRequest = z.infer<typeof commitRequest>;
/** `commit` is a compact JWS (EdDSA) to be stored as the commit object. The same request again gives the same answer. */
export const commitResponse = z.object({ recoveryPointId: uuid, commit: z.string() });

/**
 * POST /gateway/v1/attempts/{attemptId}/complete: the attempt's last word; the same one again changes nothing. RETRY gives the job back
 * (transient trouble) and control decides whether another attempt follows.
 */
export const completeRequest = z.object({
  fence,
  /** Where the attempt ended, so that what is shown of a job that is over is not what it was a second before. */
  last: z.object({ sequence: z.number().int().nonnegative(), progress }).optional(),
  outcome: z.discriminatedUnion('status', [
    z.object({
      status: z.enum(['COMPLETE', 'PARTIAL_COMPLETE']),
      findings: z.array(finding),
      statistics: transferStatistics,
      restoredVm: z.object({ name: z.string(), instanceUuid: z.string(), biosUuid: z.string() }).nullable(),
    }),
    z.object({
      status: z.enum(['FAILED', 'RETRY']),
      error: errorBody,
      findings: z.array(finding),
      /** Set when the vCenter itself could not be logged in to; what it means for its other jobs is the control plane's to decide. */
      vcenter: vcenterTrouble.optional(),
    }),
    z.object({ status: z.literal('CANCELED'), findings: z.array(finding) }),
  ]),
});
export type CompleteRequest = z.infer<typeof completeRequest>;
export type Outcome = CompleteRequest['outcome'];
export const emptyResponse = z.object({});

/** POST /gateway/v1/attempts/alive: the reaper asks before it touches a snapshot of ours. */
export const aliveRequest = z.object({ attemptIds: z.array(uuid).max(256) });
export const aliveResponse = z.object({
  alive: z.array(uuid),
  /** Of this control plane, and over. In neither list: nobody here knows the attempt. */
  ended: z.array(uuid).default([]),
});
