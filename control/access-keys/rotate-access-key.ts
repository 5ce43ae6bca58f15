import { z } from 'zod';
import type { ControlContext } from '../context.ts';
import { ConflictError, NotFoundError } from '../errors.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { idempotent } from '../idempotency.ts';
import { idempotencyKeySchema, parseInput, requireUuid } from '../input.ts';
import { type AccessKeyRow, accessKeyColumns } from '../rows.ts';
import { requireScope, type Viewer } from '../viewer.ts';
import { formatAccessKey, generateSecret, hashSecret } from './access-key.ts';
import { visibleAccessKeys } from './access-keys.ts';
import {
  accessKeyEvent,
  checkExpiry,
  livesLonger,
  lockAccessKey,
  requireReach,
  saveAccessKey,
} from './change-access-key.ts';

/** Longest time the secret before stays good, in seconds: seven days. */
export const maxGraceSeconds = 7 * 24 * 60 * 60;

const rotateInput = z.object({
  accessKeyId: z.string(),
  /** How long the old secret stays good. */
  graceSeconds: z.int().min(0).max(maxGraceSeconds).nullish(),
  /** Missing: as it is; null: does not expire. */
  expiresAt: z.union([z.iso.datetime({ offset: true }), z.date()]).nullish(),
  expectedVersion: z.int().positive().nullish(),
  idempotencyKey: idempotencyKeySchema,
});
export type RotateAccessKeyInput = z.input<typeof rotateInput>;

export interface RotatedAccessKey {
  readonly accessKey: AccessKeyRow;
  /** `<id>.<secret>`, shown this once; null in a replay. */
  readonly secret: string | null;
}

/**
 * Gives a key another secret; its id, rights and everything that refers to it stay. The secret before ends at once or after the grace, the one before that at
 * once, and with them what is open by them. Every key may rotate itself, without a scope: its holder has the secret anyway; but not by a secret in its grace, whose holder would keep
 * the key beyond the end that was set. Another key needs accessKey:write,
 * and at least that key's own reach.
 */
export async function rotateAccessKey(
  control: ControlContext,
  viewer: Viewer,
  input: RotateAccessKeyInput,
): Promise<RotatedAccessKey> {
  const { idempotencyKey, ...wanted } = parseInput(rotateInput, input);
  const id = requireUuid(wanted.accessKeyId, 'access key');
  const isOwn = id === viewer.accessKeyId;
  if (!isOwn) requireScope(viewer, 'accessKey:write');
  return inTransaction(control, async (trx, emit) => {
    const request = { field: 'rotateAccessKey', key: idempotencyKey, input: wanted };
    const { replayed } = await idempotent(trx, control, viewer, request, id);
    if (replayed) {
      const accessKey = await trx
        .selectFrom('access_key')
        .select(accessKeyColumns)
        .where('access_key.id', '=', id)
        .where(visibleAccessKeys(viewer))
        .executeTakeFirst();
      if (!accessKey) throw new NotFoundError('access key');
      return { accessKey, secret: null };
    }
    const key = await lockAccessKey(trx, viewer, id, wanted.expectedVersion);
    if (!isOwn) requireReach(viewer, key);
    else if (viewer.secretIsReplaced) throw secretReplaced();
    const now = control.clock.now();
    const expiresAt = newExpiry(key, wanted.expiresAt, viewer, now, isOwn);
    const { secret_hash: old } = await trx
      .selectFrom('access_key')
      .select('secret_hash')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    const graceMs = (wanted.graceSeconds ?? 0) * 1_000;
    const secret = generateSecret(control.ids);
    const accessKey = await saveAccessKey(trx, id, {
      secret_hash: hashSecret(secret),
      secret_changed_at: new Date(now),
      previous_secret_hash: graceMs > 0 ? old : null,
      previous_secret_until: graceMs > 0 ? new Date(now + graceMs) : null,
      expires_at: expiresAt,
      version: key.version + 1,
    });
    emit(accessKeyEvent('ACCESS_KEY_ROTATED', accessKey));
    return { accessKey, secret: formatAccessKey({ keyId: accessKey.key_id, secret }) };
  });
}

/** The new secret must not outlive whoever gets it; one's own key keeps the life it has, and only accessKey:write lengthens it. */
function newExpiry(
  key: AccessKeyRow,
  wanted: Date | string | null | undefined,
  viewer: Viewer,
  now: number,
  isOwn: boolean,
): Date | null {
  const expiresAt = wanted === undefined ? key.expires_at : wanted === null ? null : new Date(wanted);
  if (wanted === undefined && expiresAt !== null && expiresAt.getTime() <= now)
    throw new ConflictError(
      'ACCESS_KEY_EXPIRED',
      'This access key has expired.',
      'Send `expiresAt` as well, or create another access key.',
    );
  if (isOwn && wanted === undefined) return expiresAt;
  if (isOwn && livesLonger(expiresAt, key.expires_at)) requireScope(viewer, 'accessKey:write');
  checkExpiry(expiresAt, viewer, now);
  return expiresAt;
}

function secretReplaced(): ConflictError {
  return new ConflictError(
    'SECRET_REPLACED',
    'The secret you use was replaced already, and ends after its grace.',
    'Use the new secret; if nobody has it, rotate this access key with another one.',
  );
}
