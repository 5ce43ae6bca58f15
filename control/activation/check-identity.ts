import type { Selectable, Updateable } from 'kysely';
import { withDeadline } from '../../base/abort.ts';
import { errorDetails, isDriverError } from '../../base/errors.ts';
import type { IdentityProof } from '../../protocol/activation.ts';
import type { ControlContext } from '../context.ts';
import type { IdentityTrouble, StatusReason } from '../database/credentials-columns.ts';
import type { GatewayTable } from '../database/tables.ts';
import { newAccessKey } from '../gateways/status-reason.ts';
import { checkChallenge } from './challenge.ts';
import { settleCredentials } from './credentials.ts';
import { mustProveAgain } from './identity-question.ts';
import { unproved } from './identity-trouble.ts';
import { verifyAccessKey } from './verify-access-key.ts';

type Gateway = Pick<
  Selectable<GatewayTable>,
  'id' | 'resource_group_id' | 'access_key_id' | 'identity' | 'identity_checked_at' | 'identity_trouble' | 'status'
>;

/** As long as an answer that came too late for the heartbeat is waited for. */
const lateAnswerMs = 20_000;

/**
 * Where only a proof tells whether a gateway's access key is still good: has the one of this heartbeat verified, if the last word is old. False: it owes one, and
 * should get no work before it has shown it. Waits no longer than `identityCheckPatienceMs`; an answer after that counts when it comes.
 */
export async function checkIdentity(
  control: ControlContext,
  gateway: Gateway,
  given: IdentityProof | undefined,
): Promise<boolean> {
  if (!mustProveAgain(control, gateway) || !isDue(control, gateway)) return true;
  if (!given || !(await isForGateway(control, gateway, given))) {
    await noteTrouble(control, gateway, notProved);
    return false;
  }
  const checking = verify(control, gateway, given).catch((error: unknown) =>
    control.logger.warn({ gatewayId: gateway.id, reason: String(error) }, "A gateway's access key was not checked."),
  );
  const patience = new AbortController();
  const timeUp = control.clock.sleep(control.config.identityCheckPatienceMs, patience.signal).catch(() => undefined);
  await Promise.race([checking, timeUp]);
  patience.abort();
  return true;
}

function isDue(control: ControlContext, { identity_checked_at, identity_trouble, status }: Gateway): boolean {
  if (identity_trouble !== null || status === 'CREDENTIALS_EXPIRED' || identity_checked_at === null) return true;
  return control.clock.now() - identity_checked_at.getTime() >= control.config.identityCheckIntervalMs;
}

async function isForGateway(control: ControlContext, gateway: Gateway, given: IdentityProof): Promise<boolean> {
  if (given.proof.accessKeyId !== gateway.access_key_id) return false;
  return checkChallenge(control, 'identity', gateway.id, given.challenge).then(
    () => true,
    () => false,
  );
}

async function verify(control: ControlContext, gateway: Gateway, given: IdentityProof): Promise<void> {
  const startedAt = new Date(control.clock.now());
  const { id: gatewayId } = gateway;
  try {
    const identity = await withDeadline(
      { clock: control.clock, ms: lateAnswerMs, what: 'The check of an access key' },
      (signal) => verifyAccessKey(control, given, gateway.resource_group_id, signal),
    );
    await note(control, gateway, startedAt, {
      identity: JSON.stringify(identity),
      credentials_expire_at: identity.expiresAt === null ? null : new Date(identity.expiresAt),
      identity_proved_at: startedAt,
      identity_checked_at: startedAt,
      identity_trouble: null,
      credentials_problem: null,
    });
  } catch (error) {
    const { code, message, remedy } = errorDetails(error, defect);
    if (isRefusal(error)) {
      const problem: StatusReason = { code, message, remedy: `${remedy} ${newAccessKey}` };
      await note(control, gateway, startedAt, {
        identity_checked_at: startedAt,
        identity_trouble: null,
        credentials_problem: JSON.stringify(problem),
      });
    } else {
      await noteTrouble(control, gateway, { code: 'IDENTITY_UNREACHABLE', message, remedy });
    }
  }
  await settleCredentials(control, gatewayId);
}

/** Whether the owner of the key said that it does not count. Everything else may be nobody's fault, or the operator's. */
function isRefusal(error: unknown): boolean {
  if (!isDriverError(error) && !(error instanceof Error && 'code' in error)) return false;
  const refusals = [
    'INVALID_ACCESS_KEY',
    'ACCESS_KEY_EXPIRED',
    'ACCESS_KEY_DISABLED',
    'ACCOUNT_NOT_ALLOWED',
    'FORBIDDEN',
  ];
  return refusals.includes(String(error.code));
}

/** Unless the gateway has another key by now, or a later check has spoken. */
async function note(
  control: ControlContext,
  gateway: Gateway,
  startedAt: Date,
  columns: Pick<Updateable<GatewayTable>, 'identity_checked_at' | 'identity_trouble' | 'credentials_problem'> &
    Partial<Pick<Updateable<GatewayTable>, 'identity' | 'credentials_expire_at' | 'identity_proved_at'>>,
): Promise<void> {
  await control.db
    .updateTable('gateway')
    .set(columns)
    .where('id', '=', gateway.id)
    .where('access_key_id', '=', gateway.access_key_id)
    .where((eb) => eb.or([eb('identity_checked_at', 'is', null), eb('identity_checked_at', '<=', startedAt)]))
    .execute();
}

async function noteTrouble(control: ControlContext, gateway: Gateway, reason: StatusReason): Promise<void> {
  const { identity_trouble: before } = gateway;
  const since = before?.code === reason.code ? before.since : new Date(control.clock.now()).toISOString();
  const trouble: IdentityTrouble = { ...reason, since };
  await control.db
    .updateTable('gateway')
    .set({ identity_trouble: JSON.stringify(trouble) })
    .where('id', '=', gateway.id)
    .where('access_key_id', '=', gateway.access_key_id)
    .execute();
}

const notProved: StatusReason = {
  code: unproved,
  message: 'The gateway has not answered the question for its access key.',
  remedy: "Look at the gateway's own page; if it lacks the key's secret, enter the access key there again.",
};

const defect = {
  code: 'INTERNAL',
  message: 'the check failed unexpectedly.',
  remedy: "Look at the control plane's log.",
  retryable: true,
};
