import type { Selectable, Transaction } from 'kysely';
import type { GatewaySettings } from '../../protocol/activation.ts';
import { seal, sealContext } from '../../protocol/sealed.ts';
import type { ManifestReference, VaultAccess, VcenterAccess, Work } from '../../protocol/work.ts';
import { sealingKeyOf } from '../activation/sealing-key.ts';
import type { ControlContext } from '../context.ts';
import type { Database, GatewayTable, RecoveryPointTable, TransportMode } from '../database/tables.ts';
import { ConflictError } from '../errors.ts';
import type { JobRow } from '../jobs/transitions.ts';
import { currentLocation } from '../vaults/vault-storage.ts';
import { plainAccess } from '../vcenters/vcenter-access.ts';

/** The transport drivers' names; with `auto` the gateway chooses. */
export const transportNames: Readonly<Record<TransportMode, string>> = { AUTO: 'auto', HOTADD: 'hotadd', NFC: 'nfc' };

interface Claim {
  readonly job: JobRow;
  readonly gateway: Selectable<GatewayTable>;
  readonly attemptId: string;
  readonly fence: number;
  readonly leaseUntil: Date;
}

/** Everything an attempt needs, secrets sealed to its gateway. Throws ConflictError when what the job needs is no longer there. */
export async function workOfJob(control: ControlContext, trx: Transaction<Database>, claim: Claim): Promise<Work> {
  const { job, gateway, attemptId, fence, leaseUntil } = claim;
  const base = {
    jobId: job.id,
    attemptId,
    fence,
    leaseUntil: leaseUntil.toISOString(),
    leaseMs: control.config.leaseMs,
    vcenter: await vcenterAccess(control, trx, claim),
    vault: await vaultAccess(control, trx, claim),
    transport: transportNames[gateway.transport],
    settings: settingsOf(gateway),
  };
  const { input } = job;
  switch (input.kind) {
    case 'BACKUP': {
      const own = await recoveryPointOfJob(trx, job);
      const parent = own || input.forceFull ? undefined : await latestPoint(trx, job);
      return {
        ...base,
        kind: 'BACKUP',
        virtualMachine: await virtualMachine(trx, job),
        quiesce: input.quiesce,
        parent: parent ? reference(parent) : null,
        accepted: own ? { ...reference(own), commit: own.commit_object } : null,
      };
    }
    case 'RESTORE': {
      const { vmName, folder, datastore } = input;
      const recoveryPoint = reference(await pointToRestore(trx, job));
      return { ...base, kind: 'RESTORE', recoveryPoint, target: { vmName, folder, datastore } };
    }
    case 'CLEANUP':
      return { ...base, kind: 'CLEANUP', virtualMachine: await virtualMachine(trx, job), ofJobId: input.ofJobId };
  }
}

export function settingsOf(gateway: Selectable<GatewayTable>): GatewaySettings {
  return {
    useHttps: gateway.use_https,
    maxWorkers: gateway.max_workers,
    maxCpuCores: gateway.max_cpu_cores,
    dataNetwork: gateway.network_type,
    flowControl: gateway.flow_control,
  };
}

async function vcenterAccess(
  control: ControlContext,
  trx: Transaction<Database>,
  { job, gateway }: Claim,
): Promise<VcenterAccess> {
  const row = await trx.selectFrom('vcenter').selectAll().where('id', '=', job.vcenter_id).executeTakeFirstOrThrow();
  const { password, ...access } = plainAccess(control, row);
  const context = sealContext.vcenterPassword(row.id);
  return { ...access, sealedPassword: seal(sealingKeyOf(gateway), Buffer.from(password), context, control.ids) };
}

async function vaultAccess(
  control: ControlContext,
  trx: Transaction<Database>,
  { job, gateway }: Claim,
): Promise<VaultAccess> {
  const row = await trx.selectFrom('vault').selectAll().where('id', '=', job.vault_id).executeTakeFirstOrThrow();
  const keys = control.vault.open(row.keys_sealed, { table: 'vault', column: 'keys_sealed', id: row.id });
  const { driver, region, bucket, prefix, settings } = currentLocation(control, row.location);
  return {
    vaultId: row.id,
    location: { driver, region, bucket, prefix, settings: { ...settings } },
    sealedKeys: seal(sealingKeyOf(gateway), keys, sealContext.vaultKeys(row.id), control.ids),
  };
}

async function virtualMachine(trx: Transaction<Database>, job: JobRow) {
  const row = await trx
    .selectFrom('virtual_machine')
    .select(['id', 'name', 'instance_uuid', 'bios_uuid'])
    .where('id', '=', job.virtual_machine_id)
    .executeTakeFirstOrThrow();
  return { virtualMachineId: row.id, name: row.name, instanceUuid: row.instance_uuid, biosUuid: row.bios_uuid };
}

type Point = Selectable<RecoveryPointTable>;

function recoveryPointOfJob(trx: Transaction<Database>, job: JobRow): Promise<Point | undefined> {
  return trx.selectFrom('recovery_point').selectAll().where('job_id', '=', job.id).executeTakeFirst();
}

/** The one committed last: "captured" is told by the gateway's and the vCenter's clocks, and one that is fast would stay the latest for long. */
function latestPoint(trx: Transaction<Database>, job: JobRow): Promise<Point | undefined> {
  return trx
    .selectFrom('recovery_point')
    .selectAll()
    .where('virtual_machine_id', '=', job.virtual_machine_id ?? '')
    .where('vault_id', '=', job.vault_id)
    .where('status', '=', 'AVAILABLE')
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
}

async function pointToRestore(trx: Transaction<Database>, job: JobRow): Promise<Point> {
  const point = await trx
    .selectFrom('recovery_point')
    .selectAll()
    .where('id', '=', job.recovery_point_id)
    .where('status', '=', 'AVAILABLE')
    .executeTakeFirst();
  if (point) return point;
  throw new ConflictError(
    'RECOVERY_POINT_NOT_AVAILABLE',
    'The recovery point to restore is no longer available.',
    'Choose another recovery point of this virtual machine.',
  );
}

function reference(point: Point): ManifestReference {
  return { recoveryPointId: point.id, manifestKey: point.manifest_key, manifestHash: point.manifest_hash };
}
