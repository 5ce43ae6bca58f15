import { hash } from '@node-rs/argon2';
import { isDriverError } from '../../base/errors.ts';
import { type AgentDescription, activationSignatureInput } from '../../protocol/activation.ts';
import type { Finding } from '../../protocol/primitives.ts';
import { requestActivation, requestActivationChallenge } from '../control-channel/control-client.ts';
import { createJsonPoster } from '../control-channel/http-json.ts';
import { isAnswered } from '../identity/replace-access-key.ts';
import type { AgentTools } from '../options.ts';
import { serversOf } from '../probe/told-servers.ts';
import type { ActivationRecord, GatewayKeys } from '../state/records.ts';
import type { StateDirectory } from '../state/state-directory.ts';
import { problemOf } from './field-problem.ts';
import type { CheckedActivation, FieldErrors } from './form.ts';
import { generateGatewayKeys, publicKeyOf, signWith } from './keys.ts';

export type ActivationResult =
  | { readonly record: ActivationRecord; readonly findings: readonly Finding[] }
  | { readonly errors: FieldErrors };

/**
 * Activates this gateway and stores what came of it. The keys are stored before they are sent: cut off at any moment, the same certificate
 * can be sent again. Errors that a person can mend are told beside the field that caused them.
 */
export async function activate(
  input: CheckedActivation,
  options: {
    readonly tools: AgentTools;
    readonly state: StateDirectory;
    readonly agent: AgentDescription;
    readonly signal: AbortSignal;
    /**
     * Of the agent itself. The request that activates is cut off by nothing else: taken by the control plane it makes the gateway's present keys
     * worthless, so its answer counts also when whoever asked has left.
     */
    readonly closing: AbortSignal;
  },
): Promise<ActivationResult> {
  const { tools, state, signal } = options;
  const { certificate, payload, controlUrl } = input;
  const keys = await keysFor(payload.jti, state);
  const signingKey = publicKeyOf(keys.signing);
  const sealingKey = publicKeyOf(keys.sealing);
  using poster = createJsonPoster({ baseUrl: controlUrl, ca: payload.controlCa, clock: tools.clock });
  try {
    const { challenge, identityDriver, identitySettings } = await requestActivationChallenge(
      poster,
      certificate,
      signal,
    );
    const identity = tools.drivers.identity(identityDriver);
    const keepSecret = identity.provesAgain === true;
    const { values, ...proof } = await identity.prove(input.accessKey, challenge, signal, identitySettings);
    if (keepSecret) await state.accessKeys.add(input.accessKey);
    signal.throwIfAborted();
    const answer = await requestActivation(
      poster,
      {
        certificate,
        challenge,
        proof: { ...proof, values: { ...values } },
        signingKey,
        sealingKey,
        signature: signWith(keys.signing, activationSignatureInput({ certificate, challenge, signingKey, sealingKey })),
        controlNetwork: input.controlNetwork,
        messageNetwork: input.messageNetwork,
        agent: options.agent,
      },
      options.closing,
    ).catch(async (error: unknown) => {
      if (keepSecret && isAnswered(error)) await state.accessKeys.drop(input.accessKey);
      throw error;
    });
    const { findings, ...names } = answer;
    const record: ActivationRecord = {
      version: 1,
      ...names,
      keys,
      controlUrl,
      controlCa: payload.controlCa,
      controlNetwork: input.controlNetwork,
      messageNetwork: input.messageNetwork,
      accessKeyId: input.accessKey.accessKeyId,
      servers: serversOf(payload, input.messageNetwork),
      activatedAt: new Date(tools.clock.now()).toISOString(),
      pagePasswordHash: await hash(input.password),
    };
    await state.accessKeys.setCurrent(input.accessKey, { keepSecret });
    await state.activation.write(record);
    await state.pendingActivation.remove();
    return { record, findings };
  } catch (error) {
    signal.throwIfAborted();
    return { errors: { [fieldOf(error)]: problemOf(error) } };
  }
}

async function keysFor(certificateId: string, state: StateDirectory): Promise<GatewayKeys> {
  const pending = await state.pendingActivation.read();
  if (pending?.certificateId === certificateId) return pending.keys;
  const keys = generateGatewayKeys();
  await state.pendingActivation.write({ version: 1, certificateId, keys });
  return keys;
}

/** Which field a refusal is about. */
export function fieldOf(error: unknown): keyof FieldErrors {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code.startsWith('CERTIFICATE_')) return 'certificate';
  if (code === 'INVALID_ACCESS_KEY') return 'accessKeySecret';
  if (code.startsWith('ACCESS_KEY_') || code === 'FORBIDDEN' || code === 'ACCOUNT_NOT_ALLOWED') return 'accessKeyId';
  if (code === 'CONTROL_UNREACHABLE' || code === 'CONTROL_ANSWER_INVALID') return 'controlNetwork';
  if (isDriverError(error) && error.kind === 'needsPerson') return 'accessKeyId';
  return 'form';
}
