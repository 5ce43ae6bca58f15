import { AccessKeyRefusedError, VersionConflictError } from '../control/errors.ts';
import { replaceGatewayAccessKey } from '../control/gateways/replace-gateway-access-key.ts';
import { builder } from './builder.ts';
import { commonErrors, gatewayErrors } from './errors.ts';
import { Gateway } from './gateway.ts';
import { decodeId } from './global-id.ts';

const SealedSecretInput = builder.inputType('SealedSecretInput', {
  description:
    'A secret that only the gateway can open: X25519 with a fresh key pair, HKDF-SHA-256 (salt: the ephemeral and the gateway’s public key as SPKI DER, one after the other; info: `holdfast-seal-v1`; 32 bytes), AES-256-GCM with the gateway’s `accessKeySealingContext` as additional data. All values in base64.',
  fields: (t) => ({
    ephemeralKey: t.string({ required: true, description: 'The fresh X25519 public key, SPKI DER.' }),
    nonce: t.string({ required: true, description: '12 random bytes.' }),
    ciphertext: t.string({ required: true, description: 'The ciphertext, followed by the 16 bytes of its tag.' }),
  }),
});

const ReplaceGatewayAccessKeyInput = builder.inputType('ReplaceGatewayAccessKeyInput', {
  description: 'What `replaceGatewayAccessKey` takes: one of the two secrets.',
  fields: (t) => ({
    gatewayId: t.id({ required: true, description: 'The gateway that is to work with another access key.' }),
    accessKeyId: t.string({ required: true, description: 'The id of that access key.' }),
    accessKeySecret: t.string({
      description: 'Its secret. It is sealed to the gateway at once, and neither stored in clear nor logged.',
    }),
    sealedAccessKeySecret: t.field({
      type: SealedSecretInput,
      description:
        'Its secret, sealed by you to `Gateway.sealingPublicKey`, so that nobody but the gateway ever sees it.',
    }),
    expectedVersion: t.int({ description: 'Refused with VERSION_CONFLICT if the gateway has another version by now.' }),
  }),
});

const ReplaceGatewayAccessKeyPayload = builder
  .objectRef<Awaited<ReturnType<typeof replaceGatewayAccessKey>>>('ReplaceGatewayAccessKeyPayload')
  .implement({
    description: 'What `replaceGatewayAccessKey` changed.',
    fields: (t) => ({
      gateway: t.field({
        type: Gateway,
        grantScopes: ['made'],
        description: 'The gateway, with its new access key; jobs that waited for it go on.',
        resolve: ({ gateway }) => gateway,
      }),
    }),
  });

builder.mutationField('replaceGatewayAccessKey', (t) =>
  t.field({
    type: ReplaceGatewayAccessKeyPayload,
    nullable: true,
    authScopes: { scope: 'gateway:write' },
    errors: {
      types: [...commonErrors, ...gatewayErrors, VersionConflictError, AccessKeyRefusedError],
      union: { name: 'ReplaceGatewayAccessKeyResult', description: 'The gateway with its new key, or an error.' },
    },
    description:
      'Gives a gateway another access key without touching the gateway, also when its present one has expired. It proves the new one within the command deadline; otherwise GATEWAY_OFFLINE. Jobs, recovery points and their chain stay. Scope: `gateway:write`.',
    args: {
      input: t.arg({ type: ReplaceGatewayAccessKeyInput, required: true, description: 'Which key, and where.' }),
    },
    resolve: (_root, { input }, { control, viewer, signal }) =>
      replaceGatewayAccessKey(
        control,
        viewer,
        { ...input, gatewayId: decodeId(input.gatewayId, 'Gateway', ['gatewayId']) },
        signal,
      ),
  }),
);
