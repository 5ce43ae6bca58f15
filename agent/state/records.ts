import { z } from 'zod';
import { gatewaySettings } from '../../protocol/activation.ts';
import { dataServer } from '../../protocol/certificate.ts';
import { networkType, uuid } from '../../protocol/primitives.ts';

/** A gateway's two private keys, PKCS#8 DER, base64. */
export const gatewayKeys = z.object({ signing: z.string(), sealing: z.string() });
export type GatewayKeys = z.infer<typeof gatewayKeys>;

/** Keys that were made for a certificate but perhaps not accepted yet: stored before they are sent, so that activation can be repeated. */
export const pendingActivation = z.object({ version: z.literal(1), certificateId: uuid, keys: gatewayKeys });
export type PendingActivation = z.infer<typeof pendingActivation>;

/** Servers besides the control plane that a certificate told of, for the probe; what it did not tell is absent. */
export const toldServers = z.object({
  message: z.object({ url: z.string(), ca: z.string().nullable() }).optional(),
  data: dataServer.nullable().optional(),
});
export type ToldServers = z.infer<typeof toldServers>;

/** What the agent keeps of an activation. */
export const activationRecord = z.object({
  version: z.literal(1),
  gatewayId: uuid,
  gatewayName: z.string(),
  vaultId: uuid,
  vaultName: z.string(),
  regionId: z.string(),
  platform: z.string(),
  settings: gatewaySettings,
  keys: gatewayKeys,
  controlUrl: z.url(),
  controlCa: z.string().nullable(),
  controlNetwork: networkType,
  messageNetwork: networkType,
  accessKeyId: z.string(),
  activatedAt: z.iso.datetime(),
  /** When this gateway learned that it was deleted; its keys are empty from then on. */
  deletedAt: z.iso.datetime().optional(),
  /** Absent in records of older agents. */
  servers: toldServers.optional(),
  /** argon2id, PHC string. */
  pagePasswordHash: z.string(),
});
export type ActivationRecord = z.infer<typeof activationRecord>;

/**
 * Which instance this start is. `previous` holds every id that the control plane may still take for the present one, newest first; it is
 * emptied when hello has succeeded.
 */
export const instanceRecord = z.object({
  version: z.literal(1),
  gatewayId: uuid,
  instanceId: uuid,
  previous: z.array(uuid).max(8),
  /** Where it was written; in a copy of the directory it is another's. Absent in records of older agents. */
  home: z.string().optional(),
});
export type InstanceRecord = z.infer<typeof instanceRecord>;

/** The certificate of the gateway's own page and its private key, PEM. */
export const pageCertificateRecord = z.object({
  version: z.literal(1),
  certificate: z.string(),
  privateKey: z.string(),
});
export type PageCertificateRecord = z.infer<typeof pageCertificateRecord>;

/** The access key in force, and secrets, sealed, where the identity driver needs them again. */
export const accessKeysRecord = z.object({
  version: z.literal(1),
  current: z.string().nullable(),
  /** The current one first, then those that were added, the newest first. `sealed`: AES-256-GCM nonce, ciphertext and tag, base64; the id is bound in. */
  keys: z.array(z.object({ accessKeyId: z.string(), sealed: z.string() })),
});
export type AccessKeysRecord = z.infer<typeof accessKeysRecord>;

/** What those secrets are sealed with: 32 bytes, base64. */
export const sealingRecord = z.object({ version: z.literal(1), key: z.string() });
