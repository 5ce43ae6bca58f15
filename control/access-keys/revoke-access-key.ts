import { z } from 'zod';
import { isOneOf } from '../by-ids.ts';
import type { ControlContext } from '../context.ts';
import { NotFoundError } from '../errors.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { parseInput } from '../input.ts';
import { requireVersion } from '../require-version.ts';
import type { AccessKeyRow } from '../rows.ts';
import { accessKeyColumns } from '../rows.ts';
import { requireScope, type Viewer } from '../viewer.ts';
import { visibleAccessKeys } from './access-keys.ts';
import { accessKeyEvent, saveAccessKey } from './change-access-key.ts';

const revokeInput = z.object({ accessKeyId: z.string(), expectedVersion: z.int().positive().nullish() });
export type RevokeAccessKeyInput = z.input<typeof revokeInput>;

/** Ends a key at once; its open subscriptions end with their next event. Revoking a revoked key changes nothing. */
export async function revokeAccessKey(
  control: ControlContext,
  viewer: Viewer,
  input: RevokeAccessKeyInput,
): Promise<{ readonly accessKey: AccessKeyRow }> {
  requireScope(viewer, 'accessKey:write');
  const { accessKeyId, expectedVersion } = parseInput(revokeInput, input);
  return inTransaction(control, async (trx, emit) => {
    const found = await trx
      .selectFrom('access_key')
      .select(accessKeyColumns)
      .where(isOneOf('access_key.id', [accessKeyId]))
      .where(visibleAccessKeys(viewer))
      .forUpdate()
      .executeTakeFirst();
    if (!found) throw new NotFoundError('access key');
    if (found.revoked_at !== null) return { accessKey: found };
    requireVersion(found, expectedVersion);
    const revokedAt = new Date(control.clock.now());
    const accessKey = await saveAccessKey(trx, found.id, { revoked_at: revokedAt, version: found.version + 1 });
    emit(accessKeyEvent('ACCESS_KEY_REVOKED', accessKey));
    return { accessKey };
  });
}
