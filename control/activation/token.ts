import { createHash } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import type { z } from 'zod';
import {
  type tokenChallengeRequest,
  type tokenChallengeResponse,
  type tokenRequest,
  type tokenResponse,
  tokenSignatureInput,
} from '../../protocol/activation.ts';
import type { ControlContext } from '../context.ts';
import { checkChallenge, makeChallenge } from './challenge.ts';
import { checkSignature, readPublicKey } from './public-keys.ts';
import { keyOfKnownGateway } from './refuse-gateway.ts';
import { signing } from './signing.ts';

const challengeLifeMs = 60_000;
const tokenLifeMs = 10 * 60_000;
const issuer = 'holdfast';
const audience = 'holdfast-gateway';

/** A challenge good for one minute and one gateway; an unknown gateway gets one like any other. */
export function issueTokenChallenge(
  control: ControlContext,
  request: z.infer<typeof tokenChallengeRequest>,
): Promise<z.infer<typeof tokenChallengeResponse>> {
  return makeChallenge(control, 'token', request.gatewayId, challengeLifeMs);
}

/** A bearer for ten minutes, bound to the gateway and its present signing key. */
export async function issueToken(
  control: ControlContext,
  request: z.infer<typeof tokenRequest>,
): Promise<z.infer<typeof tokenResponse>> {
  const { gatewayId, challenge, signature } = request;
  await checkChallenge(control, 'token', gatewayId, challenge);
  const gateway = await control.db
    .selectFrom('gateway')
    .select(['status', 'signing_key', 'last_seen_at', 'deleted_at'])
    .where('id', '=', gatewayId)
    .executeTakeFirst();
  const der = await keyOfKnownGateway(control, gateway);
  const { key } = readPublicKey(der.toString('base64'), 'ed25519');
  checkSignature(tokenSignatureInput(gatewayId, challenge), key, signature);
  const { keyId, privateKey } = await signing(control);
  const expiresAt = Math.floor((control.clock.now() + tokenLifeMs) / 1_000);
  const token = await new SignJWT({ kfp: fingerprint(der) })
    .setProtectedHeader({ alg: 'EdDSA', kid: keyId, typ: 'JWT' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(gatewayId)
    .setIssuedAt(Math.floor(control.clock.now() / 1_000))
    .setExpirationTime(expiresAt)
    .sign(privateKey);
  return { token, expiresAt: new Date(expiresAt * 1_000).toISOString() };
}

/** What a genuine bearer that has not expired says; undefined for anything else. */
export async function readToken(
  control: ControlContext,
  token: string,
): Promise<{ readonly gatewayId: string; readonly keyFingerprint: string } | undefined> {
  const { publicKey } = await signing(control);
  try {
    const { payload } = await jwtVerify(token, publicKey, {
      algorithms: ['EdDSA'],
      issuer,
      audience,
      currentDate: new Date(control.clock.now()),
    });
    const { sub, kfp } = payload;
    return sub !== undefined && typeof kfp === 'string' ? { gatewayId: sub, keyFingerprint: kfp } : undefined;
  } catch {
    return undefined;
  }
}

/** SHA-256 of a public key's DER, hex. */
export function fingerprint(der: Buffer): string {
  return createHash('sha256').update(der).digest('hex');
}
