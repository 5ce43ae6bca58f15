import type { PlatformSession, VmRef } from '../../drivers/platform/contract.ts';
import type { TransportContext, TransportDriver } from '../../drivers/transport/contract.ts';
import type { Work } from '../../protocol/work.ts';
import type { JobContext } from './job-context.ts';

/** A job's way into its vCenter. Disposing gives the shared login back. */
export interface JobSession extends Disposable {
  readonly session: PlatformSession;
  readonly gatewayVm: VmRef | null;
  readonly transport: TransportDriver;
  readonly transportContext: TransportContext;
}

/** Borrows the login and detaches what dead processes left on the gateway's own VM. */
export async function openJobSession(job: JobContext, work: Work): Promise<JobSession> {
  const { gateway, lease, logger } = job;
  const borrowed = await gateway.sessions.borrow(work.vcenter, lease.signal);
  const { session, gatewayVm } = borrowed;
  const transportContext = { session, gatewayVm, deviceDirectory: gateway.deviceDirectory };
  let transport: TransportDriver;
  try {
    const name = chosenTransport(work.transport, gatewayVm);
    transport = gateway.tools.drivers.transport(name);
    lease.transport = name;
    logger.info({ code: 'CONNECTED', vcenter: work.vcenter.address, transport: name }, 'logged in to the vCenter');
    // The setting may have changed since an earlier process left its disks attached.
    const reapers =
      gatewayVm !== null && name !== 'hotadd' ? [transport, gateway.tools.drivers.transport('hotadd')] : [transport];
    for (const reaper of reapers) {
      const { detached } = await reaper.reap(transportContext, lease.signal);
      if (detached > 0) logger.info({ detached }, 'disks of an earlier process detached');
    }
  } catch (error) {
    borrowed[Symbol.dispose]();
    throw error;
  }
  return { session, gatewayVm, transport, transportContext, [Symbol.dispose]: () => borrowed[Symbol.dispose]() };
}

/** Hot-add is faster and reads increments only, but needs the gateway's own VM beside the disks. */
function chosenTransport(wanted: string, gatewayVm: VmRef | null): string {
  if (wanted !== 'auto') return wanted;
  return gatewayVm === null ? 'nfc' : 'hotadd';
}
