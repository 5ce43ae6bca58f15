import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ConnectedMessageBus } from '../../api/broker/mqtt-message-bus.ts';
import { systemIds } from '../../base/ids.ts';
import type { GatewayLogin, MessageAccess } from '../../control/message-access.ts';
import { downTopic, maxMessageBytes, upTopic, upTopicFilter } from '../../protocol/messages.ts';

/** A broker as the control plane uses it. */
export interface BrokerUnderTest extends AsyncDisposable {
  readonly url: string;
  readonly ca?: string;
  /** Another control plane's end; what it opened is closed with it. */
  openControl(): Promise<{ readonly bus: ConnectedMessageBus; readonly access: MessageAccess } & AsyncDisposable>;
  /** What the embedded broker would ask the database. */
  readonly onLogin?: (login: GatewayLogin | { readonly gatewayId: string; readonly password: null }) => void;
}

const never = new AbortController().signal;
const installation = 'suite';

export const loginOf = (gatewayId: string, password = `secret of ${gatewayId}`): GatewayLogin => ({
  gatewayId,
  clientId: `holdfast-${gatewayId}`,
  password,
  installation,
});

/** What every broker of the message channel has to do, whoever made it. Call it at the top level of a test file. */
export function brokerSuite(name: string, open: () => Promise<BrokerUnderTest>): void {
  describe(`the message channel on ${name}`, () => {
    let broker: BrokerUnderTest;
    let control: Awaited<ReturnType<BrokerUnderTest['openControl']>>;
    let clients: MqttClient[];
    let [one, two] = ['', ''];

    const ensure = async (login: GatewayLogin, access = control.access) => {
      broker.onLogin?.(login);
      await access.ensureGateway(login, { refused: false }, never);
    };
    const remove = async (gatewayId: string) => {
      broker.onLogin?.({ gatewayId, password: null });
      await control.access.removeGateway(gatewayId, never);
    };
    const connectAs = async (gatewayId: string, options: IClientOptions = {}): Promise<MqttClient> => {
      const { clientId, password } = loginOf(gatewayId);
      const client = connect(broker.url, {
        protocolVersion: 4,
        clientId,
        username: gatewayId,
        password,
        reconnectPeriod: 0,
        ...(broker.ca !== undefined && { ca: broker.ca }),
        ...options,
      });
      client.on('error', () => undefined);
      clients.push(client);
      await new Promise<void>((resolve, reject) => {
        client.once('connect', () => resolve());
        client.once('error', reject);
        client.once('close', () => reject(new Error('closed')));
      });
      return client;
    };
    const closed = (client: MqttClient) =>
      new Promise<void>((resolve) => {
        if (client.connected) client.once('close', () => resolve());
        else resolve();
      });
    /** Until the broker has acknowledged it, as Mosquitto does even what it denies, or has hung up. */
    const tryToPublish = (client: MqttClient, topic: string, body: string, retain = false) =>
      Promise.race([
        closed(client),
        new Promise<void>((resolve) => {
          client.publish(topic, body, { qos: 1, retain }, () => resolve());
        }),
      ]);
    /** Everything the control plane hears from here on. */
    const listen = async (bus = control.bus) => {
      const heard: string[] = [];
      await bus.subscribe(upTopicFilter, (topic, body) => {
        heard.push(`${topic.replace(one, 'one').replace(two, 'two')} ${Buffer.from(body).toString()}`);
      });
      return heard;
    };
    /** What comes after proves that what came before did not arrive. */
    const marker = async (gatewayId = two) => {
      const client = await connectAs(gatewayId);
      await client.publishAsync(upTopic(gatewayId), 'marker', { qos: 1 });
      await client.endAsync();
    };
    const upOf = (which: string, body: string) => `${upTopic('GATEWAY').replace('GATEWAY', which)} ${body}`;

    beforeAll(async () => {
      broker = await open();
      control = await broker.openControl();
      await control.access.prepare(never);
    });
    afterAll(async () => {
      await control[Symbol.asyncDispose]();
      await broker[Symbol.asyncDispose]();
    });
    beforeEach(async () => {
      clients = [];
      [one, two] = [systemIds.uuid(), systemIds.uuid()];
      await ensure(loginOf(one));
      await ensure(loginOf(two));
    });
    afterEach(async () => {
      for (const client of clients) client.end(true);
      for (const gatewayId of [one, two]) await remove(gatewayId);
    });

    it('carries wake-ups down and progress up, to every control plane that listens', async () => {
      await using other = await broker.openControl();
      const heard = [await listen(), await listen(other.bus)];
      const client = await connectAs(one);
      await client.subscribeAsync(downTopic(one), { qos: 1 });
      const woken: string[] = [];
      client.on('message', (_topic, body) => woken.push(body.toString()));
      for (const { bus } of [control, other]) await bus.publish(downTopic(one), Buffer.from('wake'));
      await client.publishAsync(upTopic(one), 'progress', { qos: 1 });
      await expect.poll(() => woken).toEqual(['wake', 'wake']);
      await expect.poll(() => heard).toEqual([[upOf('one', 'progress')], [upOf('one', 'progress')]]);
    });

    describe('lets nobody in with', () => {
      it.each<[string, (ids: { one: string; two: string }) => IClientOptions]>([
        ['a wrong password', () => ({ password: 'wrong' })],
        ['an empty password', () => ({ password: '' })],
        ['a user and no password', () => ({ password: undefined })],
        ['no login at all', () => ({ username: undefined, password: undefined })],
        ["another gateway's user name", (ids) => ({ username: ids.two })],
        ["another gateway's client id", (ids) => ({ clientId: `holdfast-${ids.two}` })],
        ['no client id', () => ({ clientId: '' })],
        ['a client id of its own choice', () => ({ clientId: 'mqtt-explorer' })],
        ["another gateway's name and client id", (ids) => ({ username: ids.two, clientId: `holdfast-${ids.two}` })],
        ['an unknown name', () => ({ username: systemIds.uuid() })],
        ["the control plane's name and a guess", () => ({ username: 'holdfast-control', password: 'guess' })],
      ])('%s', async (_what, options) => {
        await expect(connectAs(one, options({ one, two }))).rejects.toThrow();
        // And with the right ones it does.
        await connectAs(one);
      });
    });

    it('forgets a deleted gateway: its connection ends and it does not come in again', async () => {
      const client = await connectAs(one);
      const end = closed(client);
      await remove(one);
      await end;
      await expect(connectAs(one)).rejects.toThrow();
      await connectAs(two);
    });

    it('takes a new secret for the old one, and ends the connection made with that', async () => {
      const client = await connectAs(one);
      const end = closed(client);
      await ensure(loginOf(one, 'new secret'));
      await end;
      await expect(connectAs(one)).rejects.toThrow();
      const again = await connectAs(one, { password: 'new secret' });
      const heard = await listen();
      await again.publishAsync(upTopic(one), 'back', { qos: 1 });
      await expect.poll(() => heard).toEqual([upOf('one', 'back')]);
    });

    it('leaves a gateway connected when control planes make sure of it at the same time', async () => {
      await using other = await broker.openControl();
      const client = await connectAs(one);
      const [third, fourth] = [systemIds.uuid(), systemIds.uuid()];
      const all = [one, third, fourth].map((gatewayId) => loginOf(gatewayId));
      await Promise.all(
        [control, other].flatMap(({ access }) => [access.prepare(never), ...all.map((login) => ensure(login, access))]),
      );
      await connectAs(third);
      await connectAs(fourth);
      expect(client.connected).toBe(true);
      const heard = await listen();
      await client.publishAsync(upTopic(one), 'still here', { qos: 1 });
      await expect.poll(() => heard).toEqual([upOf('one', 'still here')]);
      for (const gatewayId of [third, fourth]) await remove(gatewayId);
    });

    it.each<[string, (ids: { one: string; two: string }) => string]>([
      ["another's down topic", (ids) => downTopic(ids.two)],
      ["another's up topic", (ids) => upTopic(ids.two)],
      ['its own up topic', (ids) => upTopic(ids.one)],
      ['all up topics', () => upTopicFilter],
      ['all down topics', () => 'holdfast/g/+/down'],
      ['all of its own', (ids) => `holdfast/g/${ids.one}/+`],
      ['all below its own', (ids) => `${downTopic(ids.one)}/#`],
      ['everything', () => '#'],
      ['everything at one level', () => '+/+/+/+'],
      ['the state of the broker', () => '$SYS/#'],
      ['the control of the broker', () => '$CONTROL/#'],
      ['answers of the control of the broker', () => '$CONTROL/dynamic-security/v1/response'],
      ['its own topic as a share', (ids) => `$share/group/${downTopic(ids.one)}`],
      ['everything as a share', () => '$share/group/#'],
    ])('keeps a gateway from listening to %s', async (_what, filter) => {
      const client = await connectAs(one);
      const received: string[] = [];
      client.on('message', (topic) => received.push(topic));
      await expect(client.subscribeAsync(filter({ one, two }), { qos: 1 })).rejects.toThrow();
      const next = client.connected ? client : await connectAs(one);
      if (next !== client) next.on('message', (topic) => received.push(topic));
      await next.subscribeAsync(downTopic(one), { qos: 1 });
      await control.bus.publish(downTopic(two), Buffer.from('not for one'));
      await marker();
      await control.bus.publish(downTopic(one), Buffer.from('marker'));
      await expect.poll(() => received).toEqual([downTopic(one)]);
    });

    it.each<[string, (ids: { one: string; two: string }) => string]>([
      ["another's up topic", (ids) => upTopic(ids.two)],
      ["another's down topic", (ids) => downTopic(ids.two)],
      ['its own down topic', (ids) => downTopic(ids.one)],
      ["the control plane's topics", () => 'holdfast/c/settings'],
      ['a topic below its own', (ids) => `${upTopic(ids.one)}/more`],
      ['any other topic', () => 'elsewhere'],
      ['the state of the broker', () => '$SYS/broker/uptime'],
    ])('keeps a gateway from writing %s', async (_what, topic) => {
      const heard = await listen();
      const other = await connectAs(two);
      const received: string[] = [];
      other.on('message', (_topic, body) => received.push(body.toString()));
      await other.subscribeAsync(downTopic(two), { qos: 1 });
      const client = await connectAs(one);
      await tryToPublish(client, topic({ one, two }), 'forged');
      await control.bus.publish(downTopic(two), Buffer.from('marker'));
      await expect.poll(() => received).toEqual(['marker']);
      await other.publishAsync(upTopic(two), 'marker', { qos: 1 });
      await expect.poll(() => heard).toEqual([upOf('two', 'marker')]);
    });

    it('obeys no gateway that commands the broker itself', async () => {
      const other = await connectAs(two);
      const client = await connectAs(one);
      const commands = [
        { command: 'deleteClient', username: two },
        { command: 'setDefaultACLAccess', acls: [{ acltype: 'subscribe', allow: true }] },
      ];
      await tryToPublish(client, '$CONTROL/dynamic-security/v1', JSON.stringify({ commands }));
      await expect((await connectAs(one)).subscribeAsync(downTopic(two), { qos: 1 })).rejects.toThrow();
      const heard = await listen();
      await other.publishAsync(upTopic(two), 'marker', { qos: 1 });
      await expect.poll(() => heard).toEqual([upOf('two', 'marker')]);
    });

    it('keeps nothing for those who come later', async () => {
      const client = await connectAs(one);
      await tryToPublish(client, upTopic(one), 'kept', true);
      await using later = await broker.openControl();
      const heard = await listen(later.bus);
      await marker();
      await expect.poll(() => heard).toEqual([upOf('two', 'marker')]);
    });

    it("carries no last will into another's topics", async () => {
      const heard = await listen();
      const other = await connectAs(two);
      const received: string[] = [];
      other.on('message', (_topic, body) => received.push(body.toString()));
      await other.subscribeAsync(downTopic(two), { qos: 1 });
      for (const topic of [upTopic(two), downTopic(two)]) {
        const will = { topic, payload: Buffer.from('will'), qos: 1 as const, retain: false };
        const client = await connectAs(one, { will }).catch(() => undefined);
        client?.stream.destroy();
        if (client) await closed(client);
      }
      await control.bus.publish(downTopic(two), Buffer.from('marker'));
      await expect.poll(() => received).toEqual(['marker']);
      await other.publishAsync(upTopic(two), 'marker', { qos: 1 });
      await expect.poll(() => heard).toEqual([upOf('two', 'marker')]);
    });

    it('takes a message of 64 KiB, and none that is larger', async () => {
      const sizes: number[] = [];
      await control.bus.subscribe(upTopicFilter, (_topic, body) => sizes.push(body.length));
      for (const bytes of [maxMessageBytes + 8_192, 1_048_576])
        await tryToPublish(await connectAs(one), upTopic(one), 'x'.repeat(bytes));
      const client = await connectAs(one);
      await client.publishAsync(upTopic(one), 'x'.repeat(maxMessageBytes), { qos: 1 });
      await expect.poll(() => sizes).toEqual([maxMessageBytes]);
    });

    it('carries what a gateway sends in bursts, in order and nothing less', async () => {
      const heard = await listen();
      const client = await connectAs(one);
      const bodies = Array.from({ length: 40 }, (_, index) => `message ${index}`);
      await Promise.all(bodies.map((body) => client.publishAsync(upTopic(one), body, { qos: 1 })));
      await expect.poll(() => heard, { timeout: 5_000 }).toEqual(bodies.map((body) => upOf('one', body)));
    });

    it('lets a gateway in again that it cut off', async () => {
      const client = await connectAs(one);
      const again = await connectAs(one);
      await closed(client);
      const heard = await listen();
      await again.publishAsync(upTopic(one), 'again', { qos: 1 });
      await expect.poll(() => heard).toEqual([upOf('one', 'again')]);
    });
  });
}
