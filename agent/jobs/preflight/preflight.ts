import { withDeadline } from '../../../base/abort.ts';
import { type DriverError, HoldfastError, isDriverError } from '../../../base/errors.ts';
import type { MissingPrivilege, PlatformSession, VmRef } from '../../../drivers/platform/contract.ts';
import type { Finding } from '../../../protocol/primitives.ts';
import type { Command, PreflightReport } from '../../../protocol/work.ts';
import type { GatewayContext } from '../../runtime/gateway-context.ts';
import { readMarker } from '../snapshot-marker.ts';
import type { PreflightFacts } from './facts.ts';
import { applyRules } from './rules.ts';

type Preflight = Extract<Command, { kind: 'PREFLIGHT' }>;

/** So many virtual machines are looked at side by side: each takes several calls, and somebody waits for the answer. */
const atOnce = 8;

/**
 * Looks at virtual machines as a backup would find them, and changes nothing. Those it has not come to after `withinMs`, or cannot look at, say so in
 * a finding; the others are reported all the same.
 */
export async function runPreflight(
  gateway: GatewayContext,
  command: Preflight,
  withinMs: number,
  signal: AbortSignal,
): Promise<readonly PreflightReport[]> {
  const { clock } = gateway.tools;
  const found = new Map<string, readonly Finding[]>();
  try {
    await withDeadline({ clock, ms: withinMs, what: 'The preflight', parent: signal }, (limited) =>
      lookAtAll(gateway, command, found, limited),
    );
  } catch (error) {
    signal.throwIfAborted();
    const isLate = error instanceof HoldfastError && error.code === 'DEADLINE_EXCEEDED';
    if (!isLate || found.size === 0) throw error;
  }
  return command.virtualMachines.map(({ virtualMachineId, name }) => ({
    virtualMachineId,
    findings: [...(found.get(virtualMachineId) ?? [notReached(name)])],
  }));
}

async function lookAtAll(
  gateway: GatewayContext,
  command: Preflight,
  found: Map<string, readonly Finding[]>,
  signal: AbortSignal,
): Promise<void> {
  using borrowed = await gateway.sessions.borrow(command.vcenter, signal);
  const { session, gatewayVm } = borrowed;
  const auto = gatewayVm === null ? 'nfc' : 'hotadd';
  const transport = command.transport === 'auto' ? auto : command.transport;
  const gatewayIsThere = gatewayVm !== null;
  const stopped = new AbortController();
  const limited = AbortSignal.any([signal, stopped.signal]);
  const left = command.virtualMachines.values();
  const lookAtNext = async () => {
    for (const wanted of left) {
      limited.throwIfAborted();
      found.set(wanted.virtualMachineId, await lookAt(session, wanted, { transport, gatewayIsThere }, limited));
    }
  };
  const looking = Array.from({ length: atOnce }, lookAtNext);
  try {
    await Promise.all(looking);
  } finally {
    stopped.abort(new Error('the preflight has ended'));
    // The session is given back only when nobody uses it any more.
    await Promise.allSettled(looking);
  }
}

async function lookAt(
  session: PlatformSession,
  wanted: Preflight['virtualMachines'][number],
  facts: Pick<PreflightFacts, 'transport' | 'gatewayIsThere'>,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  try {
    const vm = await session.findVm(wanted, signal);
    if (!vm) return [absent(wanted.name)];
    const [snapshots, condition, missingPrivileges] = await Promise.all([
      session.snapshots(vm.ref, signal),
      session.vmCondition?.(vm.ref, signal),
      lacking(session, vm.ref, signal),
    ]);
    const foreignSnapshots = snapshots.filter((snapshot) => readMarker(snapshot) === undefined).map(({ name }) => name);
    return applyRules({ vm, ...facts, foreignSnapshots, condition, missingPrivileges });
  } catch (error) {
    // What is wrong with one machine is no reason to keep silent about the others; what is wrong with the vCenter is.
    if (!isDriverError(error) || (error.kind !== 'permanent' && error.code !== 'NO_PERMISSION')) throw error;
    return [error.code === 'NOT_FOUND' ? absent(wanted.name) : notReadable(wanted.name, error)];
  }
}

async function lacking(session: PlatformSession, vm: VmRef, signal: AbortSignal): Promise<readonly MissingPrivilege[]> {
  try {
    return (await session.missingPrivileges?.({ vm }, signal)) ?? [];
  } catch (error) {
    if (isDriverError(error) && error.kind === 'permanent') return [];
    throw error;
  }
}

function notReached(name: string): Finding {
  return {
    severity: 'ERROR',
    code: 'PREFLIGHT_NOT_REACHED',
    message: `There was no time to look at ${name}: the vCenter answers slowly.`,
    remedy: 'Ask again for fewer virtual machines.',
  };
}

function notReadable(name: string, error: DriverError): Finding {
  const { code, message, remedy } = error;
  return { severity: 'ERROR', code, message: `Looking at ${name}: ${message}`, remedy };
}

function absent(name: string): Finding {
  return {
    severity: 'ERROR',
    code: 'VIRTUAL_MACHINE_ABSENT',
    message: `${name} is not in its vCenter's inventory, or the vCenter user may not see it.`,
    remedy: 'Refresh the inventory; give the user a role on it.',
  };
}
