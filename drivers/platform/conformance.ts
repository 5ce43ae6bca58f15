import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isDriverError } from '../../base/errors.ts';
import type { InventoryVm, NewVmSpec, PlatformConnection, PlatformDriver, PlatformSession } from './contract.ts';

/** One platform with two VMs that the suite may change. */
export interface PlatformFixture {
  readonly driver: PlatformDriver;
  /** A connection that works, pinned by fingerprint. */
  readonly connection: PlatformConnection & { readonly trustedFingerprint: string };
  /** Powered on, at least one ordinary disk on a SCSI controller, no snapshots, change tracking off. */
  readonly vm: { readonly instanceUuid: string; readonly biosUuid: string };
  /** Powered on, in the same place; the suite attaches disks of `vm` to it. */
  readonly gateway: { readonly instanceUuid: string; readonly biosUuid: string };
  /** Writes to the first disk of `vm` as its guest would. Offset in bytes. */
  readonly writeAsGuest: (offset: number, data: Uint8Array) => Promise<void>;
}

const mib = 1024 * 1024;

/** Declares the suite that every platform driver passes. Call it at the top level of a vitest file. */
export function platformConformance(
  name: string,
  makeFixture: () => Promise<PlatformFixture & { readonly close: () => Promise<void> }>,
): void {
  describe(`platform driver ${name}`, () => {
    const signal = AbortSignal.timeout(10 * 60_000);
    let fixture: Awaited<ReturnType<typeof makeFixture>>;
    let session: PlatformSession;
    let vm: InventoryVm;
    let gateway: InventoryVm;

    const found = async (identity: PlatformFixture['vm']): Promise<InventoryVm> => {
      const result = await session.findVm(identity, signal);
      if (!result) throw new Error('The fixture names a virtual machine that is not there.');
      return result;
    };
    const snapshot = (label: string) =>
      session.createSnapshot(vm.ref, { name: label, description: 'conformance', quiesce: false }, signal);
    const firstDisk = async (ref: string) => {
      const [disk] = await session.snapshotDisks(ref, signal);
      if (!disk) throw new Error('The snapshot has no disk.');
      return disk;
    };
    const newVm = async (marker: string): Promise<NewVmSpec> => {
      const configuration = await session.vmConfiguration(vm.ref, signal);
      return {
        name: `conformance ${marker}`,
        folder: null,
        datastore: configuration.datastore,
        cpuCount: 1,
        memoryBytes: 256 * mib,
        guestId: configuration.guestId,
        firmware: configuration.firmware,
        network: configuration.networks[0] ?? null,
        disks: [{ label: 'Hard disk 1', capacityBytes: 8 * mib, thin: true, controllerKey: 1000, unitNumber: 0 }],
        ...(configuration.controllers ? { controllers: configuration.controllers } : {}),
        marker,
      };
    };

    beforeAll(async () => {
      fixture = await makeFixture();
      session = await fixture.driver.connect(fixture.connection, signal);
      vm = await found(fixture.vm);
      gateway = await found(fixture.gateway);
    });
    afterAll(async () => {
      await session?.[Symbol.asyncDispose]();
      await fixture?.close();
    });

    describe('connecting', () => {
      it('refuses a wrong password, and says so without it', async () => {
        const password = 'not-the-password';
        const error = await failure(fixture.driver.connect({ ...fixture.connection, password }, signal));
        expect(error).toMatchObject({ code: 'INVALID_LOGIN', kind: 'needsPerson' });
        expect(`${error.message} ${error.remedy}`).not.toContain(password);
      });

      it('refuses a certificate that is not the trusted one and shows both fingerprints', async () => {
        const trustedFingerprint = Array.from({ length: 32 }, () => '00').join(':');
        const error = await failure(fixture.driver.connect({ ...fixture.connection, trustedFingerprint }, signal));
        expect(error).toMatchObject({
          code: 'CERTIFICATE_NOT_TRUSTED',
          kind: 'needsPerson',
          cause: { presentedFingerprint: fixture.connection.trustedFingerprint, trustedFingerprint },
        });
      });

      it('trusts no certificate without being told to', async () => {
        const { address, username, password } = fixture.connection;
        const error = await failure(fixture.driver.connect({ address, username, password }, signal));
        expect(error).toMatchObject({ code: 'CERTIFICATE_NOT_TRUSTED', cause: { trustedFingerprint: null } });
      });

      it('says that a server cannot be reached, as something that may pass', async () => {
        const error = await failure(fixture.driver.connect({ ...fixture.connection, address: '127.0.0.1:1' }, signal));
        expect(error).toMatchObject({ code: 'UNREACHABLE', kind: 'transient' });
      });

      it('stops with the reason of the signal', async () => {
        const reason = new Error('enough');
        const aborted = AbortSignal.abort(reason);
        await expect(fixture.driver.connect(fixture.connection, aborted)).rejects.toBe(reason);
        await expect(session.about(aborted).then(() => session.snapshots(vm.ref, aborted))).rejects.toBe(reason);
      });

      it('can be closed twice, and then answers nothing more', async () => {
        const other = await fixture.driver.connect(fixture.connection, signal);
        await other[Symbol.asyncDispose]();
        await other[Symbol.asyncDispose]();
        expect(isDriverError(await failure(other.snapshots(vm.ref, signal)))).toBe(true);
      });
    });

    describe('inventory', () => {
      it('says which server it is', async () => {
        const missing = await session.missingPrivileges?.({ vm: vm.ref }, signal);
        expect(missing ?? [], 'the suite runs as a user who may everything').toEqual([]);
        const condition = await session.vmCondition?.(vm.ref, signal);
        if (condition) {
          expect(condition).toMatchObject({ connected: true, consolidationNeeded: false });
          expect(condition.datastores.length).toBeGreaterThan(0);
          for (const { freeBytes, capacityBytes } of condition.datastores)
            expect(freeBytes).toBeLessThanOrEqual(capacityBytes);
        }
        const about = await session.about(signal);
        expect(about.fingerprint).toBe(fixture.connection.trustedFingerprint);
        expect(about.instanceUuid).toMatch(/^[0-9a-f-]{36}$/);
        expect(about.version).not.toBe('');
      });

      it('lists every VM once, in batches of at most 250', async () => {
        const seen = new Map<string, InventoryVm>();
        for await (const batch of session.inventory(signal)) {
          expect(batch.length).toBeGreaterThan(0);
          expect(batch.length).toBeLessThanOrEqual(250);
          for (const each of batch) {
            expect(seen.has(each.ref)).toBe(false);
            seen.set(each.ref, each);
          }
        }
        expect(seen.get(vm.ref)).toEqual(vm);
        expect(seen.get(gateway.ref)).toEqual(gateway);
      });

      it('describes a VM and its disks', () => {
        expect(vm).toMatchObject({
          ...fixture.vm,
          powerState: 'POWERED_ON',
          template: false,
          changeTrackingEnabled: false,
        });
        expect(vm.path.endsWith(`/${vm.name}`) && !vm.path.startsWith('/')).toBe(true);
        expect(vm.disks.length).toBeGreaterThan(0);
        for (const disk of vm.disks) {
          expect(disk.capacityBytes).toBeGreaterThan(0);
          expect(disk.uuid).not.toBe('');
          expect(disk.fileName).toContain(disk.datastore);
        }
      });

      it('finds a VM by both its uuids only', async () => {
        const unknown = '00000000-0000-4000-8000-000000000000';
        expect(await session.findVm({ ...fixture.vm, biosUuid: unknown }, signal)).toBeUndefined();
        expect(await session.findVm({ ...fixture.vm, instanceUuid: unknown }, signal)).toBeUndefined();
      });

      it('keeps a configuration that survives JSON', async () => {
        const configuration = await session.vmConfiguration(vm.ref, signal);
        expect(configuration).toMatchObject({ version: 1, name: vm.name, cpuCount: vm.cpuCount, path: vm.path });
        expect(JSON.parse(JSON.stringify(configuration))).toEqual(configuration);
      });

      it('does not know a VM that is not there', async () => {
        expect(await failure(session.snapshots('vm-99999999', signal))).toMatchObject({
          code: 'NOT_FOUND',
          kind: 'permanent',
        });
      });
    });

    describe('snapshots and changed areas', () => {
      it('refuses to enable change tracking while there are snapshots', async () => {
        const taken = await snapshot('conformance: in the way');
        expect(await failure(session.enableChangeTracking(vm.ref, signal))).toMatchObject({ code: 'INVALID_STATE' });
        await session.removeSnapshot(taken.ref, signal);
      });

      it('takes, lists and removes a snapshot, and removes one that is gone', async () => {
        const taken = await snapshot('conformance: a/b <&> ü');
        expect(taken).toMatchObject({ name: 'conformance: a/b <&> ü', description: 'conformance', quiesced: false });
        expect(new Date(taken.createdAt).toISOString()).toBe(taken.createdAt);
        expect(await session.snapshots(vm.ref, signal)).toEqual([taken]);
        const disks = await session.snapshotDisks(taken.ref, signal);
        const ordinary = vm.disks.filter((disk) => disk.obstacle === null);
        expect(disks.map(({ key, uuid, capacityBytes }) => ({ key, uuid, capacityBytes }))).toEqual(
          ordinary.map(({ key, uuid, capacityBytes }) => ({ key, uuid, capacityBytes })),
        );
        expect(disks.map((disk) => disk.fileName)).toEqual(ordinary.map((disk) => disk.fileName));
        await session.removeSnapshot(taken.ref, signal);
        expect(await session.snapshots(vm.ref, signal)).toEqual([]);
        await session.removeSnapshot(taken.ref, signal);
        await session.consolidate(vm.ref, signal);
      });

      it('tells what changed between two snapshots, ascending and merged', async () => {
        await session.enableChangeTracking(vm.ref, signal);
        await session.enableChangeTracking(vm.ref, signal);
        await session.removeSnapshot((await snapshot('conformance: cycle')).ref, signal);
        const first = await snapshot('conformance: first');
        const { changeId, key: diskKey, capacityBytes } = await firstDisk(first.ref);
        await session.removeSnapshot(first.ref, signal);
        if (changeId === null) throw new Error('Change tracking is on, but the snapshot has no change id.');
        const offsets = [0, 64 * 1024, 1 * mib, capacityBytes - 4096];
        for (const offset of offsets) await fixture.writeAsGuest(offset, new Uint8Array(4096).fill(7));
        const second = await snapshot('conformance: second');
        const query = { vm: vm.ref, snapshot: second.ref, diskKey, capacityBytes, changeId };
        const areas = await Array.fromAsync(session.changedAreas(query, signal));
        let end = -1;
        for (const area of areas) {
          expect(area.length).toBeGreaterThan(0);
          expect(area.start).toBeGreaterThan(end);
          end = area.start + area.length;
        }
        expect(end).toBeLessThanOrEqual(capacityBytes);
        for (const offset of offsets) {
          expect(areas.some(({ start, length }) => start <= offset && start + length >= offset + 4096)).toBe(true);
        }
        const foreign = { ...query, changeId: '52 de ad be ef 00 00 00-00 00 00 00 00 00 00 00/1' };
        expect(await failure(Array.fromAsync(session.changedAreas(foreign, signal)))).toMatchObject({
          code: 'CHANGE_TRACKING_LOST',
          kind: 'permanent',
        });
        await session.removeSnapshot(second.ref, signal);
      });
    });

    describe('new VMs', () => {
      it('makes a VM, finds it by its marker, marks it anew and destroys it, twice', async () => {
        const marker = 'conformance:one';
        const made = await session.createVm(await newVm(marker), signal);
        expect(made).toMatchObject({ name: `conformance ${marker}`, powerState: 'POWERED_OFF', cpuCount: 1 });
        expect(made.disks.map((disk) => disk.capacityBytes)).toEqual([8 * mib]);
        expect(await session.findByMarker('conformance:', signal)).toEqual([{ vm: made, marker }]);
        expect(await session.findByMarker('conformance:two', signal)).toEqual([]);
        await session.setMarker(made.ref, 'conformance:other', signal);
        expect(await session.findByMarker('conformance:', signal)).toEqual([{ vm: made, marker: 'conformance:other' }]);
        await session.destroyVm(made.ref, signal);
        await session.destroyVm(made.ref, signal);
        expect(await session.findByMarker('conformance:', signal)).toEqual([]);
      });

      it('destroys neither a running VM nor one that holds a disk of another', async () => {
        expect(await failure(session.destroyVm(vm.ref, signal))).toMatchObject({ code: 'INVALID_STATE' });
        const made = await session.createVm(await newVm('conformance:holder'), signal);
        const taken = await snapshot('conformance: held');
        const { fileName, datastore } = await firstDisk(taken.ref);
        const held = await session.attachDisk(made.ref, { fileName, datastore, mode: 'READ' }, signal);
        expect(await failure(session.destroyVm(made.ref, signal))).toMatchObject({ code: 'INVALID_STATE' });
        await session.detachDisk(made.ref, held, signal);
        await session.removeSnapshot(taken.ref, signal);
        await session.destroyVm(made.ref, signal);
        expect(await found(fixture.vm)).toMatchObject({ disks: vm.disks });
      });
    });

    describe('attached disks', () => {
      it('attaches, lists and detaches a disk, and detaches one that is gone', async () => {
        const taken = await snapshot('conformance: attached');
        const { uuid, fileName, datastore } = await firstDisk(taken.ref);
        const attached = await session.attachDisk(gateway.ref, { fileName, datastore, mode: 'READ' }, signal);
        expect(attached.uuid).toBe(uuid);
        expect((await session.foreignDisks(gateway.ref, signal)).map((disk) => disk.deviceKey)).toEqual([
          attached.deviceKey,
        ]);
        await session.detachDisk(gateway.ref, attached, signal);
        await session.detachDisk(gateway.ref, attached, signal);
        expect(await session.foreignDisks(gateway.ref, signal)).toEqual([]);
        await session.removeSnapshot(taken.ref, signal);
        expect((await found(fixture.gateway)).disks).toEqual(gateway.disks);
      });

      it('attaches several disks at once to units of their own, and detaches none in the place of another', async () => {
        const made = await session.createVm(
          {
            ...(await newVm('conformance:many')),
            disks: [0, 1, 2].map((unitNumber) => ({
              label: `Hard disk ${unitNumber + 1}`,
              capacityBytes: 2 * mib,
              thin: true,
              controllerKey: 1000,
              unitNumber,
            })),
          },
          signal,
        );
        const attached = await Promise.all(
          made.disks.map(({ fileName, datastore }) =>
            session.attachDisk(gateway.ref, { fileName, datastore, mode: 'WRITE' }, signal),
          ),
        );
        expect(attached.map((disk) => disk.uuid)).toEqual(made.disks.map((disk) => disk.uuid));
        for (const disk of attached) await session.detachDisk(gateway.ref, disk, signal);
        const [first, second] = made.disks;
        if (!first || !second) throw new Error('no disks');
        const earlier = await session.attachDisk(gateway.ref, { ...first, mode: 'WRITE' }, signal);
        await session.detachDisk(gateway.ref, earlier, signal);
        const later = await session.attachDisk(gateway.ref, { ...second, mode: 'WRITE' }, signal);
        // The key was let go and given again: whoever still means the earlier disk must not take the later one away.
        expect(later.deviceKey).toBe(earlier.deviceKey);
        await session.detachDisk(gateway.ref, earlier, signal);
        expect(await session.foreignDisks(gateway.ref, signal)).toEqual([later]);
        await session.detachDisk(gateway.ref, later, signal);
        await session.destroyVm(made.ref, signal);
      });
    });
  });
}

/** What `work` rejects with; a DriverError in almost every case. */
async function failure(work: Promise<unknown>): Promise<Error & { readonly remedy?: string }> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Error) return error;
    throw new Error('Something was thrown that is no Error.', { cause: error });
  }
  throw new Error('It did not fail.');
}
