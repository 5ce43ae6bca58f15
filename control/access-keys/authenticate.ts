import type { ControlContext } from '../context.ts';
import type { AccessKeyRow } from '../rows.ts';
import { accessKeyColumns } from '../rows.ts';
import { isScope } from '../scopes.ts';
import type { Viewer } from '../viewer.ts';
import { parseAccessKey, secretMatches } from './access-key.ts';

/** How stale `last_used_at` may be, in milliseconds: not every request writes. */
const lastUsedResolutionMs = 60_000;

type Reader = Pick<ControlContext, 'db' | 'clock'>;

/** The viewer behind `<id>.<secret>`; undefined for anything wrong, revoked or expired, without saying which. */
export async function authenticate(control: Reader, bearer: string): Promise<Viewer | undefined> {
  const presented = parseAccessKey(bearer);
  if (!presented) return undefined;
  const row = await verified(control, presented.keyId, presented.secret);
  if (!row) return undefined;
  await touch(control, row);
  return toViewer(row);
}

/** The viewer as it is now; undefined once its key is revoked or expired. To be asked again before each event of a subscription. */
export async function loadViewer(control: Reader, accessKeyId: string): Promise<Viewer | undefined> {
  const row = await control.db
    .selectFrom('access_key')
    .select(accessKeyColumns)
    .where('id', '=', accessKeyId)
    .executeTakeFirst();
  return row && isUsable(row, control.clock.now()) ? toViewer(row) : undefined;
}

async function verified(control: Reader, keyId: string, secret: string): Promise<AccessKeyRow | undefined> {
  const row = await control.db
    .selectFrom('access_key')
    .select([...accessKeyColumns, 'access_key.secret_hash'])
    .where('key_id', '=', keyId)
    .executeTakeFirst();
  const matches = secretMatches(secret, row?.secret_hash);
  return row && matches && isUsable(row, control.clock.now()) ? row : undefined;
}

function isUsable(row: AccessKeyRow, now: number): boolean {
  return row.revoked_at === null && (row.expires_at === null || row.expires_at.getTime() > now);
}

async function touch(control: Reader, row: AccessKeyRow): Promise<void> {
  const now = control.clock.now();
  const staleBefore = new Date(now - lastUsedResolutionMs);
  if (row.last_used_at !== null && row.last_used_at > staleBefore) return;
  await control.db
    .updateTable('access_key')
    .set({ last_used_at: new Date(now) })
    .where('id', '=', row.id)
    .where((eb) => eb.or([eb('last_used_at', 'is', null), eb('last_used_at', '<=', staleBefore)]))
    .execute();
}

function toViewer(row: AccessKeyRow): Viewer {
  return {
    accessKeyId: row.id,
    keyId: row.key_id,
    name: row.name,
    scopes: new Set(row.scopes.filter(isScope)),
    resourceGroups: row.all_resource_groups ? 'ALL' : row.resource_group_ids,
    expiresAt: row.expires_at?.getTime() ?? null,
  };
}
