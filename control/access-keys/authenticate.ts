import { timingSafeEqual } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { ControlContext } from '../context.ts';
import type { AccessKeyTable } from '../database/tables.ts';
import type { AccessKeyRow } from '../rows.ts';
import { accessKeyColumns } from '../rows.ts';
import { isScope } from '../scopes.ts';
import type { Viewer } from '../viewer.ts';
import { hashSecret, parseAccessKey, secretMatches } from './access-key.ts';

/** How stale `last_used_at` may be, in milliseconds: not every request writes. */
const lastUsedResolutionMs = 60_000;

type Reader = Pick<ControlContext, 'db' | 'clock'>;
type StoredKey = AccessKeyRow & Pick<Selectable<AccessKeyTable>, 'secret_hash' | 'previous_secret_hash'>;

/** Somebody who has shown an access key's secret. */
export interface SignedIn {
  readonly viewer: Viewer;
  /** Of the secret that was shown, so that whoever stays connected can be checked again without keeping the secret. */
  readonly secretHash: Buffer;
  /** Milliseconds since the epoch: when the key expires or this secret of it ends, whichever comes first; null: neither. */
  readonly goodUntil: number | null;
}

/** Who shows `<id>.<secret>`; undefined for anything wrong, revoked or expired, without saying which. */
export async function signIn(control: Reader, bearer: string): Promise<SignedIn | undefined> {
  const presented = parseAccessKey(bearer);
  if (!presented) return undefined;
  const row = await storedKey(control, 'key_id', presented.keyId);
  // Both are compared, whatever the first comparison says: how long it takes tells nothing.
  const isCurrent = secretMatches(presented.secret, row?.secret_hash);
  const isPrevious = secretMatches(presented.secret, row?.previous_secret_hash ?? undefined);
  return row && accept(control, row, hashSecret(presented.secret), isCurrent, isPrevious);
}

/** The same caller as the database knows it now; undefined once the key is revoked or expired, or the secret it showed has ended. */
export async function signInAgain(control: Reader, before: SignedIn): Promise<SignedIn | undefined> {
  const { secretHash, viewer } = before;
  const row = await storedKey(control, 'id', viewer.accessKeyId);
  if (!row) return undefined;
  const isCurrent = timingSafeEqual(secretHash, row.secret_hash);
  const isPrevious = row.previous_secret_hash !== null && timingSafeEqual(secretHash, row.previous_secret_hash);
  return accept(control, row, secretHash, isCurrent, isPrevious);
}

/** The viewer behind `<id>.<secret>`; see {@link signIn}. */
export async function authenticate(control: Reader, bearer: string): Promise<Viewer | undefined> {
  return (await signIn(control, bearer))?.viewer;
}

async function storedKey(control: Reader, column: 'id' | 'key_id', value: string): Promise<StoredKey | undefined> {
  return control.db
    .selectFrom('access_key')
    .select([...accessKeyColumns, 'access_key.secret_hash', 'access_key.previous_secret_hash'])
    .where(column, '=', value)
    .executeTakeFirst();
}

async function accept(
  control: Reader,
  row: StoredKey,
  secretHash: Buffer,
  isCurrent: boolean,
  isPrevious: boolean,
): Promise<SignedIn | undefined> {
  if (row.revoked_at !== null || !(isCurrent || isPrevious)) return undefined;
  const ends = [row.expires_at, isCurrent ? null : (row.previous_secret_until ?? new Date(0))];
  const times = ends.flatMap((end) => (end === null ? [] : [end.getTime()]));
  const goodUntil = times.length === 0 ? null : Math.min(...times);
  if (goodUntil !== null && goodUntil <= control.clock.now()) return undefined;
  await touch(control, row);
  return { viewer: { ...toViewer(row), expiresAt: goodUntil, secretIsReplaced: !isCurrent }, secretHash, goodUntil };
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

/** What an access key may do, as its row says. */
export function toViewer(row: AccessKeyRow): Viewer {
  return {
    accessKeyId: row.id,
    keyId: row.key_id,
    name: row.name,
    scopes: new Set(row.scopes.filter(isScope)),
    resourceGroups: row.all_resource_groups ? 'ALL' : row.resource_group_ids,
    expiresAt: row.expires_at?.getTime() ?? null,
    secretIsReplaced: false,
  };
}
