import { createHash } from 'node:crypto';
import { z } from 'zod';
import { HoldfastError } from '../base/errors.ts';
import type { IdSource } from '../base/ids.ts';
import { corrupt } from './errors.ts';
import type { VaultKeys } from './keys/epochs.ts';
import { openObject, sealObject } from './sealed-object.ts';

export const MANIFEST_PREFIX = 'manifests/';
export const COMMIT_PREFIX = 'commits/';

const pathId = z.string().regex(/^(?!\.{1,2}$)[A-Za-z0-9._-]{1,128}$/);
const bytes = z.int().min(0);

export const blockMapRefSchema = z.strictObject({
  root: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  capacityBytes: bytes,
});

/** Everything in bytes but `durationMs`. */
export const diskStatisticsSchema = z.strictObject({
  /** The disk's capacity. */
  bytesTotal: bytes,
  bytesRead: bytes,
  /** Of what was read, zeros. */
  bytesZero: bytes,
  /** Taken from the parent map without being read. */
  bytesUnchanged: bytes,
  /** Of what was read, in the vault already. */
  bytesDeduplicated: bytes,
  /** Of what was read, new to the vault: before compression. */
  bytesNew: bytes,
  /** What the new data and map pages take in packs. */
  bytesStored: bytes,
  durationMs: z.number().min(0),
});
export type DiskStatistics = z.infer<typeof diskStatisticsSchema>;

const diskSchema = z.strictObject({
  uuid: z.string(),
  key: z.int(),
  label: z.string(),
  capacityBytes: bytes,
  controllerKey: z.int(),
  unitNumber: z.int(),
  /** Of this point's own snapshot; a later point may query changes since it. Null where change tracking was off. */
  changeId: z.string().nullable(),
  datastore: z.string(),
  map: blockMapRefSchema,
  read: z.strictObject({ mode: z.enum(['CHANGED_AREAS', 'FULL']), reason: z.string().nullable() }),
  statistics: diskStatisticsSchema,
});
export type ManifestDisk = z.infer<typeof diskSchema>;

export const manifestSchema = z.strictObject({
  version: z.literal(1),
  vaultId: z.uuid(),
  vm: z.strictObject({ id: pathId, instanceUuid: z.string(), biosUuid: z.string(), name: z.string() }),
  jobId: pathId,
  attempt: z.int().min(0),
  createdAt: z.iso.datetime(),
  /** What a restore needs to make a similar VM; the platform driver's own JSON. */
  configuration: z.strictObject({
    version: z.literal(1),
    name: z.string(),
    guestId: z.string(),
    cpuCount: z.int(),
    memoryBytes: bytes,
    firmware: z.enum(['BIOS', 'EFI']),
    path: z.string(),
    datastore: z.string(),
    networks: z.array(z.string()),
    controllers: z.array(z.strictObject({ key: z.int(), type: z.string() })).optional(),
  }),
  /** The level really reached, not the one asked for. */
  quiesce: z.enum(['QUIESCED', 'CRASH_CONSISTENT', 'POWERED_OFF']),
  kind: z.enum(['FULL', 'INCREMENTAL']),
  kindReason: z.string().nullable(),
  disks: z.array(diskSchema),
});

/** One complete image of one VM at one time; a recovery point once it is committed. */
export type Manifest = z.infer<typeof manifestSchema>;

export function manifestKey(vmId: string, jobId: string): string {
  return `${MANIFEST_PREFIX}${checkedId(vmId)}/${checkedId(jobId)}`;
}

export function commitKey(vmId: string, jobId: string): string {
  return `${COMMIT_PREFIX}${checkedId(vmId)}/${checkedId(jobId)}`;
}

/** SHA-256 of the stored object, hex: what a commit holds. */
export function manifestHash(stored: Uint8Array): string {
  return createHash('sha256').update(stored).digest('hex');
}

export function sealManifest(keys: VaultKeys, manifest: Manifest, ids: IdSource): Uint8Array {
  const checked = manifestSchema.parse(manifest);
  if (checked.vaultId !== keys.vaultId) throw new TypeError('The manifest belongs to another vault.');
  return sealObject({
    keys,
    magic: 'HFMAN001',
    objectKey: manifestKey(checked.vm.id, checked.jobId),
    body: Buffer.from(JSON.stringify(checked)),
    ids,
  });
}

/** Throws VAULT_CORRUPT. */
export function openManifest(keys: VaultKeys, key: string, stored: Uint8Array): Manifest {
  const body = openObject({ keys, magic: 'HFMAN001', objectKey: key, bytes: stored });
  const parsed = manifestSchema.safeParse(JSON.parse(body.toString('utf8')));
  if (!parsed.success) throw corrupt(key, 'it is no manifest of this version');
  const manifest = parsed.data;
  if (manifest.vaultId !== keys.vaultId || manifestKey(manifest.vm.id, manifest.jobId) !== key)
    throw corrupt(key, 'it belongs to another vault, virtual machine or job');
  return manifest;
}

function checkedId(id: string): string {
  if (pathId.safeParse(id).success) return id;
  throw new HoldfastError({
    code: 'INVALID_ID',
    message: `${JSON.stringify(id)} cannot be part of an object key.`,
    remedy: 'Use 1 to 128 characters of A-Z a-z 0-9 . _ -',
    retryable: false,
  });
}
