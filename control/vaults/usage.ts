import { sql } from 'kysely';
import type { ControlContext } from '../context.ts';
import { InvalidInputError } from '../errors.ts';
import { requireScope, type Viewer, visible } from '../viewer.ts';

type Reader = Pick<ControlContext, 'db'>;

/** Of the recovery points that can be restored. Bytes: logical as the disks were, stored as each point added when it was made. */
export interface VaultUsage {
  readonly vaultId: string;
  readonly recoveryPoints: number;
  readonly virtualMachines: number;
  readonly logicalBytes: number;
  readonly storedBytes: number;
}

export interface VirtualMachineUsage {
  readonly vaultId: string;
  readonly virtualMachineId: string;
  readonly recoveryPoints: number;
  readonly logicalBytes: number;
  readonly storedBytes: number;
  readonly lastCapturedAt: Date;
}

export interface DayUsage {
  readonly vaultId: string;
  /** `2026-01-31`, UTC. */
  readonly date: string;
  readonly recoveryPoints: number;
  readonly logicalBytes: number;
  readonly storedBytes: number;
}

/** One statement, whatever the number of vaults. A vault without recovery points has zeros. */
export async function usageByVaultIds(
  control: Reader,
  viewer: Viewer,
  vaultIds: readonly string[],
): Promise<readonly VaultUsage[]> {
  requireScope(viewer, 'vault:read');
  const { rows } = await sql<VaultUsage>`
    select vault_id as "vaultId", count(*)::integer as "recoveryPoints", count(distinct virtual_machine_id)::integer as "virtualMachines",
      sum(logical_bytes)::bigint as "logicalBytes", sum(stored_bytes)::bigint as "storedBytes"
    from recovery_point
    where vault_id = any(${[...vaultIds]}::uuid[]) and status = 'AVAILABLE' and ${visible(viewer, 'recovery_point.resource_group_id')}
    group by vault_id`.execute(control.db);
  const found = new Map(rows.map((row) => [row.vaultId, row]));
  return vaultIds.map(
    (vaultId) =>
      found.get(vaultId) ?? { vaultId, recoveryPoints: 0, virtualMachines: 0, logicalBytes: 0, storedBytes: 0 },
  );
}

/** Of each vault the `first` virtual machines that store most, in one statement. */
export async function usageByVirtualMachine(
  control: Reader,
  viewer: Viewer,
  vaultIds: readonly string[],
  first: number,
): Promise<readonly (readonly VirtualMachineUsage[])[]> {
  requireScope(viewer, 'vault:read');
  const { rows } = await sql<VirtualMachineUsage>`
    select "vaultId", "virtualMachineId", "recoveryPoints", "logicalBytes", "storedBytes", "lastCapturedAt" from (
      select vault_id as "vaultId", virtual_machine_id as "virtualMachineId", count(*)::integer as "recoveryPoints",
        sum(logical_bytes)::bigint as "logicalBytes", sum(stored_bytes)::bigint as "storedBytes", max(captured_at) as "lastCapturedAt",
        row_number() over (partition by vault_id order by sum(stored_bytes) desc, virtual_machine_id) as place
      from recovery_point
      where vault_id = any(${[...vaultIds]}::uuid[]) and status = 'AVAILABLE' and ${visible(viewer, 'recovery_point.resource_group_id')}
      group by vault_id, virtual_machine_id
    ) as ranked where place <= ${first} order by place`.execute(control.db);
  const byVault = Map.groupBy(rows, (row) => row.vaultId);
  return vaultIds.map((id) => byVault.get(id) ?? []);
}

const dayMs = 24 * 60 * 60_000;
const mostDays = 366;
const usualDays = 30;

/** Whole UTC days, both included. */
export interface Days {
  readonly from: Date;
  readonly to: Date;
}

/** The last 30 days until today, unless told otherwise; at most 366. */
export function daysOf(
  control: Pick<ControlContext, 'clock'>,
  asked: { readonly from?: Date | null; readonly to?: Date | null },
): Days {
  const to = startOfDay(asked.to?.getTime() ?? control.clock.now());
  const from = asked.from ? startOfDay(asked.from.getTime()) : to - (usualDays - 1) * dayMs;
  const issue = (code: string, message: string) => new InvalidInputError([{ path: ['from'], code, message }]);
  if (from > to) throw issue('AFTER_END', 'must not be after "to"');
  if ((to - from) / dayMs >= mostDays) throw issue('TOO_BIG', `must be at most ${mostDays} days before "to"`);
  return { from: new Date(from), to: new Date(to) };
}

function startOfDay(time: number): number {
  return Math.floor(time / dayMs) * dayMs;
}

/** What was made on each day, also what was deleted since: it did add to the storage. Every day has an entry. One statement. */
export async function usageByDay(
  control: Reader,
  viewer: Viewer,
  vaultIds: readonly string[],
  days: Days,
): Promise<readonly (readonly DayUsage[])[]> {
  requireScope(viewer, 'vault:read');
  const { rows } = await sql<DayUsage>`
    select vault.id as "vaultId", to_char(day, 'YYYY-MM-DD') as date, count(point.id)::integer as "recoveryPoints",
      coalesce(sum(point.logical_bytes), 0)::bigint as "logicalBytes", coalesce(sum(point.stored_bytes), 0)::bigint as "storedBytes"
    from unnest(${[...vaultIds]}::uuid[]) as vault(id)
    cross join generate_series(${days.from}::timestamptz at time zone 'UTC', ${days.to}::timestamptz at time zone 'UTC', interval '1 day') as day
    left join (select * from recovery_point where ${visible(viewer, 'recovery_point.resource_group_id')}) as point
      on point.vault_id = vault.id and point.created_at >= day at time zone 'UTC'
        and point.created_at < (day + interval '1 day') at time zone 'UTC'
    group by vault.id, day order by day`.execute(control.db);
  const byVault = Map.groupBy(rows, (row) => row.vaultId);
  return vaultIds.map((id) => byVault.get(id) ?? []);
}
