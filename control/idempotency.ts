import { sql, type Transaction } from 'kysely';
import type { ControlContext } from './context.ts';
import type { Database } from './database/tables.ts';
import { IdempotencyConflictError } from './errors.ts';
import type { Viewer } from './viewer.ts';

/** How long a key is remembered, in milliseconds. */
export const idempotencyLifeMs = 24 * 60 * 60_000;

export interface IdempotentRequest {
  /** The mutation's name. */
  readonly field: string;
  /** Null or undefined: the caller did not ask for it, each request is new. */
  readonly key: string | null | undefined;
  /** Everything else that was asked for. Only a keyed hash of it is kept. */
  readonly input: unknown;
}

/**
 * The id for what this request makes (`id`, when it is known before), or, when the same request was carried out before, the id of what that one made. Called
 * before anything else in the mutation's own transaction: of two requests at once, the second waits here for the first. A
 * replay still has to check that the viewer may see the result. Throws IdempotencyConflictError for another input.
 */
export async function idempotent(
  trx: Transaction<Database>,
  control: Pick<ControlContext, 'clock' | 'ids' | 'vault'>,
  viewer: Pick<Viewer, 'accessKeyId'>,
  request: IdempotentRequest,
  id: string = control.ids.uuid(),
): Promise<{ readonly id: string; readonly replayed: boolean }> {
  if (request.key === null || request.key === undefined) return { id, replayed: false };
  const now = control.clock.now();
  const inputHash = hashInput(control, request);
  const claimed = await trx
    .insertInto('idempotency')
    .values({
      principal_id: viewer.accessKeyId,
      field: request.field,
      key: request.key,
      input_hash: inputHash,
      result_id: id,
      created_at: new Date(now),
    })
    .onConflict((conflict) =>
      conflict
        .columns(['principal_id', 'field', 'key'])
        .doUpdateSet({
          input_hash: (eb) => eb.ref('excluded.input_hash'),
          result_id: (eb) => eb.ref('excluded.result_id'),
          created_at: (eb) => eb.ref('excluded.created_at'),
        })
        .where('idempotency.created_at', '<=', new Date(now - idempotencyLifeMs)),
    )
    .returning('result_id')
    .executeTakeFirst();
  if (claimed) return { id, replayed: false };
  const replayed = await replayedId(trx, control, viewer, request);
  if (replayed === undefined) throw new Error('an idempotency key was forgotten while its transaction ran');
  return { id: replayed, replayed: true };
}

/**
 * The id of what an earlier, equal request made; undefined when there was none. For mutations that talk to somebody before
 * their transaction, so that a replay need not; the transaction still calls {@link idempotent}.
 */
export async function replayedId(
  db: ControlContext['db'],
  control: Pick<ControlContext, 'clock' | 'vault'>,
  viewer: Pick<Viewer, 'accessKeyId'>,
  request: IdempotentRequest,
): Promise<string | undefined> {
  if (request.key === null || request.key === undefined) return undefined;
  const earlier = await db
    .selectFrom('idempotency')
    .select(['input_hash', 'result_id'])
    .where('principal_id', '=', viewer.accessKeyId)
    .where('field', '=', request.field)
    .where('key', '=', request.key)
    .where('created_at', '>', new Date(control.clock.now() - idempotencyLifeMs))
    .executeTakeFirst();
  if (!earlier) return undefined;
  if (!earlier.input_hash.equals(hashInput(control, request))) throw new IdempotencyConflictError();
  return earlier.result_id;
}

/** Removes at most 1,000 keys older than their life; for the sweeper. */
export async function forgetIdempotencyKeys(control: Pick<ControlContext, 'db' | 'clock'>): Promise<void> {
  const before = new Date(control.clock.now() - idempotencyLifeMs);
  await sql`delete from idempotency where (principal_id, field, key) in
    (select principal_id, field, key from idempotency where created_at <= ${before} limit 1000)`.execute(control.db);
}

/** Keyed, because an input may hold a password. */
function hashInput(control: Pick<ControlContext, 'vault'>, request: IdempotentRequest): Buffer {
  return control.vault.mac(canonical(request.input), `idempotency ${request.field}`);
}

/** JSON with sorted names; null and missing are the same. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) => {
    if (part === null || typeof part !== 'object' || Array.isArray(part)) return part;
    const entries = Object.entries(part).filter(([, entry]) => entry !== null && entry !== undefined);
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
