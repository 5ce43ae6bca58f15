import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { HoldfastError } from '../../base/errors.ts';
import type { ControlContext } from '../context.ts';
import { signing } from './signing.ts';

/** What a challenge may be used for; one of one kind is worth nothing for the other. */
export type ChallengePurpose = 'activation' | 'token' | 'access-key' | 'identity';

const content = z.object({ purpose: z.string(), subject: z.string(), expiresAt: z.number(), nonce: z.string() });

/** Makes a stateless challenge for `subject` (a certificate's or a gateway's id): any api process can check it. */
export async function makeChallenge(
  control: ControlContext,
  purpose: ChallengePurpose,
  subject: string,
  lifeMs: number,
): Promise<{ readonly challenge: string; readonly expiresAt: string }> {
  const expiresAt = control.clock.now() + lifeMs;
  const nonce = control.ids.bytes(24).toString('base64url');
  const body = Buffer.from(JSON.stringify({ purpose, subject, expiresAt, nonce })).toString('base64url');
  const { challengeSecret } = await signing(control);
  return { challenge: `${body}.${mac(challengeSecret, body)}`, expiresAt: new Date(expiresAt).toISOString() };
}

/** Throws CHALLENGE_INVALID, or CHALLENGE_EXPIRED for a genuine one that is too old. */
export async function checkChallenge(
  control: ControlContext,
  purpose: ChallengePurpose,
  subject: string,
  challenge: string,
): Promise<void> {
  const [body = '', code = ''] = challenge.split('.');
  const { challengeSecret } = await signing(control);
  const expected = Buffer.from(mac(challengeSecret, body));
  const given = Buffer.from(code);
  if (given.byteLength !== expected.byteLength || !timingSafeEqual(given, expected)) throw invalid();
  const read = content.parse(JSON.parse(Buffer.from(body, 'base64url').toString('utf8')));
  if (read.purpose !== purpose || read.subject !== subject) throw invalid();
  if (read.expiresAt <= control.clock.now()) throw expired();
}

function mac(secret: Buffer, body: string): string {
  return createHmac('sha256', secret).update(body).digest('base64url');
}

function invalid(): HoldfastError {
  return new HoldfastError({
    code: 'CHALLENGE_INVALID',
    message: 'This challenge was not made for this request.',
    remedy: 'Ask for a new challenge and answer that.',
    retryable: false,
  });
}

function expired(): HoldfastError {
  return new HoldfastError({
    code: 'CHALLENGE_EXPIRED',
    message: 'This challenge is too old.',
    remedy: "Ask for a new challenge and answer it at once; check the gateway's connection if this happens again.",
    retryable: true,
  });
}
