import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { systemIds } from '../../../base/ids.ts';
import { ManualClock } from '../../../base/manual-clock.ts';
import { collectVms, govc, hasGovmomi, otherSessions, startVcsim, type Vcsim } from '../../../tests/support/govmomi.ts';
import type { InventoryVm, PlatformSession } from '../contract.ts';
import { createVsphereDriver, vspherePlatformDriver } from './driver.ts';

const mib = 1024 * 1024;
const signal = AbortSignal.timeout(120_000);
const [hasVcsim, hasGovc] = [hasGovmomi('vcsim'), hasGovmomi('govc')];

/** The driver against VMware's own simulator, written without us, with govc as a second pair of eyes: what it sees. */
describe.skipIf(!hasVcsim || !hasGovc)('the vSphere driver and a large vcsim', () => {
  let vcsim: Vcsim;
  let session: PlatformSession;
  let vms: readonly InventoryVm[];
  let vm: InventoryVm;

  const inventory = async () => (await Array.fromAsync(session.inventory(signal))).flat();

  beforeAll(async () => {
    vcsim = await startVcsim('-dc', '2', '-vm', '43', '-folder', '1', '-app', '1', '-pool', '1');
    session = await vspherePlatformDriver.connect(vcsim.connection, signal);
    vms = await inventory();
  });
  afterAll(async () => {
    await session?.[Symbol.asyncDispose]();
    await vcsim?.[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    const [first] = vms;
    if (!first) throw new Error('vcsim has no virtual machine');
    vm = first;
  });

  describe('connecting', () => {
    test('a wrong password is tried once', async () => {
      const before = await vcsim.requests('Login');
      const wrong = { ...vcsim.connection, password: 'wrong' };
      await expect(vspherePlatformDriver.connect(wrong, signal)).rejects.toMatchObject({
        code: 'INVALID_LOGIN',
        kind: 'needsPerson',
      });
      expect((await vcsim.requests('Login')) - before).toBe(1);
    });

    test('the certificate is trusted by its fingerprint or its authority, for its own name, and else no password is sent', async () => {
      const { trustedFingerprint, ...bare } = vcsim.connection;
      const before = await vcsim.requests('Login');
      const refused = { code: 'CERTIFICATE_NOT_TRUSTED', cause: { presentedFingerprint: trustedFingerprint } };
      await expect(vspherePlatformDriver.connect(bare, signal)).rejects.toMatchObject(refused);
      const other = { ...bare, trustedFingerprint: 'AA'.repeat(32) };
      await expect(vspherePlatformDriver.connect(other, signal)).rejects.toMatchObject(refused);
      const elsewhere = { ...bare, ca: vcsim.certificate, address: bare.address.replace('127.0.0.1', 'localhost') };
      await expect(vspherePlatformDriver.connect(elsewhere, signal)).rejects.toMatchObject(refused);
      expect(await vcsim.requests('Login')).toBe(before);
      await using byAuthority = await vspherePlatformDriver.connect({ ...bare, ca: vcsim.certificate }, signal);
      expect(await byAuthority.about(signal)).toMatchObject({ fingerprint: trustedFingerprint });
    });

    test('a server that speaks plain HTTP is not reached', async () => {
      await using plain = await startVcsim('-tls=false', '-vm', '0');
      await expect(vspherePlatformDriver.connect(plain.connection, signal)).rejects.toMatchObject({
        code: 'UNREACHABLE',
        kind: 'transient',
      });
      expect(await plain.requests('Login')).toBe(0);
    });

    test('it is the server that govc sees', async () => {
      const about = await session.about(signal);
      const seen = await govc(vcsim.connection, 'about');
      for (const value of [about.name, about.version, about.build, about.instanceUuid]) expect(seen).toContain(value);
      expect(about).toMatchObject({ kind: 'VCENTER', fingerprint: vcsim.connection.trustedFingerprint });
    });

    test('a single ESXi host has the identity of its hardware', async () => {
      await using esx = await startVcsim('-esx', '-vm', '2');
      await using host = await vspherePlatformDriver.connect(esx.connection, signal);
      const about = await host.about(signal);
      expect(about).toMatchObject({ kind: 'ESXI' });
      expect(await govc(esx.connection, 'host.info', '-json')).toContain(about.instanceUuid);
      const paths = (await Array.fromAsync(host.inventory(signal))).flat().map((each) => each.path);
      expect(paths).toEqual(['ha-datacenter/ha-host_VM0', 'ha-datacenter/ha-host_VM1']);
    });
  });

  describe('a session', () => {
    test('that an administrator terminates is renewed once for all calls', async () => {
      const [own, ...others] = await otherSessions(vcsim.connection);
      if (!own) throw new Error('the session is not listed');
      expect(others).toEqual([]);
      const before = await vcsim.requests('Login');
      await govc(vcsim.connection, 'session.rm', own.Key);
      const calls = [1, 2, 3, 4].map(() => session.findByMarker('none', signal));
      expect(await Promise.all(calls)).toEqual([[], [], [], []]);
      const [renewed, ...more] = await otherSessions(vcsim.connection);
      expect(renewed?.Key).not.toBe(own.Key);
      expect(more).toEqual([]);
      // The other two are govc's own.
      expect((await vcsim.requests('Login')) - before).toBe(3);
    });

    test('is kept alive while nothing else happens, and ended at the server when it is closed', async () => {
      const clock = new ManualClock();
      const own = new Set((await otherSessions(vcsim.connection)).map((each) => each.Key));
      const idle = await createVsphereDriver({ clock, ids: systemIds }).connect(vcsim.connection, signal);
      const listed = async () => (await otherSessions(vcsim.connection)).find((each) => !own.has(each.Key));
      const before = await listed();
      expect(before).toBeDefined();
      await clock.advance(10 * 60_000);
      const calls = (before?.CallCount ?? 0) + 1;
      await vi.waitFor(async () => expect((await listed())?.CallCount).toBe(calls), { timeout: 20_000 });
      await idle[Symbol.asyncDispose]();
      expect(await listed()).toBeUndefined();
    });
  });

  describe('inventory', () => {
    test('hundreds of VMs come in batches of at most 250, although vcsim sends all in one answer', async () => {
      const batches = await Array.fromAsync(session.inventory(signal));
      expect(batches.map((batch) => batch.length)).toEqual([250, 8]);
      expect(new Set(batches.flat().map((each) => each.ref)).size).toBe(258);
    });

    test('every VM is as govc sees it, in folders and vApps too', async () => {
      const paths = [
        'name',
        'config.uuid',
        'config.instanceUuid',
        'config.files.vmPathName',
        'config.hardware.memoryMB',
      ];
      const seen = await collectVms(vcsim.connection, ...paths);
      expect(
        new Map(
          vms.map((each) => [
            each.ref,
            [each.name, each.biosUuid, each.instanceUuid, each.configFile, each.memoryBytes / mib],
          ]),
        ),
      ).toEqual(new Map([...seen].map(([ref, properties]) => [ref, paths.map((path) => properties[path])])));
      const found = (await govc(vcsim.connection, 'find', '/', '-type', 'm')).trim().split('\n');
      const shown = found.map((path) => path.slice(1).replace(/(DC\d)\/vm\//, '$1/')).toSorted();
      expect(vms.map((each) => each.path).toSorted()).toEqual(shown);
      expect(vms.map((each) => each.path)).toContain('F0/DC1/F0/DC1_C0_APP0_VM0');
    });

    test('a configuration names what a restore needs', async () => {
      expect(await session.vmConfiguration(vm.ref, signal)).toEqual({
        version: 1,
        name: 'DC0_H0_VM0',
        guestId: 'otherGuest',
        cpuCount: 1,
        memoryBytes: 32 * mib,
        firmware: 'BIOS',
        path: 'DC0/DC0_H0_VM0',
        datastore: 'LocalDS_0',
        networks: ['DC0_DVPG0'],
        controllers: [{ key: 202, type: 'ParaVirtualSCSIController' }],
      });
    });

    test('a VM that is not there is NOT_FOUND', async () => {
      await expect(session.snapshots('vm-99999', signal)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });
  });
});
