import type { ControlContext } from '../context.ts';
import { accessKeyColumns } from '../rows.ts';
import type { Viewer } from '../viewer.ts';
import { toViewer } from './authenticate.ts';

/** Hashes of the secrets that are good now. */
export interface SecretsOfKey {
  readonly current: Buffer;
  /** The one before the last rotation, while its grace lasts. */
  readonly previous: Buffer | undefined;
}

/** An access key nobody shows just now, for what it asked for earlier; undefined once it is revoked or expired. */
export async function loadViewer(
  control: Pick<ControlContext, 'db' | 'clock'>,
  accessKeyId: string,
): Promise<{ readonly viewer: Viewer; readonly secrets: SecretsOfKey } | undefined> {
  const row = await control.db
    .selectFrom('access_key')
    .select([...accessKeyColumns, 'access_key.secret_hash', 'access_key.previous_secret_hash'])
    .where('id', '=', accessKeyId)
    .executeTakeFirst();
  const now = control.clock.now();
  if (!row || row.revoked_at !== null || (row.expires_at !== null && row.expires_at.getTime() <= now)) return undefined;
  const isGrace = row.previous_secret_until !== null && row.previous_secret_until.getTime() > now;
  const previous = isGrace ? (row.previous_secret_hash ?? undefined) : undefined;
  return { viewer: toViewer(row), secrets: { current: row.secret_hash, previous } };
}
