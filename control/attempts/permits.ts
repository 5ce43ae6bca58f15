import { sql, type Transaction } from 'kysely';
import type { ControlContext } from '../context.ts';
import type { Database } from '../database/tables.ts';
import type { JobRow } from '../jobs/transitions.ts';

/** A limited right that an attempt holds while it runs. */
export interface Permit {
  readonly name: string;
  readonly slots: number;
}

/** Jobs at once against one vCenter: it serves 52 NFC connections, one per disk, and others want some too. */
const jobsPerVcenter = 8;

/** What a job has to hold while it runs, in the order in which everybody takes permits. */
export function permitsOf(control: ControlContext, job: JobRow): readonly Permit[] {
  const permits: Permit[] = [
    { name: `gateway:${job.gateway_id}`, slots: control.config.jobsPerGateway },
    { name: `vcenter:${job.vcenter_id}`, slots: jobsPerVcenter },
  ];
  const touchesVm = job.kind !== 'RESTORE' && job.virtual_machine_id !== null;
  if (touchesVm) permits.push({ name: `vm:${job.virtual_machine_id}`, slots: 1 });
  return permits.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Takes all permits for an attempt, or names the first that is not to be had; then those taken before it are still held. */
export async function takePermits(
  trx: Transaction<Database>,
  permits: readonly Permit[],
  attemptId: string,
): Promise<Permit | undefined> {
  for (const permit of permits) {
    if (!(await takePermit(trx, permit, attemptId))) return permit;
  }
  return undefined;
}

/** The primary key on (name, slot) decides between two who want the same slot; the one who waited in vain tries the next. */
async function takePermit(trx: Transaction<Database>, { name, slots }: Permit, attemptId: string): Promise<boolean> {
  for (let attempt = 0; attempt < slots; attempt += 1) {
    const { rows } = await sql<{ free: number; taken: number }>`
      with free as (
        select slot from generate_series(0, ${slots}::integer - 1) as slot
        where not exists (select from permit where name = ${name} and permit.slot = slot.slot)
        order by slot limit 1
      ), taken as (
        insert into permit (name, slot, attempt_id) select ${name}, slot, ${attemptId}::uuid from free
        on conflict do nothing returning slot
      )
      select (select count(*)::integer from free) as free, (select count(*)::integer from taken) as taken`.execute(trx);
    if (rows[0]?.taken === 1) return true;
    if (rows[0]?.free === 0) return false;
  }
  return false;
}
