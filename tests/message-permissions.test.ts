import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunningAgent } from '../agent/start.ts';
import { DynamicSecurity } from '../api/broker/dynamic-security.ts';
import { MosquittoAccess } from '../api/broker/mosquitto-access.ts';
import { type ConnectedMessageBus, connectMessageBus } from '../api/broker/mqtt-message-bus.ts';
import { systemIds } from '../base/ids.ts';
import { silentLogger } from '../base/logger.ts';
import { installationName, messageLogin } from '../control/activation/message-login.ts';
import { auditMessagePermissions } from '../control/activation/message-permissions.ts';
import { deleteGateway } from '../control/gateways/delete-gateway.ts';
import { unmanagedMessageAccess } from '../control/message-access.ts';
import { wakeGateway } from '../control/wake-gateway.ts';
import { FaultyProxy } from '../sandbox/proxy/proxy.ts';
import { databases } from './support/databases.ts';
import { type GatewayPlant, startGatewayPlant } from './support/gateway-plant.ts';
import { isMosquittoInstalled, startMosquitto, type TestMosquitto } from './support/mosquitto.ts';

const [embedded] = databases();
const never = new AbortController().signal;
const patience = { timeout: 15_000, interval: 20 };

describe.runIf(isMosquittoInstalled())("a gateway's permissions at Mosquitto", () => {
  const stack = new AsyncDisposableStack();
  let mosquitto: TestMosquitto;
  /** The network between the broker and everybody else. */
  let network: FaultyProxy;
  let plant: GatewayPlant;
  let agent: RunningAgent;
  let gatewayId: string;
  /** The operator, who has a line of his own to the broker. */
  let operatorBus: ConnectedMessageBus;
  let operator: DynamicSecurity;

  beforeAll(async () => {
    if (!embedded) throw new Error('no database');
    mosquitto = stack.use(await startMosquitto());
    network = stack.use(await FaultyProxy.start({ target: { host: '127.0.0.1', port: mosquitto.port } }));
    const url = `mqtt://${network.address}`;
    const { login } = mosquitto;
    plant = stack.use(
      await startGatewayPlant(embedded, { pollIntervalMs: 500 }, undefined, {
        url,
        async open(tools) {
          const bus = await connectMessageBus({ url, ...login, ...tools, answerPatienceMs: 500 });
          const access = new MosquittoAccess({ bus, username: login.username, ids: tools.ids });
          return { bus, access, [Symbol.asyncDispose]: () => bus[Symbol.asyncDispose]() };
        },
      }),
    );
    const tools = { logger: silentLogger, ids: systemIds };
    operatorBus = stack.use(await connectMessageBus({ url: mosquitto.url, ...login, ...tools }));
    operator = new DynamicSecurity(operatorBus, systemIds);
    gatewayId = await plant.createGateway();
    agent = await plant.startAgent('one');
    await plant.activate(agent, gatewayId);
  }, 60_000);
  afterAll(() => stack.disposeAsync(), 60_000);
  beforeEach(() => expect.poll(() => agent.status().messageChannelConnected, patience).toBe(true));

  const known = async () => {
    const [answer] = await operator.run([{ command: 'listClients', verbose: false }], never);
    return JSON.stringify(answer?.data);
  };
  const loginNow = async () => {
    const login = await messageLogin(plant.control, gatewayId);
    if (!login) throw new Error('the gateway has no login');
    return login;
  };
  const connectWith = async (password: string) => {
    const { clientId } = await loginNow();
    const client = await connectAsync(mosquitto.url, {
      protocolVersion: 4,
      reconnectPeriod: 0,
      clientId,
      username: gatewayId,
      password,
    });
    await client.endAsync(true);
  };
  /** Whatever becomes of its connections now, the gateway is heard again after them. */
  const heardAgain = async () => {
    await plant.control.db.updateTable('gateway').set({ last_message_at: null }).where('id', '=', gatewayId).execute();
    const row = plant.control.db.selectFrom('gateway').select('last_message_at').where('id', '=', gatewayId);
    await expect.poll(async () => (await row.executeTakeFirst())?.last_message_at ?? null, patience).not.toBeNull();
  };

  it('are there as soon as it is activated, and hold for its present secret only', async () => {
    const before = await loginNow();
    await connectWith(before.password);
    await plant.activate(agent, gatewayId);
    const after = await loginNow();
    expect(after.password).not.toBe(before.password);
    await expect(connectWith(before.password)).rejects.toThrow();
    await heardAgain();
  });

  it.each([
    ['was given another password', () => ({ command: 'setClientPassword', username: gatewayId, password: 'other' })],
    ['was deleted', () => ({ command: 'deleteClient', username: gatewayId })],
    ['was disabled', () => ({ command: 'disableClient', username: gatewayId })],
    // Taken from it, not deleted: Mosquitto may crash when a role goes that a client still has (its issue 2660).
    [
      'lost its role',
      () => ({ command: 'removeClientRole', username: gatewayId, rolename: `holdfast-gateway-${gatewayId}` }),
    ],
    ['was bound to another client id', () => ({ command: 'setClientId', username: gatewayId, clientid: 'other' })],
  ])('are mended by itself when its user %s at the broker', async (_what, command) => {
    const [answer] = await operator.run([command()], never);
    expect(answer?.error).toBeUndefined();
    await heardAgain();
  });

  it('are given later when the broker is away during its activation, which does not fail', async () => {
    network.cut();
    const second = await plant.createGateway();
    const other = await plant.startAgent('two');
    await plant.activate(other, second);
    await expect.poll(() => other.status().lastControlContactAt, patience).not.toBeNull();
    expect(other.status().messageChannelConnected).toBe(false);
    expect(await known()).not.toContain(second);
    network.restore();
    await expect.poll(() => other.status().messageChannelConnected, patience).toBe(true);
    await other.close();
  });

  it('hold nothing up when the broker is silent: neither an activation nor the stop of a gateway', async () => {
    const third = await plant.createGateway();
    const other = await plant.startAgent('three');
    await plant.activate(other, third);
    await expect.poll(() => other.status().messageChannelConnected, patience).toBe(true);
    network.hold();
    await plant.activate(other, third);
    await other.close();
    network.restore();
  });

  it('are taken from whoever is deleted, and nothing is taken that another gave', async () => {
    const deleted = await plant.createGateway();
    const other = await plant.startAgent('four');
    await plant.activate(other, deleted);
    await expect.poll(() => other.status().messageChannelConnected, patience).toBe(true);
    const asked = { gatewayId: deleted, cancelRunningJobs: false, deleteBackupData: false };
    await deleteGateway(plant.control, plant.viewer, asked);
    await expect.poll(() => other.status().messageChannelConnected, patience).toBe(false);
    await other.close();
    expect(await known()).not.toContain(deleted);

    const installation = await installationName(plant.control);
    const [ours, theirs] = [systemIds.uuid(), systemIds.uuid()];
    for (const [id, name] of [
      [ours, installation],
      [theirs, 'another installation'],
    ] as const)
      await plant.control.messageAccess.ensureGateway(
        { gatewayId: id, clientId: `holdfast-${id}`, password: 'secret', installation: name },
        { refused: false },
        never,
      );
    await operator.run([{ command: 'createClient', username: 'a-colleague', password: 'secret' }], never);
    await auditMessagePermissions(plant.control, never);
    const left = await known();
    expect(left).not.toContain(ours);
    expect(left).toContain(theirs);
    expect(left).toContain('a-colleague');
  });

  it('are read in pages, however many gateways there are', async () => {
    const installation = 'a large one';
    const logins = Array.from({ length: 130 }, () => {
      const id = systemIds.uuid();
      return { gatewayId: id, clientId: `holdfast-${id}`, password: 'secret', installation };
    });
    const { messageAccess } = plant.control;
    for (const login of logins) await messageAccess.ensureGateway(login, { refused: false }, never);
    expect(await messageAccess.differing(installation, logins, never)).toEqual([]);
    const [gone, ...left] = logins;
    expect(await messageAccess.differing(installation, left, never)).toEqual([gone?.gatewayId]);
  });
});

describe.runIf(isMosquittoInstalled())('a Mosquitto whose permissions the operator manages', () => {
  it('is used by gateways with the login he made for them', async () => {
    if (!embedded) throw new Error('no database');
    await using stack = new AsyncDisposableStack();
    const directory = await mkdtemp(join(tmpdir(), 'holdfast-operator-'));
    stack.defer(() => rm(directory, { recursive: true, force: true }));
    const [passwords, acl] = [join(directory, 'passwords'), join(directory, 'acl')];
    await writeFile(passwords, 'control:for control\ngateways:for gateways\n');
    await promisify(execFile)('mosquitto_passwd', ['-U', passwords]);
    await writeFile(
      acl,
      `user control
topic write holdfast/g/+/down
topic read holdfast/g/+/up
user gateways
topic write holdfast/g/+/up
topic read holdfast/g/+/down
`,
    );
    const configuration = `allow_anonymous false\npassword_file ${passwords}\nacl_file ${acl}`;
    const mosquitto = stack.use(await startMosquitto({ configuration }));
    const plant = stack.use(
      await startGatewayPlant(
        embedded,
        { pollIntervalMs: 500, messageLogin: { username: 'gateways', password: 'for gateways' } },
        undefined,
        {
          url: mosquitto.url,
          async open(tools) {
            const login = { username: 'control', password: 'for control' };
            const bus = await connectMessageBus({ url: mosquitto.url, ...login, ...tools });
            return { bus, access: unmanagedMessageAccess, [Symbol.asyncDispose]: () => bus[Symbol.asyncDispose]() };
          },
        },
      ),
    );
    const agent = await plant.startAgent('one');
    const gatewayId = await plant.createGateway();
    await plant.activate(agent, gatewayId);
    const row = plant.control.db.selectFrom('gateway').select('last_message_at').where('id', '=', gatewayId);
    await expect.poll(async () => (await row.executeTakeFirst())?.last_message_at ?? null, patience).not.toBeNull();
    await wakeGateway(plant.control, gatewayId, 'WORK');
    await expect.poll(mosquitto.log, patience).toContain(`Sending PUBLISH to holdfast-${gatewayId}`);
  });
});
