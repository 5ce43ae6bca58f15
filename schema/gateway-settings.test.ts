import { expect, it } from 'vitest';
import { setGatewayStatus } from '../control/activation/gateway-status.ts';
import { openVaultSession } from '../control/attempts/vault-session.ts';
import { inTransaction } from '../control/events/in-transaction.ts';
import { downTopic } from '../protocol/messages.ts';
import { claim, claimOne, createGatewayRow, finishBackup } from '../tests/support/control-scene.ts';
import { mutation } from '../tests/support/mutations.ts';
import { onApi } from '../tests/support/on-api.ts';
import { newKey, read } from '../tests/support/public-api.ts';
import { createTenant } from '../tests/support/viewers.ts';
import { encodeId } from './global-id.ts';

const settings = 'id name version useHttps maxWorkers maxCpuCores transport';
const flow =
  'flowControl { windows { days start end timeZone bytesPerSecond appliesTo } activeLimits { backup restore } nextChangeAt }';
const documents = {
  updateGatewaySettings: mutation('updateGatewaySettings', `gateway { ${settings} }`),
  setFlowControl: mutation('setFlowControl', `gateway { version ${flow} }`),
};
const jobSettings =
  'useHttps transport workers maxWorkers maxCpuCores flowControl { windows { start } limits { backup restore } }';
const everyDay = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'];
const window = (changes: object = {}) => ({
  days: everyDay,
  start: '08:00',
  end: '18:00',
  timeZone: 'Asia/Shanghai',
  bytesPerSecond: 5_000_000,
  appliesTo: 'BOTH',
  ...changes,
});

onApi('settings of a gateway', (suite) => {
  const id = () => encodeId('Gateway', suite.scene.gateway.gatewayId);
  const version = async (): Promise<number> => {
    const { gateway } = await suite.read('query ($id: ID!) { gateway(id: $id) { version } }', { id: id() });
    return gateway.version;
  };
  const run = async (field: keyof typeof documents, input: object, key = suite.key) => {
    const given = { gatewayId: id(), expectedVersion: await version(), ...input };
    return (await read(suite.api, key, documents[field], { input: given }))[field];
  };
  const events = async () => {
    const rows = await suite.control.db
      .selectFrom('event')
      .select('data')
      .where('type', '=', 'GATEWAY_SETTINGS_CHANGED')
      .orderBy('position')
      .execute();
    return rows.map(({ data }) => data);
  };

  it('change one by one, each with an event and a wake-up; nothing happens where nothing changes', async () => {
    const woken: unknown[] = [];
    await using _messages = await suite.control.bus.subscribe(
      downTopic(suite.scene.gateway.gatewayId),
      (_topic, body) => woken.push(JSON.parse(Buffer.from(body).toString())),
    );
    const before = await version();
    const { gateway } = await run('updateGatewaySettings', { name: 'renamed', useHttps: false, maxWorkers: 3 });
    expect(gateway).toMatchObject({
      name: 'renamed',
      useHttps: false,
      maxWorkers: 3,
      maxCpuCores: 0,
      version: before + 1,
    });
    const next = await run('updateGatewaySettings', { maxCpuCores: 2, transport: 'NFC', maxWorkers: 3 });
    expect(next.gateway).toMatchObject({ name: 'renamed', maxCpuCores: 2, transport: 'NFC', version: before + 2 });
    expect((await run('updateGatewaySettings', { maxCpuCores: 2 })).gateway.version).toBe(before + 2);
    expect(await events()).toEqual([
      { name: 'renamed', changed: ['name', 'useHttps', 'maxWorkers'] },
      { name: 'renamed', changed: ['maxCpuCores', 'transport'] },
    ]);
    await expect
      .poll(() => woken)
      .toEqual([
        { version: 1, wake: 'SETTINGS' },
        { version: 1, wake: 'SETTINGS' },
      ]);
  });

  it('are taken for the version that was seen, whatever became of the status meanwhile', async () => {
    const { gatewayId } = suite.scene.gateway;
    const expectedVersion = await version();
    const now = new Date(suite.control.clock.now());
    for (const [from, to] of [
      ['ACTIVATED', 'OFFLINE'],
      ['OFFLINE', 'ACTIVATED'],
    ] as const)
      expect(
        await inTransaction(suite.control, (trx, emit) =>
          setGatewayStatus(trx, emit, { gatewayId, from: [from], to, now }),
        ),
      ).toBe(true);
    expect((await run('setFlowControl', { windows: [window()], expectedVersion })).__typename).toMatch(/Payload$/);
    expect(await run('updateGatewaySettings', { name: 'stale', expectedVersion })).toMatchObject({
      code: 'VERSION_CONFLICT',
    });
    await run('setFlowControl', { windows: [] });
  });

  it('are refused with the reason', async () => {
    const { control, scene } = suite;
    const tooMany = await run('updateGatewaySettings', { maxWorkers: 65, maxCpuCores: -1, name: '' });
    expect(tooMany.issues.map(({ path }: { path: string[] }) => path.join('.')).sort()).toEqual([
      'maxCpuCores',
      'maxWorkers',
      'name',
    ]);
    const stale = await run('updateGatewaySettings', { useHttps: true, expectedVersion: 1 });
    expect(stale).toMatchObject({ __typename: 'VersionConflictError', code: 'VERSION_CONFLICT' });
    const otherId = await createGatewayRow(control, scene.viewer, scene.vaultId);
    const other = await control.db.selectFrom('gateway').select('name').where('id', '=', otherId).executeTakeFirst();
    expect(await run('updateGatewaySettings', { name: other?.name })).toMatchObject({ code: 'NAME_TAKEN' });
    const reader = await newKey(control, { scopes: ['gateway:read'] });
    const tenant = await createTenant(control, scene.viewer, 'another tenant');
    const foreign = await newKey(control, { resourceGroups: [tenant.resourceGroupId] });
    for (const [field, input] of [
      ['updateGatewaySettings', { useHttps: false }],
      ['setFlowControl', { windows: [] }],
    ] as const) {
      expect(await run(field, input, reader)).toMatchObject({ requiredScope: 'gateway:write' });
      expect(await run(field, input, foreign)).toMatchObject({ code: 'NOT_FOUND' });
      expect(await run(field, { ...input, expectedVersion: 1 })).toMatchObject({ code: 'VERSION_CONFLICT' });
    }
  });

  it('take windows of flow control, show what holds now, and give all of them up', async () => {
    const always = window({ start: '00:00', end: '24:00', appliesTo: 'BACKUP', days: [...everyDay].reverse() });
    const night = window({ days: ['FRIDAY'], start: '22:00', end: '06:00', appliesTo: 'RESTORE', timeZone: 'UTC' });
    const { gateway } = await run('setFlowControl', { windows: [always, night] });
    expect(gateway.flowControl).toMatchObject({
      windows: [{ ...always, days: everyDay }, night],
      activeLimits: { backup: 5_000_000 },
      nextChangeAt: expect.stringMatching(/T(22|06):00:00.000Z$/),
    });
    expect((await events()).at(-1)).toMatchObject({ changed: ['flowControl'] });
    const { settings: told } = await claim(suite.control, suite.scene.gateway);
    expect(told.flowControl).toEqual([{ ...always, days: everyDay }, night]);
    const none = await run('setFlowControl', { windows: [] });
    expect(none.gateway.flowControl).toEqual({
      windows: [],
      activeLimits: { backup: null, restore: null },
      nextChangeAt: null,
    });
  });

  it('name each field of a window that is wrong, and each overlap', async () => {
    const before = await version();
    const wrong = await run('setFlowControl', {
      windows: [
        window(),
        window({ start: '24:00', end: '8:30', timeZone: 'Asia/Nowhere', bytesPerSecond: 999_999, days: [] }),
        window({ start: '09:00', end: '09:00', timeZone: '+08:00' }),
      ],
    });
    const issues = wrong.issues.map(({ path, code }: { path: string[]; code: string }) => `${path.join('.')} ${code}`);
    expect(issues.sort()).toEqual([
      'windows.1.bytesPerSecond TOO_SMALL',
      'windows.1.days TOO_SMALL',
      'windows.1.end INVALID_FORMAT',
      'windows.1.start INVALID_FORMAT',
      'windows.1.timeZone UNKNOWN_TIME_ZONE',
      'windows.2.end EMPTY_WINDOW',
      'windows.2.timeZone UNKNOWN_TIME_ZONE',
    ]);
    const overlapping = await run('setFlowControl', {
      // 08:00 to 18:00 in Shanghai is 00:00 to 10:00 UTC.
      windows: [window(), window({ start: '09:59', end: '11:00', timeZone: 'UTC', appliesTo: 'BACKUP' })],
    });
    expect(overlapping.issues).toEqual([
      { path: ['windows', '1', 'start'], code: 'OVERLAP', message: expect.stringContaining('T09:59:00.000Z') },
    ]);
    expect(await version()).toBe(before);
    const touching = [window(), window({ start: '10:00', end: '11:00', timeZone: 'UTC', appliesTo: 'BACKUP' })];
    expect((await run('setFlowControl', { windows: touching })).gateway.flowControl.windows).toEqual(touching);
  });

  it('are recorded with the attempt that began with them, and changes are for the next one', async () => {
    const { control, scene } = suite;
    await run('updateGatewaySettings', { useHttps: false, maxWorkers: 4, maxCpuCores: 0 });
    await run('setFlowControl', { windows: [window({ start: '00:00', end: '24:00', bytesPerSecond: 3_000_000 })] });
    const start = mutation('startBackup', 'job { id settings { useHttps } }');
    const input = { virtualMachineId: encodeId('VirtualMachine', scene.virtualMachineIds[0]) };
    const { job } = (await suite.read(start, { input })).startBackup;
    expect(job.settings).toBeNull();
    const work = await claimOne(control, scene.gateway);
    expect(work.settings).toMatchObject({ useHttps: false, maxWorkers: 4 });
    await run('updateGatewaySettings', { useHttps: true, maxWorkers: 1 });
    await run('setFlowControl', { windows: [] });
    const shown = async () =>
      (
        await suite.read(
          `query ($id: ID!) { job(id: $id) { settings { ${jobSettings} } attempts { settings { workers } } } }`,
          { id: job.id },
        )
      ).job;
    const began = {
      useHttps: false,
      maxWorkers: 4,
      maxCpuCores: 0,
      flowControl: { windows: [{ start: '00:00' }], limits: { backup: 3_000_000, restore: 3_000_000 } },
    };
    expect((await shown()).settings).toEqual({ ...began, transport: null, workers: null });
    await openVaultSession(control, { gatewayId: scene.gateway.gatewayId }, work.attemptId, {
      fence: work.fence,
      pins: [],
      runsWith: { transport: 'hotadd', workers: 2 },
    });
    expect(await shown()).toEqual({
      settings: { ...began, transport: 'hotadd', workers: 2 },
      attempts: [{ settings: { workers: 2 } }],
    });
    await finishBackup(control, scene.gateway, work);
    await suite.read(start, { input });
    expect((await claimOne(control, scene.gateway)).settings).toMatchObject({
      useHttps: true,
      maxWorkers: 1,
      flowControl: [],
    });
  });
});
