import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '../../base/manual-clock.ts';
import { downTopic } from '../../protocol/messages.ts';
import { sealContext, unseal } from '../../protocol/sealed.ts';
import type { CommandResult } from '../../protocol/work.ts';
import { createTestControl, type TestControl } from '../../tests/support/control.ts';
import {
  type ControlScene,
  claim,
  createActivatedGateway,
  createGatewayRow,
  createScene,
} from '../../tests/support/control-scene.ts';
import { databases, type TestDatabase } from '../../tests/support/databases.ts';
import { sweeper } from '../jobs/sweeper.ts';
import type { CommandInput } from './command-input.ts';
import { finishCommand } from './finish-command.ts';
import { postCommand } from './post-command.ts';
import { runCommand } from './run-command.ts';

describe.each(databases())('commands on $name', ({ open }) => {
  const clock = new ManualClock();
  let database: TestDatabase;
  let control: TestControl;
  let scene: ControlScene;
  let principal: { gatewayId: string };
  let input: Extract<CommandInput, { readonly kind: 'TEST_VCENTER' }>;
  beforeAll(async () => {
    database = await open();
    control = await createTestControl({ database, clock });
    scene = await createScene(control);
    principal = { gatewayId: scene.gateway.gatewayId };
    input = {
      kind: 'TEST_VCENTER',
      vcenter: {
        vcenterId: scene.vcenterId,
        platformDriver: 'vsphere',
        address: '127.0.0.1:443',
        username: 'root',
        password: 'p@ss:/#"',
        trustedFingerprint: null,
      },
    };
  });
  afterAll(async () => {
    await control[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  const answer: CommandResult = { ok: true, result: { name: 'vc', version: '8.0' } };
  /** Lets time pass until `promise` has settled. */
  const whileTimePasses = async <T>(promise: Promise<T>): Promise<PromiseSettledResult<T>> => {
    let settled: PromiseSettledResult<T> | undefined;
    const watched = Promise.allSettled([promise]).then(([result]) => {
      settled = result;
      return result;
    });
    while (!settled) {
      await clock.advance(200);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return watched;
  };

  it('wakes the gateway, seals the password to it and waits for its answer', async () => {
    const heard: string[] = [];
    await using _listener = await control.bus.subscribe(downTopic(principal.gatewayId), (_topic, body) =>
      heard.push(Buffer.from(body).toString('utf8')),
    );
    const waiting = runCommand(control, principal.gatewayId, input);
    await expect.poll(() => heard).toEqual(['{"version":1,"wake":"COMMAND"}']);
    const { commands } = await claim(control, scene.gateway);
    const [command] = commands;
    if (command?.kind !== 'TEST_VCENTER') throw new Error('no command');
    expect(command).toMatchObject({ kind: 'TEST_VCENTER', vcenter: { address: '127.0.0.1:443', username: 'root' } });
    const context = sealContext.vcenterPassword(scene.vcenterId);
    const password = unseal(scene.gateway.keys.sealing.privateKey, command.vcenter.sealedPassword, context);
    expect(password.toString('utf8')).toBe('p@ss:/#"');
    expect((await claim(control, scene.gateway)).commands).toEqual([]);
    await finishCommand(control, principal, command.commandId, answer);
    await finishCommand(control, principal, command.commandId, answer);
    expect(await whileTimePasses(waiting)).toEqual({ status: 'fulfilled', value: answer });
    const other = { ok: true as const, result: {} };
    await expect(finishCommand(control, principal, command.commandId, other)).rejects.toMatchObject({
      code: 'COMMAND_EXPIRED',
    });
  });

  it('gives a bad answer to the caller as it is', async () => {
    const waiting = runCommand(control, principal.gatewayId, input);
    const commandId = await claimedCommand();
    const bad: CommandResult = {
      ok: false,
      error: { code: 'INVALID_LOGIN', message: 'no', remedy: 'type it again', retryable: false },
    };
    await finishCommand(control, principal, commandId, bad);
    expect(await whileTimePasses(waiting)).toEqual({ status: 'fulfilled', value: bad });
  });

  it('gives up at the deadline with GATEWAY_OFFLINE, and takes no answer after it', async () => {
    const before = clock.now();
    const waiting = runCommand(control, principal.gatewayId, input);
    const commandId = await claimedCommand();
    expect(await whileTimePasses(waiting)).toMatchObject({ status: 'rejected', reason: { code: 'GATEWAY_OFFLINE' } });
    expect(clock.now() - before).toBeGreaterThanOrEqual(control.config.commandDeadlineMs);
    await expect(finishCommand(control, principal, commandId, answer)).rejects.toMatchObject({
      code: 'COMMAND_EXPIRED',
    });
  });

  it('stops waiting when the caller does, and then nobody claims the command', async () => {
    const stop = new AbortController();
    const waiting = runCommand(control, principal.gatewayId, input, stop.signal);
    await expect.poll(pendingCommands).toBe(1);
    stop.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    expect((await claim(control, scene.gateway)).commands).toEqual([]);
  });

  it('refuses at once when the gateway was never activated, does not exist, or is another', async () => {
    const gatewayId = await createGatewayRow(control, scene.viewer, scene.vaultId);
    await expect(runCommand(control, gatewayId, input)).rejects.toMatchObject({ code: 'GATEWAY_NOT_ACTIVATED' });
    await expect(runCommand(control, control.ids.uuid(), input)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const other = await createActivatedGateway(control, scene.viewer, scene.accessKey, scene.vaultId);
    const commandId = await postCommand(control, principal.gatewayId, input);
    await expect(finishCommand(control, { gatewayId: other.gatewayId }, commandId, answer)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await claim(control, scene.gateway);
    await finishCommand(control, principal, commandId, answer);
  });

  it('settles a refresh when it is answered, and when nobody answers it', async () => {
    const refresh = async (refreshId: string): Promise<string> => {
      await control.db
        .updateTable('vcenter')
        .set({ inventory_state: 'REFRESHING', inventory_refresh_id: refreshId })
        .where('id', '=', scene.vcenterId)
        .execute();
      return postCommand(control, principal.gatewayId, { ...input, kind: 'REFRESH_INVENTORY', refreshId });
    };
    await refresh(control.ids.uuid());
    const commandId = await claimedCommand();
    await finishCommand(control, principal, commandId, { ok: true, result: { virtualMachines: 0 } });
    expect(await inventoryState()).toBe('CURRENT');

    await refresh(control.ids.uuid());
    await clock.advance(control.config.commandDeadlineMs);
    expect(await sweeper(control).runOnce()).toMatchObject({ expiredCommands: 1 });
    expect(await inventoryState()).toBe('FAILED');
  });

  it('forgets commands, and the passwords in them, after an hour', async () => {
    await clock.advance(60 * 60_000 + 1);
    await sweeper(control).runOnce();
    await clock.advance(60 * 60_000 + 1);
    await sweeper(control).runOnce();
    const { count } = await control.db
      .selectFrom('gateway_command')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    expect(count).toBe(0);
  });

  async function claimedCommand(): Promise<string> {
    await expect.poll(pendingCommands).toBe(1);
    const { commands } = await claim(control, scene.gateway);
    return commands[0]?.commandId ?? '';
  }

  async function pendingCommands(): Promise<number> {
    const rows = await control.db.selectFrom('gateway_command').select('id').where('status', '=', 'PENDING').execute();
    return rows.length;
  }

  async function inventoryState(): Promise<string> {
    const row = await control.db
      .selectFrom('vcenter')
      .select('inventory_state')
      .where('id', '=', scene.vcenterId)
      .executeTakeFirstOrThrow();
    return row.inventory_state;
  }
});
