import { type RawBuilder, sql } from 'kysely';
import type { ControlContext } from '../context.ts';
import { inTransaction } from '../events/in-transaction.ts';

/** Longer than any absence that still matters to a gateway. */
const keptMs = 90 * 24 * 60 * 60_000;

/**
 * Says that a process of the control plane is there, and will say so again within `dueInMs`. Whoever says it first after all of them were away, or after the
 * database was, notes for how long nobody listened. Any number of processes may do this.
 */
export async function notePresence(control: ControlContext, options: { readonly dueInMs: number }): Promise<void> {
  const now = new Date(control.clock.now());
  const due = new Date(now.getTime() + options.dueInMs);
  const latest = (column: 'present_at' | 'due_at', value: Date) => sql<Date>`greatest(${sql.ref(column)}, ${value})`;
  const row = { present_at: latest('present_at', now), due_at: latest('due_at', due) };
  const kept = await control.db.updateTable('control_presence').set(row).where('due_at', '>=', now).executeTakeFirst();
  if (kept.numUpdatedRows > 0n) return;
  await inTransaction(control, async (trx) => {
    const first = await trx
      .insertInto('control_presence')
      .values({ present_at: now, due_at: due })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (first.numInsertedOrUpdatedRows === 1n) return;
    const before = await trx.selectFrom('control_presence').selectAll().forUpdate().executeTakeFirstOrThrow();
    if (before.due_at < now) {
      const absence = { began_at: before.present_at, ended_at: now };
      await trx
        .insertInto('control_absence')
        .values(absence)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      control.logger.warn(absence, 'No process of the control plane was there to hear its gateways.');
    }
    await trx.updateTable('control_presence').set(row).execute();
    await trx
      .deleteFrom('control_absence')
      .where('ended_at', '<', new Date(now.getTime() - keptMs))
      .execute();
  });
}

/** Absences that ended, and one that nobody has noted yet. */
const absences = (now: Date) => sql`(select began_at, ended_at from control_absence
  union all select present_at, ${now}::timestamptz from control_presence where due_at < ${now}::timestamptz)`;

/** `since` moved forward by the time in which nobody listened: what is left until now is a gateway's own silence. */
export function withoutAbsences(since: RawBuilder<Date>, now: Date): RawBuilder<Date> {
  return sql<Date>`(${since} + coalesce((select sum(absence.ended_at - greatest(absence.began_at, ${since}))
    from ${absences(now)} as absence where absence.ended_at > ${since}), interval '0'))`;
}

/** For how long, in milliseconds, nothing was heard since then although somebody listened. */
export async function silenceSince(control: Pick<ControlContext, 'db' | 'clock'>, since: Date): Promise<number> {
  const now = new Date(control.clock.now());
  const moved = withoutAbsences(sql<Date>`${since}::timestamptz`, now);
  const { rows } = await sql<{ at: Date }>`select ${moved} as at`.execute(control.db);
  return now.getTime() - (rows[0]?.at ?? since).getTime();
}

/** Whether all processes were away at some time after `since`: gateways need a while to find back. */
export async function wasAwaySince(control: Pick<ControlContext, 'db' | 'clock'>, since: Date): Promise<boolean> {
  const now = new Date(control.clock.now());
  const query = sql`select 1 from ${absences(now)} as absence where absence.ended_at >= ${since} limit 1`;
  return (await query.execute(control.db)).rows.length > 0;
}
