import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { systemClock } from '../base/clock.ts';
import { delayOnce, errorTimes } from '../base/faults.ts';
import { preflightBackup } from '../control/jobs/preflight-backup.ts';
import { vspherePlatformDriver } from '../drivers/platform/vsphere/driver.ts';
import { requiredPrivileges } from '../drivers/platform/vsphere/required-privileges.ts';
import { decodeId, encodeId } from '../schema/global-id.ts';
import { govmomiProgram } from '../tools/setup/govmomi.ts';
import { govc, hasGovmomi, startVcsim } from './support/govmomi.ts';
import { hurriedClock } from './support/hurried-clock.ts';
import { type JobPlant, startJobPlant } from './support/job-plant.ts';
import { mutation } from './support/mutations.ts';
import { read } from './support/public-api.ts';

const mib = 2 ** 20;
/** The deadline of a command of whose time a preflight may look for `lookedMs`, which the gateway's clock makes of it. */
const lateMs = 40_000;
const lookedMs = 2_000;
const agentClock = {
  ...hurriedClock,
  sleep: (ms: number, of?: AbortSignal) =>
    ms > 30_000 && ms <= 32_000 ? systemClock.sleep(lookedMs, of) : hurriedClock.sleep(ms, of),
};
const signal = AbortSignal.timeout(120_000);
const documentation = join(import.meta.dirname, '../docs');
const script = join(documentation, 'examples/vcenter-role.sh');
const names = requiredPrivileges.map(({ privilege }) => privilege).toSorted();
const system = ['System.Anonymous', 'System.Read', 'System.View'];
const user = 'VSPHERE.LOCAL\\backup';
const password = 'p&<]]>"\'';

let plant: JobPlant;
const vcenterId = () => encodeId('VCenter', plant.vcenterId);
const run = async (field: string, payload: string, input: object) =>
  (await read(plant.plant.api, plant.plant.accessKey, mutation(field, payload), { input }))[field];
const update = (input: object) => run('updateVCenter', 'vcenter { status }', { vcenterId: vcenterId(), ...input });
const testVCenter = () =>
  run('testVCenter', 'missingPrivileges { privilege entity neededFor }', { vcenterId: vcenterId() });

const vmIds = async (...wanted: readonly string[]) => {
  const rows = await plant.db.selectFrom('virtual_machine').select(['id', 'name']).execute();
  return wanted.map((name) => encodeId('VirtualMachine', rows.find((row) => row.name === name)?.id ?? ''));
};

beforeAll(async () => {
  plant = await startJobPlant(
    [
      { name: 'one-01', disks: [{ capacityBytes: 4 * mib, dataBytes: mib }] },
      {
        name: 'odd-01',
        template: true,
        powerState: 'poweredOff',
        disks: [
          { capacityBytes: mib, mode: 'independent_persistent' },
          { capacityBytes: mib, rawDevice: true },
        ],
      },
    ],
    {},
    { agent: { clock: agentClock } },
  );
  plant.sandbox.users.setPassword(user, password);
});
afterAll(() => plant?.[Symbol.asyncDispose]());

test('the documentation, the script and the check of the driver are of the same privileges', async () => {
  const page = await readFile(join(documentation, 'vcenter-role.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `([^`]+)` \| ([^|]+) \|/gm)].map(([, name = '', uses = '']) => [name, uses]);
  expect(rows).toEqual(requiredPrivileges.map(({ privilege, neededFor }) => [privilege, neededFor.join(', ')]));
  const listed = (await readFile(script, 'utf8')).match(/^ {2}[A-Z]\w+\.[\w.]+/gm)?.map((line) => line.trim());
  expect(listed).toEqual(names);
});

describe.skipIf(!hasGovmomi('govc') || !hasGovmomi('vcsim'))('the script', () => {
  const runScript = (connection: { address: string; username: string; password: string }, role: string) =>
    promisify(execFile)('sh', [script, user], {
      env: {
        PATH: `${dirname(govmomiProgram('govc') ?? '')}:${process.env.PATH}`,
        GOVC_URL: `https://${connection.address}`,
        GOVC_USERNAME: connection.username,
        GOVC_PASSWORD: connection.password,
        GOVC_INSECURE: 'true',
        GOVC_PERSIST_SESSION: 'false',
        ROLE: role,
      },
      timeout: 60_000,
    });

  it('makes a role of exactly these privileges, all of which a vCenter knows; a second run changes nothing', async () => {
    await using vcsim = await startVcsim('-vm', '1');
    for (let times = 0; times < 2; times += 1) await runScript(vcsim.connection, 'Holdfast backup');
    const made = (await govc(vcsim.connection, 'role.ls', 'Holdfast backup')).trim().split('\n');
    expect(made.map((line) => line.trim()).toSorted()).toEqual([...names, ...system].toSorted());
    expect(await govc(vcsim.connection, 'permissions.ls', '/')).toMatch(/Holdfast backup .*backup/);
    await using session = await vspherePlatformDriver.connect(vcsim.connection, signal);
    expect(await session.missingPrivileges?.({}, signal)).toEqual([]);
  });

  it('makes one with which everything works', async () => {
    const { vcenterAddress: address, username, password: own } = plant.sandbox;
    await runScript({ address, username, password: own }, 'Holdfast');
    expect((await update({ username: user, password })).vcenter).toEqual({ status: 'CONNECTED' });
    expect((await testVCenter()).missingPrivileges).toEqual([]);
    const { jobId } = await plant.backup('one-01');
    await plant.backup('one-01');
    await plant.expectRestores(jobId, await plant.hashes('one-01'));
    await plant.plant.control.db.updateTable('gateway').set({ transport: 'NFC' }).execute();
    const overNetwork = await plant.backup('one-01', { forceFull: true });
    await plant.expectRestores(overNetwork.jobId, await plant.hashes('one-01'));
    await plant.nothingLeft();
  });
});

describe('a role that lacks a privilege', () => {
  it('is told by name: by a test, and by a job that finds out later', async () => {
    const { sandbox } = plant;
    const lacked = 'VirtualMachine.State.CreateSnapshot';
    const role = sandbox.authorization.addRole(
      'incomplete',
      names.filter((name) => name !== lacked),
    );
    sandbox.permit(user, role);
    expect((await update({ username: user, password })).vcenter).toEqual({ status: 'CONNECTED' });
    const { missingPrivileges } = await testVCenter();
    expect(missingPrivileges).toEqual(
      ['Hangzhou', 'Branch / Süd'].map((entity) => ({ privilege: lacked, entity, neededFor: ['backup'] })),
    );
    const preflight = await run(
      'preflightBackup',
      'reports { virtualMachine { name } canBackUp findings { code severity message } }',
      { virtualMachineIds: await vmIds('one-01', 'odd-01') },
    );
    expect(preflight.reports).toMatchObject([
      {
        virtualMachine: { name: 'one-01' },
        canBackUp: false,
        findings: [{ code: 'MISSING_PRIVILEGE', severity: 'ERROR', message: expect.stringContaining(lacked) }],
      },
      { virtualMachine: { name: 'odd-01' }, canBackUp: false },
    ]);
    const codes = preflight.reports[1].findings.map(({ code }: { code: string }) => code);
    expect(codes).toEqual([
      'MISSING_PRIVILEGE',
      'VIRTUAL_MACHINE_IS_TEMPLATE',
      'NO_DISK_TO_BACK_UP',
      'DISK_INDEPENDENT',
      'DISK_RDM',
    ]);
    const job = await plant.ended(await plant.startBackup('one-01'));
    expect(job).toMatchObject({
      status: 'FAILED',
      error: { code: 'NO_PERMISSION', message: expect.stringContaining(lacked) },
    });
    sandbox.authorization.updateRole(role, 'incomplete', names);
    expect((await testVCenter()).missingPrivileges).toEqual([]);
    await plant.backup('one-01');
    const clean = await run('preflightBackup', 'reports { canBackUp findings { code } }', {
      virtualMachineIds: await vmIds('one-01'),
    });
    expect(clean.reports).toEqual([{ canBackUp: true, findings: [] }]);
  });
});

describe('a preflight', () => {
  const reports = async (...wanted: readonly string[]) => {
    const { control, viewer } = plant.plant;
    const ids = (await vmIds(...wanted)).map((id) => decodeId(id, 'VirtualMachine', []));
    const config = { ...control.config, commandDeadlineMs: lateMs };
    const found = await preflightBackup({ ...control, config }, viewer, { virtualMachineIds: ids });
    return ids.map((id) => found.find((each) => each.virtualMachineId === id)?.findings.map(({ code }) => code));
  };

  it('tells what it saw when it had no time for all, and of one that cannot be looked at', async () => {
    await reports('one-01', 'odd-01');
    await plant.guest.injectFault(delayOnce('HasPrivilegeOnEntities', 4_000));
    const late = await reports('one-01', 'odd-01');
    expect(late.filter((codes) => codes?.includes('PREFLIGHT_NOT_REACHED'))).toHaveLength(1);
    await plant.guest.injectFault(errorTimes('FindAllByUuid', 1, 'NotSupported'));
    const odd = await reports('one-01', 'odd-01');
    expect(odd.filter((codes) => codes?.includes('NOT_SUPPORTED'))).toHaveLength(1);
  });
});
