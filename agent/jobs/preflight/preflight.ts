import { isDriverError } from '../../../base/errors.ts';
import type { MissingPrivilege, PlatformSession, VmRef } from '../../../drivers/platform/contract.ts';
import type { Finding } from '../../../protocol/primitives.ts';
import type { Command, PreflightReport } from '../../../protocol/work.ts';
import type { GatewayContext } from '../../runtime/gateway-context.ts';
import { readMarker } from '../snapshot-marker.ts';
import { applyRules } from './rules.ts';

type Preflight = Extract<Command, { kind: 'PREFLIGHT' }>;

/** Looks at virtual machines as a backup would find them, and changes nothing. */
export async function runPreflight(
  gateway: GatewayContext,
  command: Preflight,
  signal: AbortSignal,
): Promise<readonly PreflightReport[]> {
  using borrowed = await gateway.sessions.borrow(command.vcenter, signal);
  const { session, gatewayVm } = borrowed;
  const auto = gatewayVm === null ? 'nfc' : 'hotadd';
  const transport = command.transport === 'auto' ? auto : command.transport;
  const reports: PreflightReport[] = [];
  for (const wanted of command.virtualMachines) {
    const vm = await session.findVm(wanted, signal);
    const findings = vm
      ? applyRules({
          vm,
          transport,
          gatewayIsThere: gatewayVm !== null,
          foreignSnapshots: (await session.snapshots(vm.ref, signal))
            .filter((snapshot) => readMarker(snapshot) === undefined)
            .map(({ name }) => name),
          condition: await session.vmCondition?.(vm.ref, signal),
          missingPrivileges: await lacking(session, vm.ref, signal),
        })
      : [absent(wanted.name)];
    reports.push({ virtualMachineId: wanted.virtualMachineId, findings });
  }
  return reports;
}

async function lacking(session: PlatformSession, vm: VmRef, signal: AbortSignal): Promise<readonly MissingPrivilege[]> {
  try {
    return (await session.missingPrivileges?.({ vm }, signal)) ?? [];
  } catch (error) {
    if (isDriverError(error) && error.kind === 'permanent') return [];
    throw error;
  }
}

function absent(name: string): Finding {
  return {
    severity: 'ERROR',
    code: 'VIRTUAL_MACHINE_ABSENT',
    message: `${name} is not in its vCenter's inventory, or the vCenter user may not see it.`,
    remedy: 'Refresh the inventory; give the user a role on it.',
  };
}
