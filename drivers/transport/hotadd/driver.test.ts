import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { systemClock } from '../../../base/clock.ts';
import { ManualClock } from '../../../base/manual-clock.ts';
import { startTestSandbox } from '../../../tests/support/test-sandbox.ts';
import type { InventoryVm } from '../../platform/contract.ts';
import { vspherePlatformDriver } from '../../platform/vsphere/driver.ts';
import { transportConformance } from '../conformance.ts';
import { deviceName, deviceSize, waitForDevice } from './device.ts';
import { createHotaddTransport } from './driver.ts';

const signal = AbortSignal.timeout(120_000);
const uuid = '6000C29A-0000-4000-8000-0123456789AB';

async function prepare() {
  const { sandbox, connection, control, close } = await startTestSandbox();
  const session = await vspherePlatformDriver.connect(connection, signal);
  const gateway = await session.findVm(sandbox.gatewayVm, signal);
  const vms = (await Array.fromAsync(session.inventory(signal))).flat();
  const vm = vms.find((each) => each.name === 'web-01');
  if (!gateway || !vm) throw new Error('The sandbox lacks its virtual machines.');
  const content = Buffer.alloc(64 * 1024, 'frozen');
  await control('disk/write', { vm: vm.name, disk: 0, offset: 0, data: content.toString('base64') });
  const options = { name: 's', description: '', quiesce: false };
  const snapshot = await session.createSnapshot(vm.ref, options, signal);
  // The guest goes on writing: a backup must not see it.
  await control('disk/write', {
    vm: vm.name,
    disk: 0,
    offset: 0,
    data: Buffer.alloc(4096, 'later').toString('base64'),
  });
  const [disk] = await session.snapshotDisks(snapshot.ref, signal);
  if (!disk) throw new Error('The snapshot has no disk.');
  const frozen = { ...disk, vm: vm.ref, snapshot: snapshot.ref };
  const context = { session, gatewayVm: gateway.ref, deviceDirectory: sandbox.deviceDirectory };
  return { session, gateway, vm, frozen, content, context, control, close };
}

transportConformance('hotadd', async () => {
  const { session, vm, frozen, content, context, control, close } = await prepare();
  const made: InventoryVm = await session.createVm(
    {
      name: 'restored',
      folder: null,
      datastore: frozen.datastore,
      cpuCount: 1,
      memoryBytes: 2 ** 28,
      guestId: 'otherGuest64',
      firmware: 'BIOS',
      network: null,
      disks: [{ label: 'Hard disk 1', capacityBytes: 2 ** 24, thin: true, controllerKey: 1000, unitNumber: 0 }],
      marker: 'restored',
    },
    signal,
  );
  const [target] = made.disks;
  if (!target || !vm.disks[0]) throw new Error('The new virtual machine has no disk.');
  return {
    driver: createHotaddTransport({ clock: systemClock }),
    context,
    source: { disk: frozen, content },
    target,
    async readTarget(length) {
      const directory = await mkdtemp(join(tmpdir(), 'hotadd-'));
      try {
        const path = join(directory, 'export.raw');
        await control('disk/export', { vm: made.name, disk: 0, path });
        const file = await open(path, 'r');
        try {
          return (await file.read(Buffer.alloc(length), 0, length, 0)).buffer;
        } finally {
          await file.close();
        }
      } finally {
        await rm(directory, { recursive: true, force: true });
      }
    },
    async close() {
      await session[Symbol.asyncDispose]();
      await close();
    },
  };
});

it('needs the gateway in the same vCenter', async () => {
  const { session, frozen, context, close } = await prepare();
  try {
    const driver = createHotaddTransport({ clock: systemClock });
    const elsewhere = { ...context, gatewayVm: null };
    await expect(driver.openForRead(elsewhere, frozen, signal)).rejects.toMatchObject({ code: 'NOT_ON_THIS_PLATFORM' });
    expect(await driver.reap(elsewhere, signal)).toEqual({ detached: 0 });
  } finally {
    await session[Symbol.asyncDispose]();
    await close();
  }
});

it('names a device as udev does', () => {
  expect(deviceName(uuid)).toBe('wwn-0x6000c29a0000400080000123456789ab');
});

it('waits for a device that comes late and gives up on one that never comes', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'hotadd-'));
  try {
    const clock = new ManualClock();
    const never = waitForDevice(clock, directory, uuid, signal);
    const outcome = never.catch((error: unknown) => error);
    for (let waited = 0; waited < 31_000; waited += 100) {
      await new Promise((resolve) => setImmediate(resolve));
      await clock.advance(1000);
    }
    expect(await outcome).toMatchObject({ code: 'DEVICE_NOT_FOUND', kind: 'transient' });
    const path = join(directory, deviceName(uuid));
    setTimeout(() => void writeFile(path, Buffer.alloc(1024)), 150);
    expect(await waitForDevice(systemClock, directory, uuid, signal)).toBe(path);
    expect(await deviceSize(path)).toBe(1024);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
