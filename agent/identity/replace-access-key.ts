import type { AccessKeyPair } from '../../drivers/identity/contract.ts';
import { accessKeyResponse, activationChallengeResponse } from '../../protocol/activation.ts';
import type { Finding } from '../../protocol/primitives.ts';
import { ControlError } from '../control-channel/control-client.ts';
import type { GatewayContext } from '../runtime/gateway-context.ts';

/**
 * Proves another access key to the control plane and works with that from then on; running jobs go on. Throws what the key or the control plane was refused
 * with: then the present one stays.
 */
export async function replaceAccessKey(
  gateway: Pick<GatewayContext, 'control' | 'state' | 'tools'>,
  accessKey: AccessKeyPair,
  signal: AbortSignal,
): Promise<{ readonly accessKeyId: string; readonly findings: readonly Finding[] }> {
  const { control, tools } = gateway;
  const { accessKeys } = gateway.state;
  const once = { signal, persistence: 'once' } as const;
  const question = await control.call('/access-key/challenge', {}, activationChallengeResponse, once);
  const driver = tools.drivers.identity(question.identityDriver);
  const { challenge, identitySettings } = question;
  const { values, ...proof } = await driver.prove(accessKey, challenge, signal, identitySettings);
  const keepSecret = driver.provesAgain === true;
  if (keepSecret) await accessKeys.add(accessKey);
  const body = { challenge, proof: { ...proof, values: { ...values } } };
  const answer = await control.call('/access-key', body, accessKeyResponse, once).catch(async (error: unknown) => {
    if (keepSecret && isAnswered(error)) await accessKeys.drop(accessKey);
    throw error;
  });
  await accessKeys.setCurrent(accessKey, { keepSecret });
  tools.logger.info({ accessKeyId: answer.accessKeyId, findings: answer.findings }, 'the access key was replaced');
  return answer;
}

/** The control plane itself said that it did not take the key; anything else leaves that open. */
export function isAnswered(error: unknown): boolean {
  return error instanceof ControlError && error.status >= 400 && error.status < 500;
}
