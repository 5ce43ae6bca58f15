import type { Selectable, Transaction } from 'kysely';
import type { ControlContext } from '../context.ts';
import type { StatusReason } from '../database/credentials-columns.ts';
import type { AccessKeyTable, Database, GatewayTable } from '../database/tables.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { newAccessKey } from '../gateways/status-reason.ts';
import { type GatewayRow, gatewayColumns } from '../rows.ts';
import { setGatewayStatus, tellStatus } from './gateway-status.ts';
import { unverifiedTooLong } from './identity-trouble.ts';

/** What an access key needs to work in a gateway. */
export const requiredScope = 'gateway:write';

type CheckedGateway = Pick<
  Selectable<GatewayTable>,
  | 'access_key_id'
  | 'identity'
  | 'identity_proved_at'
  | 'identity_trouble'
  | 'credentials_expire_at'
  | 'credentials_problem'
  | 'resource_group_id'
>;
type CheckedKey = Pick<Selectable<AccessKeyTable>, (typeof checkedKeyColumns)[number]>;
const checkedKeyColumns = [
  'key_id',
  'expires_at',
  'revoked_at',
  'secret_changed_at',
  'previous_secret_until',
  'scopes',
  'all_resource_groups',
  'resource_group_ids',
] as const;

/** Why the access key a gateway works with does not count (any more); null: it does. */
export function credentialsProblem(
  control: Pick<ControlContext, 'clock' | 'config'>,
  gateway: CheckedGateway,
  key: CheckedKey | undefined,
): StatusReason | null {
  const now = control.clock.now();
  if (gateway.identity === null) return null;
  const id = gateway.access_key_id ?? '';
  if (gateway.identity.kind === 'BUILTIN') return builtinProblem(gateway, key, id, now);
  if (gateway.credentials_expire_at !== null && gateway.credentials_expire_at.getTime() <= now)
    return expired(id, gateway.credentials_expire_at);
  return unverifiedTooLong(control, gateway, id) ?? gateway.credentials_problem;
}

function builtinProblem(
  gateway: CheckedGateway,
  key: CheckedKey | undefined,
  id: string,
  now: number,
): StatusReason | null {
  const problem = (code: string, what: string) => ({
    code,
    message: `The access key ${id} ${what}.`,
    remedy: newAccessKey,
  });
  if (!key) return problem('ACCESS_KEY_UNKNOWN', 'does not exist any more');
  if (key.revoked_at) return problem('ACCESS_KEY_REVOKED', `was revoked at ${key.revoked_at.toISOString()}`);
  if (key.expires_at && key.expires_at.getTime() <= now) return expired(id, key.expires_at);
  const { secret_changed_at: changed, previous_secret_until: until } = key;
  const isOld = changed !== null && (!gateway.identity_proved_at || gateway.identity_proved_at < changed);
  if (changed && isOld && (until === null || until.getTime() <= now))
    return problem(
      'ACCESS_KEY_ROTATED',
      `got another secret at ${changed.toISOString()}, and this gateway has proved an older one`,
    );
  if (!key.scopes.includes(requiredScope))
    return problem('ACCESS_KEY_SCOPE_MISSING', `does not have the scope ${requiredScope} any more`);
  if (!key.all_resource_groups && !key.resource_group_ids.includes(gateway.resource_group_id))
    return problem('ACCESS_KEY_GROUP_MISSING', "does not see this gateway's resource group any more");
  return null;
}

const expired = (id: string, at: Date): StatusReason => ({
  code: 'ACCESS_KEY_EXPIRED',
  message: `The access key ${id} expired at ${at.toISOString()}.`,
  remedy: newAccessKey,
});

/**
 * Brings a gateway's status in line with its access key: CREDENTIALS_EXPIRED with the reason when the key does not count, and back, by itself, when it counts
 * again. Cheap where nothing changed. Returns whether something did.
 */
export async function settleCredentials(control: ControlContext, gatewayId: string): Promise<boolean> {
  const standing = await readStanding(control, control.db, gatewayId);
  if (!standing || isSettled(standing)) return false;
  return inTransaction(control, async (trx, emit) => {
    await trx.selectFrom('gateway').select('id').where('id', '=', gatewayId).forNoKeyUpdate().execute();
    const present = await readStanding(control, trx, gatewayId);
    if (!present || isSettled(present)) return false;
    const { gateway, problem } = present;
    const now = new Date(control.clock.now());
    await trx
      .updateTable('gateway')
      .set({ credentials_problem: problem && JSON.stringify(problem) })
      .where('id', '=', gatewayId)
      .execute();
    if (problem && gateway.status === 'CREDENTIALS_EXPIRED') {
      tellStatus(emit, { ...gateway, credentials_problem: problem }, gateway.status);
      return true;
    }
    const to = problem ? 'CREDENTIALS_EXPIRED' : heardLately(control, gateway) ? 'ACTIVATED' : 'OFFLINE';
    return setGatewayStatus(trx, emit, { gatewayId, from: [gateway.status], to, now });
  });
}

interface Standing {
  readonly gateway: GatewayRow;
  readonly problem: StatusReason | null;
}

function isSettled({ gateway, problem }: Standing): boolean {
  if (gateway.status === 'CREDENTIALS_EXPIRED')
    return problem !== null && problem.code === gateway.credentials_problem?.code;
  return problem === null || (gateway.status !== 'ACTIVATED' && gateway.status !== 'OFFLINE');
}

async function readStanding(
  control: ControlContext,
  db: ControlContext['db'] | Transaction<Database>,
  gatewayId: string,
): Promise<Standing | undefined> {
  const gateway = await db.selectFrom('gateway').select(gatewayColumns).where('id', '=', gatewayId).executeTakeFirst();
  if (!gateway) return undefined;
  const key =
    gateway.identity?.kind === 'BUILTIN'
      ? await db
          .selectFrom('access_key')
          .select(checkedKeyColumns)
          .where('key_id', '=', gateway.access_key_id)
          .executeTakeFirst()
      : undefined;
  return { gateway, problem: credentialsProblem(control, gateway, key) };
}

function heardLately(control: ControlContext, gateway: Pick<GatewayRow, 'last_seen_at'>): boolean {
  const silentMs = control.clock.now() - (gateway.last_seen_at?.getTime() ?? 0);
  return silentMs <= control.config.heartbeatTimeoutMs;
}
