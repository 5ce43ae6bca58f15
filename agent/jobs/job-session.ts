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
  const transport = gateway.tools.drivers.transport(work.transport);
  const borrowed = await gateway.sessions.borrow(work.vcenter, lease.signal);
  const { session, gatewayVm } = borrowed;
  const transportContext = { session, gatewayVm, deviceDirectory: gateway.deviceDirectory };
  try {
    const { detached } = await transport.reap(transportContext, lease.signal);
    if (detached > 0) logger.info({ detached }, 'disks of an earlier process detached');
  } catch (error) {
    borrowed[Symbol.dispose]();
    throw error;
  }
  return { session, gatewayVm, transport, transportContext, [Symbol.dispose]: () => borrowed[Symbol.dispose]() };
}
