import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NewVmSpec } from '../../drivers/platform/contract.ts';
import { vspherePlatformDriver } from '../../drivers/platform/vsphere/driver.ts';
import type { SourceDisk } from '../../drivers/transport/contract.ts';
import { SandboxControl } from '../../sandbox/control-client.ts';
import type { SandboxOptions } from '../../sandbox/start.ts';
import { startTestSandbox } from './test-sandbox.ts';

const signal = AbortSignal.timeout(120_000);
const MiB = 1 << 20;

/** A sandbox with a login at its vCenter and a VM under a snapshot, whose guest goes on writing. */
export async function startTransportScene(options: Partial<SandboxOptions> = {}) {
  const { sandbox, connection, close } = await startTestSandbox({
    vms: [{ name: 'web-01', disks: [{ capacityBytes: 8 * MiB, dataBytes: MiB }, { capacityBytes: 2 * MiB }] }],
    ...options,
  });
  const directory = await mkdtemp(join(tmpdir(), 'transport-scene-'));
  const guest = new SandboxControl(sandbox.controlUrl);
  const session = await vspherePlatformDriver.connect(connection, signal);
  const gateway = await session.findVm(sandbox.gatewayVm, signal);
  const vms = (await Array.fromAsync(session.inventory(signal))).flat();
  const vm = vms.find((each) => each.name === 'web-01');
  if (!gateway || !vm) throw new Error('The sandbox lacks its virtual machines.');
  await guest.write({ vm: vm.name, offset: 0, data: Buffer.alloc(4096, 'frozen') });
  await guest.write({ vm: vm.name, offset: 5 * MiB + 512, data: Buffer.alloc(70_000, 'frozen as well') });
  const snapshot = await session.createSnapshot(vm.ref, { name: 's', description: '', quiesce: false }, signal);
  const disks = await session.snapshotDisks(snapshot.ref, signal);
  /** A disk's bytes; of the snapshot when it is named. */
  const read = async (target: { vm: string; disk?: number; snapshot?: string }) => {
    const path = join(directory, 'disk.raw');
    await guest.export({ ...target, path });
    return readFile(path);
  };
  const content = await read({ vm: vm.name, snapshot: 's' });
  // A backup must not see it.
  await guest.write({ vm: vm.name, offset: 0, data: Buffer.alloc(4096, 'later') });
  const [disk] = disks;
  if (!disk) throw new Error('The snapshot has no disk.');
  const frozen: SourceDisk = { ...disk, vm: vm.ref, snapshot: snapshot.ref };
  const newVm: NewVmSpec = {
    name: 'restored',
    folder: null,
    datastore: frozen.datastore,
    cpuCount: 1,
    memoryBytes: 2 ** 28,
    guestId: 'otherGuest64',
    firmware: 'BIOS',
    network: null,
    disks: [{ label: 'Hard disk 1', capacityBytes: 3 * MiB + 1024, thin: true, controllerKey: 1000, unitNumber: 0 }],
    marker: 'restored',
  };
  return {
    sandbox,
    connection,
    guest,
    session,
    gateway,
    vm,
    snapshot,
    frozen,
    content,
    newVm,
    read,
    context: { session, gatewayVm: gateway.ref, deviceDirectory: sandbox.deviceDirectory },
    /** Everything that a transport could leave, in words. */
    async left(): Promise<readonly string[]> {
      const { attached, leases, violations } = await guest.state();
      return [
        ...attached.map((each) => `attached: ${each.fileName}`),
        ...leases.filter(({ end }) => end === null).map((each) => `open: ${each.kind} ${each.ref}`),
        ...violations.map((each) => `written: ${each.fileName}`),
      ];
    },
    async close() {
      await session[Symbol.asyncDispose]();
      await close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
