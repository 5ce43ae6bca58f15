import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { closeTimes, delayOnce, errorTimes, type PlannedFault } from '../../../base/faults.ts';
import { startTestSandbox, type TestSandbox } from '../../../tests/support/test-sandbox.ts';
import type { AttachedDisk, InventoryVm, PlatformSession } from '../contract.ts';
import { vspherePlatformDriver } from './driver.ts';

const signal = AbortSignal.timeout(120_000);
let sandbox: TestSandbox;
let session: PlatformSession;
let vm: InventoryVm;

beforeAll(async () => {
  sandbox = await startTestSandbox();
});
afterAll(async () => {
  await session[Symbol.asyncDispose]();
  await sandbox.close();
});
beforeEach(async () => {
  await fetch(`${sandbox.sandbox.controlUrl}/control/faults`, { method: 'DELETE' });
  await session?.[Symbol.asyncDispose]();
  session = await vspherePlatformDriver.connect(sandbox.connection, signal);
  const vms = (await Array.fromAsync(session.inventory(signal))).flat();
  const found = vms.find((each) => each.name === 'web-01');
  if (!found) throw new Error('The sandbox has no web-01.');
  vm = found;
  for (const snapshot of await session.snapshots(vm.ref, signal)) await session.removeSnapshot(snapshot.ref, signal);
});

const plan = (fault: PlannedFault) => sandbox.control('faults', fault);
const fault = (operation: string, name: string, times = 1) => plan(errorTimes(operation, times, name));
const snapshot = (quiesce = false) => session.createSnapshot(vm.ref, { name: 's', description: 'd', quiesce }, signal);
const loggedIn = async () => {
  const response = await fetch(`${sandbox.sandbox.controlUrl}/control/state`);
  const state: unknown = await response.json();
  if (typeof state !== 'object' || state === null || !('sessions' in state))
    throw new Error('The sandbox has no state.');
  return Number(state.sessions);
};

describe('a session', () => {
  test('that was forgotten is renewed once for all calls that find out at the same time', async () => {
    await sandbox.control('expire-sessions');
    const all = await Promise.all([1, 2, 3, 4].map(() => session.snapshots(vm.ref, signal)));
    expect(all).toEqual([[], [], [], []]);
    expect(await loggedIn()).toBe(1);
  });

  test('whose password was changed is refused once and never tries again', async () => {
    await sandbox.control('expire-sessions');
    await fault('Login', 'InvalidLogin');
    const refused = { code: 'INVALID_LOGIN', kind: 'needsPerson' };
    const first = await Promise.allSettled([1, 2, 3].map(() => session.snapshots(vm.ref, signal)));
    expect(first.map((each) => each.status)).toEqual(['rejected', 'rejected', 'rejected']);
    // The planned refusal is used up: another try would be let in.
    await expect(session.snapshots(vm.ref, signal)).rejects.toMatchObject(refused);
    await expect(
      session.about(signal).then(() => session.inventory(signal)[Symbol.asyncIterator]().next()),
    ).rejects.toMatchObject(refused);
    expect(await loggedIn()).toBe(0);
  });

  test('that stays forgotten is SESSION_LOST and not a loop', async () => {
    await fault('FindAllByUuid', 'NotAuthenticated', 10);
    await expect(session.findVm(vm, signal)).rejects.toMatchObject({ code: 'SESSION_LOST', kind: 'transient' });
  });

  test('ends at the server when it is closed', async () => {
    const before = await loggedIn();
    await session[Symbol.asyncDispose]();
    expect(await loggedIn()).toBe(before - 1);
  });

  test('survives while a task runs: the task is found again after the new login', async () => {
    await fault('WaitForUpdatesEx', 'NotAuthenticated');
    expect(await snapshot()).toMatchObject({ name: 's' });
  });
});

describe('what the server refuses', () => {
  test.each([
    ['CreateSnapshot_Task', 'NoPermission', 'NO_PERMISSION', 'needsPerson'],
    ['CreateSnapshot_Task', 'TaskInProgress', 'BUSY', 'transient'],
    ['CreateSnapshot_Task', 'SnapshotNotSupported', undefined, 'permanent'],
    ['CreateSnapshot_Task', 'HostNotConnected', 'UNREACHABLE', 'transient'],
  ])('%s: %s', async (operation, name, code, kind) => {
    await fault(operation, name);
    await expect(snapshot()).rejects.toMatchObject({ name: 'DriverError', kind, ...(code ? { code } : {}) });
  });

  test('a guest that cannot be quiesced', async () => {
    await fault('CreateSnapshot_Task', 'ApplicationQuiesceFault');
    await expect(snapshot(true)).rejects.toMatchObject({ code: 'QUIESCE_FAILED' });
  });

  test('an idle connection that was closed does no harm to reading', async () => {
    await plan(closeTimes('FindAllByUuid', 1));
    expect(await session.findVm(vm, signal)).toEqual(vm);
    await plan(closeTimes('FindAllByUuid', 2));
    await expect(session.findVm(vm, signal)).rejects.toMatchObject({ code: 'UNREACHABLE', kind: 'transient' });
  });
});

describe('an answer', () => {
  test('that ends too early is UNREACHABLE', async () => {
    await plan({ operation: 'FindAllByUuid', times: 1, effect: { kind: 'truncate' } });
    await expect(session.findVm(vm, signal)).rejects.toMatchObject({ code: 'UNREACHABLE', kind: 'transient' });
  });

  test.each([0, 40])('that stops after %s bytes ends with the reason of the signal', async (afterBytes) => {
    await plan({ operation: 'FindAllByUuid', times: 1, effect: { kind: 'stall', afterBytes } });
    const enough = AbortSignal.timeout(150);
    await expect(session.findVm(vm, enough)).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});

test('a removal that leaves its delta behind is followed by a consolidation', async () => {
  const taken = await snapshot();
  await fault('RemoveSnapshot_Task', 'consolidationNeeded');
  await session.removeSnapshot(taken.ref, signal);
  expect((await session.findVm(vm, signal))?.disks).toEqual(vm.disks);
});

test('a consolidation that fails is told', async () => {
  const taken = await snapshot();
  await fault('RemoveSnapshot_Task', 'consolidationNeeded');
  await fault('ConsolidateVMDisks_Task', 'FileLocked');
  await expect(session.removeSnapshot(taken.ref, signal)).rejects.toMatchObject({ code: 'DISK_LOCKED' });
});

test('waiting for a task ends with the reason of the signal', async () => {
  const controller = new AbortController();
  const reason = new Error('cancelled');
  await plan(delayOnce('CreateSnapshot_Task', 400));
  const work = session.createSnapshot(vm.ref, { name: 'late', description: '', quiesce: false }, controller.signal);
  setTimeout(() => controller.abort(reason), 100);
  await expect(work).rejects.toBe(reason);
});

test('SCSI unit 7 is never used', async () => {
  const gateway = await session.findVm(sandbox.sandbox.gatewayVm, signal);
  if (!gateway) throw new Error('The sandbox has no gateway.');
  const disks = Array.from({ length: 9 }, (_, index) => ({
    label: `Hard disk ${index + 1}`,
    capacityBytes: 1024 * 1024,
    thin: true,
    controllerKey: 1000,
    unitNumber: index < 7 ? index : index + 1,
  }));
  const made = await session.createVm(
    {
      name: 'many',
      folder: 'Hangzhou/services',
      datastore: 'datastore1',
      cpuCount: 1,
      memoryBytes: 2 ** 28,
      guestId: 'windows2019srv_64Guest',
      firmware: 'EFI',
      network: null,
      disks,
      marker: 'many',
    },
    signal,
  );
  expect(made.path).toBe('Hangzhou/services/many');
  expect((await session.vmConfiguration(made.ref, signal)).controllers).toEqual([
    { key: 1000, type: 'VirtualLsiLogicSASController' },
  ]);
  const attached: AttachedDisk[] = [];
  for (const { fileName, datastore } of made.disks) {
    attached.push(await session.attachDisk(gateway.ref, { fileName, datastore, mode: 'WRITE' }, signal));
  }
  expect(new Set(attached.map(({ deviceKey }) => deviceKey)).size).toBe(9);
  for (const disk of attached) await session.detachDisk(gateway.ref, disk, signal);
  await session.destroyVm(made.ref, signal);
});

test('what does not exist is told before anything is made', async () => {
  const spec = {
    name: 'nowhere',
    folder: null,
    datastore: 'datastore1',
    cpuCount: 1,
    memoryBytes: 2 ** 28,
    guestId: 'otherGuest64',
    firmware: 'BIOS' as const,
    network: null,
    disks: [],
    marker: 'nowhere',
  };
  const missing = { code: 'NOT_FOUND', kind: 'permanent' };
  await expect(session.createVm({ ...spec, datastore: 'none' }, signal)).rejects.toMatchObject(missing);
  await expect(session.createVm({ ...spec, folder: 'Hangzhou/none' }, signal)).rejects.toMatchObject(missing);
  await expect(session.createVm({ ...spec, folder: 'Branch %2f Süd' }, signal)).rejects.toMatchObject(missing);
  await expect(session.createVm({ ...spec, network: 'none' }, signal)).rejects.toMatchObject(missing);
});

test('a gateway does not attach its own disk to itself', async () => {
  const gateway = await session.findVm(sandbox.sandbox.gatewayVm, signal);
  const disk = gateway?.disks[0];
  if (!gateway || !disk) throw new Error('The sandbox has no gateway.');
  await expect(session.attachDisk(gateway.ref, { ...disk, mode: 'READ' }, signal)).rejects.toMatchObject({
    code: 'INVALID_STATE',
  });
});

test('disks a snapshot leaves out say why', async () => {
  const vms = (await Array.fromAsync(session.inventory(signal))).flat();
  const obstacles = (name: string) => vms.find((each) => each.name === name)?.disks.map((disk) => disk.obstacle);
  expect(obstacles('independent-01')).toEqual([null, 'INDEPENDENT']);
  expect(obstacles('raw-device-01')).toEqual([null, 'RDM']);
  expect(vms.map((each) => each.name)).toContain('odd name % & <"ü"> 100/5');
});
