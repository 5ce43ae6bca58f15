import type { IdentityChallenge } from '../../protocol/activation.ts';
import type { ControlContext } from '../context.ts';
import type { GatewayRow } from '../rows.ts';
import { makeChallenge } from './challenge.ts';

/** As long as it may take a gateway to come back for its next heartbeat. */
const challengeLifeMs = 5 * 60_000;

/** How an access key is to be proved; goes with each challenge. */
export function identityQuestion({ identity }: Pick<ControlContext, 'identity'>) {
  const settings = identity.proofSettings?.();
  return { identityDriver: identity.name, ...(settings && { identitySettings: { ...settings } }) };
}

/** Whether only a proof of the gateway's can show that its access key is still good. Our own keys we look up ourselves. */
export function mustProveAgain(
  { identity: driver }: Pick<ControlContext, 'identity'>,
  { identity }: Pick<GatewayRow, 'identity'>,
): boolean {
  return driver.provesAgain === true && identity !== null && identity.kind !== 'BUILTIN';
}

/** The question for the gateway's next heartbeat; undefined where none is needed. */
export async function nextIdentityChallenge(
  control: ControlContext,
  gateway: Pick<GatewayRow, 'id' | 'identity' | 'access_key_id'>,
): Promise<IdentityChallenge | undefined> {
  if (!mustProveAgain(control, gateway) || gateway.access_key_id === null) return undefined;
  const made = await makeChallenge(control, 'identity', gateway.id, challengeLifeMs);
  return { ...made, ...identityQuestion(control), accessKeyId: gateway.access_key_id };
}
