import { z } from 'zod';
import { longestCertificate } from './certificate.ts';
import { flowWindows } from './flow-control.ts';
import { base64, finding, isoTime, networkType, shortText, uuid } from './primitives.ts';

/** POST /gateway/v1/activation/challenge: the certificate buys a challenge, so that proofs cannot be replayed. */
export const activationChallengeRequest = z.object({ certificate: z.string().min(1).max(longestCertificate) });
export const activationChallengeResponse = z.object({
  challenge: z.string().min(32).max(2_048),
  identityDriver: shortText,
  /** What that driver has to know for its proof; nothing secret. */
  identitySettings: z.record(z.string().max(64), z.string().max(1_024)).optional(),
  expiresAt: isoTime,
});

/** A question that wants an access key's proof as its answer. */
export const identityChallenge = activationChallengeResponse.extend({
  /** Of the key that is in force: the gateway may hold another one beside it while one replaces the other. */
  accessKeyId: z.string().min(1).max(128),
});
export type IdentityChallenge = z.infer<typeof identityChallenge>;

export const accessKeyProof = z.object({
  driver: shortText,
  accessKeyId: z.string().min(1).max(128),
  values: z.record(z.string(), z.string().max(16_384)),
});

/** The answer to an {@link identityChallenge}. */
export const identityProof = z.object({ challenge: z.string().min(32).max(2_048), proof: accessKeyProof });
export type IdentityProof = z.infer<typeof identityProof>;

/** POST /gateway/v1/access-key/challenge and POST /gateway/v1/access-key: an activated gateway gets another access key, and stays what it is. */
export const accessKeyChallengeRequest = z.object({});
export const accessKeyRequest = identityProof;
export const accessKeyResponse = z.object({ accessKeyId: z.string(), findings: z.array(finding) });
export type AccessKeyResponse = z.infer<typeof accessKeyResponse>;

/** What the agent says of itself. */
export const agentDescription = z.object({
  version: shortText,
  hostname: shortText,
  cpuCount: z.number().int().positive(),
  /** biosUuid of the gateway's own VM, when the agent could read it. */
  vmUuid: uuid.nullable(),
});
export type AgentDescription = z.infer<typeof agentDescription>;

/**
 * POST /gateway/v1/activation. `signature` is Ed25519 by the new signing key over {@link activationSignatureInput}.
 * Idempotent per certificate and signing key; one certificate activates one key pair.
 */
export const activationRequest = z.object({
  certificate: z.string().min(1).max(longestCertificate),
  challenge: z.string().min(32).max(2_048),
  proof: accessKeyProof,
  /** Ed25519 public key, SPKI DER. */
  signingKey: base64,
  /** X25519 public key, SPKI DER. */
  sealingKey: base64,
  signature: base64,
  controlNetwork: networkType,
  messageNetwork: networkType,
  agent: agentDescription,
});
export type ActivationRequest = z.infer<typeof activationRequest>;

/** The bytes an activation's signature covers: one field a line, so that no field can slide into another. */
export function activationSignatureInput(
  request: Pick<ActivationRequest, 'certificate' | 'challenge' | 'signingKey' | 'sealingKey'>,
): Buffer {
  return Buffer.from(
    ['holdfast-activation-v1', request.certificate, request.challenge, request.signingKey, request.sealingKey].join(
      '\n',
    ),
  );
}

export const gatewaySettings = z.object({
  useHttps: z.boolean(),
  /** 0: as many as there are cores. */
  maxWorkers: z.number().int().min(0).max(256),
  /** 0: no limit. */
  maxCpuCores: z.number().int().min(0).max(256),
  /** The gateway's data network; absent: the same as its control network. */
  dataNetwork: networkType.optional(),
  /** Limits of the traffic with the vault; in force at once, unlike the other settings. Absent: none. */
  flowControl: flowWindows.optional(),
});
export type GatewaySettings = z.infer<typeof gatewaySettings>;

export const activationResponse = z.object({
  gatewayId: uuid,
  gatewayName: shortText,
  vaultId: uuid,
  vaultName: shortText,
  regionId: shortText,
  platform: shortText,
  settings: gatewaySettings,
  findings: z.array(finding),
});
export type ActivationResponse = z.infer<typeof activationResponse>;

/** POST /gateway/v1/token/challenge and POST /gateway/v1/token: a signed challenge buys a bearer for ten minutes. */
export const tokenChallengeRequest = z.object({ gatewayId: uuid });
export const tokenChallengeResponse = z.object({ challenge: z.string().min(32).max(2_048), expiresAt: isoTime });
export const tokenRequest = z.object({ gatewayId: uuid, challenge: z.string().min(32).max(2_048), signature: base64 });
export const tokenResponse = z.object({ token: z.string().min(1), expiresAt: isoTime });

/** The bytes a token request's signature covers. */
export function tokenSignatureInput(gatewayId: string, challenge: string): Buffer {
  return Buffer.from(['holdfast-token-v1', gatewayId, challenge].join('\n'));
}

/**
 * POST /gateway/v1/hello, once per start and before anything is claimed. `instanceId` is new with each start;
 * `previousInstanceId` is what the state directory remembers: whoever knows it continues the same installation, so
 * attempts of the previous instance are given up at once. Refused with INSTANCE_CONFLICT while another instance lives.
 */
export const helloRequest = z.object({
  instanceId: uuid,
  previousInstanceId: uuid.nullable(),
  agent: agentDescription,
  /** The broker refused the credentials of the answer before. */
  messageChannelRefused: z.boolean().optional(),
});
export const messageChannel = z.object({
  /** `mqtt:` or `mqtts:` URL without credentials. */
  url: z.string().max(512),
  /** PEM of the CA behind the broker's certificate, alone trusted with `mqtts:`; null: public CAs; absent: `controlCa` of the certificate. */
  ca: z.string().max(65_536).nullable().optional(),
  clientId: z.string().min(1).max(64),
  username: z.string().min(1).max(256),
  password: z.string().min(1).max(512),
  /** Topic the gateway listens to and the one it publishes to. */
  downTopic: z.string().min(1).max(64),
  upTopic: z.string().min(1).max(64),
});
export type MessageChannel = z.infer<typeof messageChannel>;
export const helloResponse = z.object({
  gatewayName: shortText,
  vaultName: shortText,
  /** Of the control plane's program; to be shown, never to be decided on. */
  controlPlaneVersion: shortText.optional(),
  settings: gatewaySettings,
  messageChannel,
  /** Milliseconds between two polls and between two heartbeats. */
  pollIntervalMs: z.number().int().positive(),
  serverTime: isoTime,
  /** As in `claimResponse`, for the first claim. */
  identityChallenge: identityChallenge.optional(),
});
export type HelloResponse = z.infer<typeof helloResponse>;
