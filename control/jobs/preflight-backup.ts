import { z } from 'zod';
import { type PreflightReport, preflightLimit, preflightResult } from '../../protocol/work.ts';
import { transportNames } from '../attempts/work-of-job.ts';
import { isOneOf } from '../by-ids.ts';
import { runCommand } from '../commands/run-command.ts';
import type { ControlContext } from '../context.ts';
import { NotFoundError } from '../errors.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { parseInput } from '../input.ts';
import { connectedGateway } from '../vcenters/connected-gateway.ts';
import { connectionError, learnedFrom } from '../vcenters/connection-errors.ts';
import { requireVcenter } from '../vcenters/read-vcenter.ts';
import { requireUsable } from '../vcenters/require-usable.ts';
import { plainAccess } from '../vcenters/vcenter-access.ts';
import { reportVcenterStatus } from '../vcenters/vcenter-status.ts';
import { requireScope, type Viewer, visible } from '../viewer.ts';

const preflightInput = z.object({
  virtualMachineIds: z.array(z.string()).min(1).max(preflightLimit),
  /** Default: of the gateways that reach their vCenter, the connected one heard from last. */
  gatewayId: z.string().nullish(),
});
export type PreflightBackupInput = z.input<typeof preflightInput>;
export type { PreflightReport } from '../../protocol/work.ts';

/**
 * Has gateways look at virtual machines as backups would find them, and tells what may stand in the way; in the order they were asked for. Nothing is changed.
 * Throws NotFoundError, GatewayUnavailableError, VcenterConnectionError, CertificateNotTrustedError.
 */
export async function preflightBackup(
  control: ControlContext,
  viewer: Viewer,
  input: PreflightBackupInput,
  signal?: AbortSignal,
): Promise<readonly PreflightReport[]> {
  requireScope(viewer, 'job:write');
  const { virtualMachineIds, gatewayId } = parseInput(preflightInput, input);
  const ids = [...new Set(virtualMachineIds)];
  const rows = await control.db
    .selectFrom('virtual_machine')
    .select(['id', 'vcenter_id', 'name', 'instance_uuid', 'bios_uuid'])
    .where(isOneOf('virtual_machine.id', ids))
    .where(visible(viewer, 'virtual_machine.resource_group_id'))
    .execute();
  if (rows.length < ids.length) throw new NotFoundError('virtual machine');
  const reports = await Promise.all(
    [...Map.groupBy(rows, (row) => row.vcenter_id)].map(([vcenterId, vms]) =>
      ofOneVcenter(control, viewer, { vcenterId, gatewayId, vms }, signal),
    ),
  );
  const byId = new Map(reports.flat().map((report) => [report.virtualMachineId, report]));
  return ids.map((id) => byId.get(id) ?? { virtualMachineId: id, findings: [] });
}

interface OneVcenter {
  readonly vcenterId: string;
  readonly gatewayId: string | null | undefined;
  readonly vms: readonly {
    readonly id: string;
    readonly name: string;
    readonly instance_uuid: string;
    readonly bios_uuid: string;
  }[];
}

async function ofOneVcenter(
  control: ControlContext,
  viewer: Viewer,
  { vcenterId, gatewayId: wanted, vms }: OneVcenter,
  signal?: AbortSignal,
): Promise<readonly PreflightReport[]> {
  const row = await requireVcenter(control.db, viewer, vcenterId);
  requireUsable(row);
  const gatewayId = await connectedGateway(control.db, vcenterId, wanted);
  const { transport } = await control.db
    .selectFrom('gateway')
    .select('transport')
    .where('id', '=', gatewayId)
    .executeTakeFirstOrThrow();
  const result = await runCommand(
    control,
    gatewayId,
    {
      kind: 'PREFLIGHT',
      transport: transportNames[transport],
      vcenter: plainAccess(control, row),
      virtualMachines: vms.map((vm) => ({
        virtualMachineId: vm.id,
        name: vm.name,
        instanceUuid: vm.instance_uuid,
        biosUuid: vm.bios_uuid,
      })),
    },
    signal,
  );
  const learned = learnedFrom(result);
  if (learned) {
    await inTransaction(control, (trx, emit) =>
      reportVcenterStatus(control, trx, emit, vcenterId, { ...learned, loginVersion: row.login_version }),
    );
  }
  if (!result.ok) throw connectionError(result);
  return preflightResult.parse(result.result).reports;
}
