import type { z } from 'zod';
import type { activationChallengeRequest, activationChallengeResponse } from '../../protocol/activation.ts';
import type { ControlContext } from '../context.ts';
import { checkUsable, knownCertificate } from './certificate-row.ts';
import { makeChallenge } from './challenge.ts';
import { identityQuestion } from './identity-question.ts';

export const activationChallengeLifeMs = 5 * 60_000;

/** A certificate that may still be used buys a challenge, good for five minutes and for that certificate. */
export async function issueActivationChallenge(
  control: ControlContext,
  request: z.infer<typeof activationChallengeRequest>,
): Promise<z.infer<typeof activationChallengeResponse>> {
  const known = await knownCertificate(control, request.certificate);
  checkUsable(known, new Date(control.clock.now()));
  const made = await makeChallenge(control, 'activation', known.certificate.id, activationChallengeLifeMs);
  return { ...made, ...identityQuestion(control) };
}
