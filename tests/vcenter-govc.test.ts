import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { InventoryVm, NewVmSpec, PlatformSession } from '../drivers/platform/contract.ts';
import { vspherePlatformDriver } from '../drivers/platform/vsphere/driver.ts';
import { SandboxControl } from '../sandbox/control-client.ts';
import { collectVms, govc, hasGovmomi, otherSessions } from './support/govmomi.ts';
import { startTestSandbox, type TestSandbox } from './support/test-sandbox.ts';

const mib = 1024 * 1024;
const signal = AbortSignal.timeout(120_000);
const hasGovc = hasGovmomi('govc');

const deviceInfo = z.object({
  Devices: z.array(
    z.object({
      Key: z.number(),
      ControllerKey: z.number(),
      UnitNumber: z.number(),
      CapacityInBytes: z.number(),
      DeviceInfo: z.object({ Label: z.string() }),
      Backing: z.object({ FileName: z.string(), Uuid: z.string(), ThinProvisioned: z.boolean().nullish() }),
    }),
  ),
});

/** The sandbox's vCenter in the eyes of two clients that know nothing of each other: VMware's govc and the driver. */
describe.skipIf(!hasGovc)('govc and the vSphere driver, in the same vCenter', () => {
  let directory: string;
  let sandbox: TestSandbox;
  let session: PlatformSession;
  let vm: InventoryVm;

  const run = (...args: readonly string[]) => govc(sandbox.connection, ...args);
  const sha256 = async (path: string) =>
    createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
  const inventory = async () => (await Array.fromAsync(session.inventory(signal))).flat();
  const named = async (name: string) => {
    const found = (await inventory()).find((each) => each.name === name);
    if (!found) throw new Error(`The driver does not see ${name}.`);
    return found;
  };
  const govcPath = (each: InventoryVm) => `/${each.path.replace('/', '/vm/')}`;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'holdfast-govc-'));
    sandbox = await startTestSandbox();
    session = await vspherePlatformDriver.connect(sandbox.connection, signal);
    vm = await named('web-01');
  });
  afterAll(async () => {
    await session?.[Symbol.asyncDispose]();
    await sandbox?.close();
    await rm(directory, { recursive: true, force: true });
  });

  test('it is the same server', async () => {
    const { name, version, build, instanceUuid } = await session.about(signal);
    const about = await run('about');
    for (const value of [name, version, build, instanceUuid]) expect(about).toContain(value);
  });

  test('they see the same VMs at the same paths', async () => {
    const vms = await inventory();
    const found = (await run('find', '/', '-type', 'm')).trim().split('\n');
    expect(vms.map(govcPath).toSorted()).toEqual(found.toSorted());
    const folders = [
      '/Hangzhou/vm/services',
      '/Hangzhou/vm/obstacles',
      '/Hangzhou/vm/infrastructure',
      '/Branch %2f Süd/vm',
    ];
    const listed = await Promise.all(folders.map((folder) => run('ls', '-t', 'VirtualMachine', folder)));
    expect(listed.join('').trim().split('\n').toSorted()).toEqual(found.toSorted());
  });

  test('each VM has the same identity and hardware', async () => {
    const paths = [
      'config.uuid',
      'config.instanceUuid',
      'config.template',
      'config.changeTrackingEnabled',
      'config.guestFullName',
      'config.files.vmPathName',
      'config.hardware.numCPU',
      'config.hardware.memoryMB',
      'runtime.powerState',
    ];
    const seen = await collectVms(sandbox.connection, ...paths);
    const shown = new Map(
      (await inventory()).map((each) => [
        each.ref,
        [
          each.biosUuid,
          each.instanceUuid,
          each.template,
          each.changeTrackingEnabled,
          each.guestFullName,
          each.configFile,
          each.cpuCount,
          each.memoryBytes / mib,
          each.powerState === 'POWERED_ON' ? 'poweredOn' : 'poweredOff',
        ],
      ]),
    );
    expect(shown).toEqual(new Map([...seen].map(([ref, values]) => [ref, paths.map((path) => values[path])])));
  });

  test('each VM has the same disks', async () => {
    for (const each of await inventory()) {
      const info = await run('device.info', '-json', '-vm', govcPath(each), 'disk-*');
      const disks = deviceInfo.parse(JSON.parse(info)).Devices.map((disk) => ({
        key: disk.Key,
        label: disk.DeviceInfo.Label,
        uuid: disk.Backing.Uuid,
        capacityBytes: disk.CapacityInBytes,
        fileName: disk.Backing.FileName,
        thin: disk.Backing.ThinProvisioned === true,
        controllerKey: disk.ControllerKey,
        unitNumber: disk.UnitNumber,
      }));
      expect(each.disks.map(({ obstacle, datastore, ...disk }) => disk)).toEqual(disks);
    }
  });

  test('each sees the snapshots that the other takes and removes', async () => {
    const path = govcPath(vm);
    await run('snapshot.create', '-vm', path, '-m=false', '-q=false', '-d', 'by <govc> & ü', 'theirs');
    const [theirs] = await session.snapshots(vm.ref, signal);
    expect(theirs).toMatchObject({ name: 'theirs', description: 'by <govc> & ü', quiesced: false });
    const ours = await session.createSnapshot(vm.ref, { name: 'ours', description: 'o', quiesce: false }, signal);
    expect(
      (await run('snapshot.tree', '-vm', path, '-d', '-i'))
        .trim()
        .split('\n')
        .map((line) => line.trim()),
    ).toEqual([
      expect.stringMatching(new RegExp(`^\\[${theirs?.ref}\\] +theirs -\\s+by <govc> & ü$`)),
      expect.stringMatching(new RegExp(`^\\[${ours.ref}\\] +ours -\\s+o$`)),
      expect.stringMatching(/\. -\s+o$/),
    ]);
    await run('snapshot.remove', '-vm', path, 'theirs');
    expect(await session.snapshots(vm.ref, signal)).toEqual([ours]);
    await session.removeSnapshot(ours.ref, signal);
    expect(await run('snapshot.tree', '-vm', path)).toBe('');
    expect((await named('web-01')).disks).toEqual(vm.disks);
  });

  test('each sees the VM that the other makes, and destroys it', async () => {
    const place = ['-dc', 'Hangzhou', '-pool', '/Hangzhou/host/production/Resources', '-ds', 'datastore2'];
    await run(
      'vm.create',
      ...place,
      '-net',
      'backup network',
      '-on=false',
      '-c',
      '2',
      '-m',
      '512',
      '-disk',
      '16MB',
      'by govc',
    );
    const theirs = await named('by govc');
    expect(theirs).toMatchObject({
      path: 'Hangzhou/by govc',
      cpuCount: 2,
      memoryBytes: 512 * mib,
      networks: ['backup network'],
    });
    expect(theirs.disks.map((disk) => [disk.capacityBytes, disk.datastore])).toEqual([[16 * mib, 'datastore2']]);
    await session.destroyVm(theirs.ref, signal);
    expect(await run('find', '/', '-type', 'm', '-name', 'by govc')).toBe('');

    const spec: NewVmSpec = {
      name: 'by the driver',
      folder: 'Hangzhou/vm/services',
      datastore: 'datastore1',
      cpuCount: 3,
      memoryBytes: 256 * mib,
      guestId: 'debian12_64Guest',
      firmware: 'EFI',
      network: 'VM Network',
      disks: [{ label: 'Hard disk 1', capacityBytes: 8 * mib, thin: true, controllerKey: 1000, unitNumber: 0 }],
      marker: 'job/<1>',
    };
    const ours = await session.createVm(spec, signal);
    const info = await run('vm.info', '-r', '-e', '/Hangzhou/vm/services/by the driver');
    for (const line of [ours.biosUuid, '3 vCPU(s)', '256MB', 'datastore1', 'VM Network', 'job/<1>'])
      expect(info).toContain(line);
    await run('vm.change', '-vm', '/Hangzhou/vm/services/by the driver', '-e', 'holdfast.marker=job/2');
    expect((await session.findByMarker('job/', signal)).map((each) => each.marker)).toEqual(['job/2']);
    await run('vm.power', '-on', '/Hangzhou/vm/services/by the driver');
    await expect(session.destroyVm(ours.ref, signal)).rejects.toMatchObject({ code: 'INVALID_STATE' });
    await run('vm.power', '-off', '/Hangzhou/vm/services/by the driver');
    await run('vm.destroy', '/Hangzhou/vm/services/by the driver');
    expect(await session.findByMarker('job/', signal)).toEqual([]);
    await session.destroyVm(ours.ref, signal);
  });

  test('a VM that govc exports and imports as OVF is the same for the driver, down to the bytes', async () => {
    const control = new SandboxControl(sandbox.sandbox.controlUrl);
    const original = await named('archive-01');
    const bytes = await control.sha256({ vm: original.name });
    await run('export.ovf', '-vm', govcPath(original), '-sha', '256', directory);
    const exported = (file: string) => join(directory, original.name, file);
    for (const line of (await readFile(exported(`${original.name}.mf`), 'utf8')).trim().split('\n')) {
      const [, file = '', sum] = /^SHA256\((.+)\)= (\w+)$/.exec(line) ?? [];
      expect(await sha256(exported(file))).toBe(sum);
    }
    const raw = join(directory, 'disk.raw');
    await promisify(execFile)('qemu-img', ['convert', '-O', 'raw', exported(`${original.name}-disk-0.vmdk`), raw]);
    expect(await sha256(raw)).toBe(bytes);
    const place = ['-dc', 'Hangzhou', '-pool', '/Hangzhou/host/production/Resources', '-ds', 'datastore2'];
    await run(
      'import.ovf',
      ...place,
      '-folder',
      '/Hangzhou/vm/services',
      '-name',
      'copy',
      exported(`${original.name}.ovf`),
    );
    const copy = await named('copy');
    const { guestFullName, cpuCount, memoryBytes, networks } = original;
    expect(copy).toMatchObject({ path: 'Hangzhou/services/copy', guestFullName, cpuCount, memoryBytes, networks });
    const hardware = (each: InventoryVm) =>
      each.disks.map(({ capacityBytes, controllerKey, unitNumber }) => ({ capacityBytes, controllerKey, unitNumber }));
    expect(hardware(copy)).toEqual(hardware(original));
    expect(await control.sha256({ vm: 'copy' })).toBe(bytes);
    await session.destroyVm(copy.ref, signal);
  });

  test("what the driver did is among the server's tasks", async () => {
    const taken = await session.createSnapshot(vm.ref, { name: 's', description: '', quiesce: false }, signal);
    await session.removeSnapshot(taken.ref, signal);
    const tasks = (await run('tasks')).trim().split('\n');
    expect(tasks.at(-2)).toMatch(/^CreateSnapshot +web-01 .*success/);
    expect(tasks.at(-1)).toMatch(/^RemoveSnapshot +web-01 .*success/);
  });

  test('a session that is terminated with govc is renewed once', async () => {
    const [own, ...others] = await otherSessions(sandbox.connection);
    expect(others).toEqual([]);
    await run('session.rm', own?.Key ?? '');
    const calls = [1, 2, 3].map(() => session.snapshots(vm.ref, signal));
    expect(await Promise.all(calls)).toEqual([[], [], []]);
    const renewed = await otherSessions(sandbox.connection);
    expect(renewed.map((each) => each.Key)).not.toContain(own?.Key);
    expect(renewed).toHaveLength(1);
  });
});
