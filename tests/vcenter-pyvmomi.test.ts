import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { InventoryVm, PlatformSession } from '../drivers/platform/contract.ts';
import { vspherePlatformDriver } from '../drivers/platform/vsphere/driver.ts';
import { SandboxControl } from '../sandbox/control-client.ts';
import { hasPyvmomi, PyvmomiClient } from './support/pyvmomi.ts';
import { startTestSandbox, type TestSandbox } from './support/test-sandbox.ts';

const mib = 1024 * 1024;
const grain = 64 * 1024;
const disks = [
  { capacityBytes: 12 * mib, dataBytes: 2 * mib },
  { capacityBytes: 3 * mib, dataBytes: mib },
] as const;
const signal = AbortSignal.timeout(120_000);

const disk = z.object({
  key: z.number(),
  uuid: z.string(),
  capacityBytes: z.number(),
  fileName: z.string(),
  changeId: z.string().nullable(),
});
const vms = z.array(
  z.object({ ref: z.string(), path: z.string(), biosUuid: z.string(), instanceUuid: z.string(), disks: z.array(disk) }),
);
const changes = z.object({
  areas: z.array(z.object({ start: z.number(), length: z.number() })),
  calls: z.number(),
});

/** The sandbox's vCenter in the eyes of two clients that know nothing of each other: pyVmomi and the driver. */
describe.skipIf(!hasPyvmomi())('pyVmomi and the vSphere driver, in the same vCenter', () => {
  let directory: string;
  let sandbox: TestSandbox;
  let control: SandboxControl;
  let session: PlatformSession;
  let pyvmomi: PyvmomiClient;
  let vm: InventoryVm;

  const inventory = async () => (await Array.fromAsync(session.inventory(signal))).flat();
  const qemuImg = (...args: readonly string[]) => promisify(execFile)('qemu-img', args);
  const sha256 = async (path: string) =>
    createHash('sha256')
      .update(await readFile(path))
      .digest('hex');

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'holdfast-pyvmomi-'));
    sandbox = await startTestSandbox({
      vms: [
        { name: 'web-01', folder: 'services', disks },
        {
          name: 'odd name % & <"ü"> 100/5',
          disks: [{ capacityBytes: mib }, { capacityBytes: mib, mode: 'independent_persistent' }],
        },
        {
          name: 'template-01',
          template: true,
          powerState: 'poweredOff',
          disks: [{ capacityBytes: mib, rawDevice: true }],
        },
      ],
    });
    control = new SandboxControl(sandbox.sandbox.controlUrl);
    session = await vspherePlatformDriver.connect(sandbox.connection, signal);
    pyvmomi = new PyvmomiClient(sandbox.connection);
    const found = (await inventory()).find((each) => each.name === 'web-01');
    if (!found) throw new Error('The sandbox has no web-01.');
    vm = found;
  });
  afterAll(async () => {
    await pyvmomi?.[Symbol.asyncDispose]();
    await session?.[Symbol.asyncDispose]();
    await sandbox?.close();
    await rm(directory, { recursive: true, force: true });
  });

  test('they see the same VMs and disks', async () => {
    const seen = await pyvmomi.call('inventory', vms);
    const shown = (await inventory()).map(({ ref, path, biosUuid, instanceUuid, disks }) => ({
      ref,
      path,
      biosUuid,
      instanceUuid,
      disks: disks.map(({ key, uuid, capacityBytes, fileName }) => ({
        key,
        uuid,
        capacityBytes,
        fileName,
        changeId: null,
      })),
    }));
    expect(shown).toEqual(seen);
  });

  test('they see the same snapshot, and the same changed areas since the one before', async () => {
    await pyvmomi.call('track', z.null(), { vm: vm.ref });
    await pyvmomi.call('remove', z.null(), {
      snapshot: await pyvmomi.call('take', z.string(), { vm: vm.ref, name: 'cycle' }),
    });
    const first = await session.createSnapshot(vm.ref, { name: 'first', description: '', quiesce: false }, signal);
    const [before] = await session.snapshotDisks(first.ref, signal);
    expect(before?.changeId).toMatch(/^52 /);
    // More areas than one answer holds, one across two of the server's grains, and the disk's two ends.
    const scattered = Array.from({ length: 70 }, (_, index) => mib + index * 2 * grain);
    for (const offset of [0, 5 * grain - 256, ...scattered, disks[0].capacityBytes - 512])
      await control.write({ vm: vm.name, offset, data: randomBytes(512) });
    const second = await pyvmomi.call('take', z.string(), { vm: vm.ref, name: 'second' });

    const seen = await pyvmomi.call('snapshot_disks', z.array(disk), { snapshot: second });
    const shown = await session.snapshotDisks(second, signal);
    expect(
      shown.map(({ key, uuid, capacityBytes, fileName, changeId }) => ({
        key,
        uuid,
        capacityBytes,
        fileName,
        changeId,
      })),
    ).toEqual(seen);

    const { key, capacityBytes, changeId } = before ?? {};
    if (key === undefined || capacityBytes === undefined || !changeId) throw new Error('there is no change id');
    const asked = { vm: vm.ref, snapshot: second, key, capacity: capacityBytes, change_id: changeId };
    const { areas, calls } = await pyvmomi.call('changed', changes, asked);
    expect(calls).toBeGreaterThan(1);
    const query = { vm: vm.ref, snapshot: second, diskKey: key, capacityBytes, changeId };
    const extents = await Array.fromAsync(session.changedAreas(query, signal));
    expect(extents).toEqual(merged(areas));
    expect(extents).toHaveLength(73);
    const all = { ...query, changeId: '*' };
    const allocated = await pyvmomi.call('changed', changes, { ...asked, change_id: '*' });
    expect(await Array.fromAsync(session.changedAreas(all, signal))).toEqual(merged(allocated.areas));
    for (const ref of [second, first.ref]) await pyvmomi.call('remove', z.null(), { snapshot: ref });
    expect(await session.snapshots(vm.ref, signal)).toEqual([]);
  });

  test('what either exports of a running VM is, for qemu-img, each disk as the snapshot froze it', async () => {
    const taken = await session.createSnapshot(vm.ref, { name: 'export', description: '', quiesce: false }, signal);
    const frozen = [];
    for (const disk of [0, 1]) frozen.push(await control.sha256({ vm: vm.name, disk }));
    await control.write({ vm: vm.name, offset: mib, data: randomBytes(4096) });
    const theirs = await pyvmomi.call('export', z.array(z.string()), { snapshot: taken.ref, directory });
    const ours = await downloaded(taken.ref);
    for (const files of [theirs, ours]) {
      const exported = [];
      for (const file of files) {
        await qemuImg('check', '-f', 'vmdk', file);
        await qemuImg('convert', '-f', 'vmdk', '-O', 'raw', file, `${file}.raw`);
        exported.push(await sha256(`${file}.raw`));
      }
      expect(exported).toEqual(frozen);
    }
    await session.removeSnapshot(taken.ref, signal);
    expect((await control.state()).leases.map((lease) => lease.state)).toEqual(['done', 'done']);
  });

  /** The driver's own export, in the order of the disks. */
  async function downloaded(snapshot: string): Promise<readonly string[]> {
    await using lease = await session.exportSnapshot?.(vm.ref, snapshot, signal);
    if (!lease) throw new Error('The driver exports nothing.');
    expect(lease.disks.map((each) => each.key)).toEqual(vm.disks.map((each) => each.key));
    const files = [];
    for (const leased of lease.disks) {
      const file = join(directory, `driver-${leased.key}.vmdk`);
      await writeFile(file, lease.download(leased, signal));
      files.push(file);
    }
    await lease.complete(signal);
    return files;
  }

  test('what pyVmomi imports from qemu-img is a VM the driver sees, with the same bytes on its disks', async () => {
    const images = [];
    const written = [];
    for (const [index, { capacityBytes }] of disks.entries()) {
      const [raw, path] = [join(directory, `import-${index}.raw`), join(directory, `import-${index}.vmdk`)];
      await writeFile(
        raw,
        Buffer.concat([randomBytes(mib), Buffer.alloc(capacityBytes - mib - 512), randomBytes(512)]),
      );
      await qemuImg('convert', '-f', 'raw', '-O', 'vmdk', '-o', 'subformat=streamOptimized', raw, path);
      images.push({ path, capacityBytes });
      written.push(await sha256(raw));
    }
    const ref = await pyvmomi.call('import_vm', z.string(), {
      name: 'imported',
      pool: 'Hangzhou/host/production/Resources',
      folder: 'Hangzhou/vm/services',
      datastore: 'datastore2',
      disks: images,
    });
    const made = (await inventory()).find((each) => each.ref === ref);
    expect(made).toMatchObject({ path: 'Hangzhou/services/imported', powerState: 'POWERED_OFF' });
    expect(made?.disks.map((each) => each.capacityBytes)).toEqual(disks.map((each) => each.capacityBytes));
    const imported = [];
    for (const disk of [0, 1]) imported.push(await control.sha256({ vm: 'imported', disk }));
    expect(imported).toEqual(written);
    await session.destroyVm(ref, signal);
  });
});

/** Areas that touch are one, as the driver tells them. */
function merged(areas: readonly { readonly start: number; readonly length: number }[]) {
  const result: { start: number; length: number }[] = [];
  for (const { start, length } of areas) {
    const last = result.at(-1);
    if (last && last.start + last.length === start) last.length += length;
    else result.push({ start, length });
  }
  return result;
}
