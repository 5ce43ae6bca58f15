import { sql } from 'kysely';
import type { InventoryBatch, InventoryVmBody } from '../../protocol/inventory.ts';
import type { ControlContext } from '../context.ts';
import { NotFoundError } from '../errors.ts';

/**
 * Takes one batch of a running refresh: three statements, whatever its size. The same batch again changes nothing. A batch of an
 * older refresh, or from a gateway that does not reach the vCenter, gets NotFoundError: the gateway stops that refresh.
 * Two VMs with the same identity (a copy whose UUIDs were kept) are one to us: the first is taken, the other logged.
 */
export async function acceptInventoryBatch(
  control: ControlContext,
  gatewayId: string,
  batch: InventoryBatch,
): Promise<void> {
  const identified = batch.virtualMachines.map((vm): [string, InventoryVmBody] => [
    `${vm.instanceUuid}/${vm.biosUuid}`,
    vm,
  ]);
  const unique = new Map(identified.reverse());
  if (unique.size < batch.virtualMachines.length) {
    const names = batch.virtualMachines.filter((vm) => ![...unique.values()].includes(vm)).map((vm) => vm.name);
    control.logger.warn({ vcenterId: batch.vcenterId, names }, 'virtual machines share their UUIDs with another one');
  }
  const now = new Date(control.clock.now());
  const machines = [...unique.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { disks, ...vm }]) => ({ ...vm, id: control.ids.uuid(), disks: uniqueByKey(disks) }));

  await control.db.transaction().execute(async (trx) => {
    const vcenter = await trx
      .selectFrom('vcenter')
      .innerJoin('vcenter_gateway', 'vcenter_gateway.vcenter_id', 'vcenter.id')
      .select(['vcenter.id', 'vcenter.resource_group_id'])
      .where('vcenter.id', '=', batch.vcenterId)
      .where('vcenter.inventory_refresh_id', '=', batch.refreshId)
      .where('vcenter.inventory_state', '=', 'REFRESHING')
      .where('vcenter_gateway.gateway_id', '=', gatewayId)
      .forUpdate('vcenter')
      .executeTakeFirst();
    if (!vcenter) throw new NotFoundError('inventory refresh');
    if (machines.length === 0) return;
    const document = JSON.stringify(machines);
    await sql`
      insert into virtual_machine (id, vcenter_id, resource_group_id, instance_uuid, bios_uuid, ref, name, path, power_state,
        guest_full_name, template, change_tracking_enabled, host, cpu_count, memory_bytes, config_file, networks,
        refresh_id, present, first_seen_at, last_seen_at)
      select id, ${vcenter.id}, ${vcenter.resource_group_id}, "instanceUuid", "biosUuid", ref, name, path, "powerState",
        "guestFullName", template, "changeTrackingEnabled", host, "cpuCount", "memoryBytes", "configFile", networks,
        ${batch.refreshId}, true, ${now}, ${now}
      from jsonb_to_recordset(${document}::jsonb) as vm(id uuid, "instanceUuid" text, "biosUuid" text, ref text, name text,
        path text, "powerState" text, "guestFullName" text, template boolean, "changeTrackingEnabled" boolean, host text,
        "cpuCount" integer, "memoryBytes" bigint, "configFile" text, networks jsonb)
      on conflict on constraint virtual_machine_identity do update set
        ref = excluded.ref, name = excluded.name, path = excluded.path, power_state = excluded.power_state,
        guest_full_name = excluded.guest_full_name, template = excluded.template,
        change_tracking_enabled = excluded.change_tracking_enabled, host = excluded.host, cpu_count = excluded.cpu_count,
        memory_bytes = excluded.memory_bytes, config_file = excluded.config_file, networks = excluded.networks,
        refresh_id = excluded.refresh_id, present = true, last_seen_at = excluded.last_seen_at`.execute(trx);
    await sql`
      with batch as (
        select vm.id, disk.* from jsonb_to_recordset(${document}::jsonb) as listed("instanceUuid" text, "biosUuid" text, disks jsonb)
        join virtual_machine vm on vm.vcenter_id = ${vcenter.id} and vm.instance_uuid = listed."instanceUuid"
          and vm.bios_uuid = listed."biosUuid"
        left join lateral jsonb_to_recordset(listed.disks) as disk(key integer, uuid text, label text, "capacityBytes" bigint,
          datastore text, "fileName" text, thin boolean, obstacle text) on true
      ), gone as (
        delete from virtual_disk old using batch where old.virtual_machine_id = batch.id
          and not exists (select from batch kept where kept.id = old.virtual_machine_id and kept.key = old.key)
      )
      insert into virtual_disk (virtual_machine_id, key, uuid, label, capacity_bytes, datastore, file_name, thin, obstacle)
      select id, key, uuid, label, "capacityBytes", datastore, "fileName", thin, obstacle from batch where key is not null
      on conflict (virtual_machine_id, key) do update set uuid = excluded.uuid, label = excluded.label,
        capacity_bytes = excluded.capacity_bytes, datastore = excluded.datastore, file_name = excluded.file_name,
        thin = excluded.thin, obstacle = excluded.obstacle`.execute(trx);
  });
}

function uniqueByKey<Disk extends { readonly key: number }>(disks: readonly Disk[]): readonly Disk[] {
  return [...new Map(disks.map((disk) => [disk.key, disk])).values()];
}
