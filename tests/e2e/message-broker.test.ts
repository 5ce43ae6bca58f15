import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { delayOnce } from '../../base/faults.ts';
import { followJob, mustBeComplete, startBackup } from '../../bin/demo/journey.ts';
import { EventsDocument, GatewayDocument } from '../../client/gen/documents.ts';
import { messageSecretPlace } from '../../control/activation/message-credentials.ts';
import { createSecretBox } from '../../control/secret-box.ts';
import { serverDatabases, type TestDatabase } from '../support/databases.ts';
import { createSelfMadeTls } from '../support/https-api.ts';
import { isMosquittoInstalled, startMosquitto, type TestMosquitto } from '../support/mosquitto.ts';
import { openTestLab, type TestLab } from './test-lab.ts';

const [database] = serverDatabases();
const keyEncryptionKey = Buffer.alloc(32, 7);
const patience = { timeout: 15_000, interval: 50 };

describe.runIf(database && isMosquittoInstalled())(
  'two control planes and a gateway with a Mosquitto of their own',
  () => {
    const stack = new AsyncDisposableStack();
    let mosquitto: TestMosquitto;
    let lab: TestLab;
    let db: TestDatabase['db'];
    let gatewayId: string;

    beforeAll(async () => {
      if (!database) return;
      const tls = await createSelfMadeTls();
      mosquitto = stack.use(await startMosquitto({ tls }));
      const ca = join(mosquitto.directory, 'ca.pem');
      await writeFile(ca, tls.ca);
      const onServer = stack.use(await database.open());
      db = onServer.db;
      lab = stack.use(
        await openTestLab({
          api: {
            DATABASE_URL: onServer.url ?? '',
            HOLDFAST_KEY_ENCRYPTION_KEY: keyEncryptionKey.toString('base64'),
            MQTT_URL: mosquitto.controlUrl,
            HOLDFAST_MQTT_CA_FILE: ca,
            HOLDFAST_MQTT_CHECK_INTERVAL_MS: '300',
            HOLDFAST_HEARTBEAT_TIMEOUT_MS: '2500',
            HOLDFAST_LOG_LEVEL: 'debug',
          },
        }),
      );
      await lab.lab.startApi();
      gatewayId = (await db.selectFrom('gateway').select('id').executeTakeFirstOrThrow()).id;
    }, 120_000);
    afterAll(() => stack.disposeAsync(), 60_000);

    const backUp = async (name: string) =>
      mustBeComplete(await followJob(lab, await startBackup(lab, { virtualMachineId: lab.machine(name).id })));
    /** What the broker's own log says since `from`. */
    const since = (from: number) => mosquitto.log().slice(from);
    const heardBy = (from: number) =>
      new Set(
        [...since(from).matchAll(/Sending PUBLISH to (control-\w+) .*'holdfast\/g\/[^']+\/up'/g)].map(([, id]) => id),
      );
    const wokenUp = (from: number) => since(from).includes(`Sending PUBLISH to holdfast-${gatewayId}`);
    const writes = (from: number) =>
      [...since(from).matchAll(/dynsec: \S+ \| (?!get|list)(\w+) \|/g)].map(([, command]) => command);
    /** Since the gateway's last message. */
    const silentMs = async () => {
      const row = db.selectFrom('gateway').select('last_message_at').where('id', '=', gatewayId);
      const { last_message_at: heard } = await row.executeTakeFirstOrThrow();
      return lab.clock.now() - (heard?.getTime() ?? 0);
    };
    /** Both channels of the gateway were heard all the time, or one of them was. */
    const neverOffline = async () => {
      const { gateway } = await lab.client.query(GatewayDocument, { id: lab.gatewayId });
      expect(gateway?.status).toBe('ACTIVATED');
      const { events } = await lab.client.query(EventsDocument, { first: 100, filter: { subjectId: lab.gatewayId } });
      const changes = (events?.nodes ?? []).filter(({ type }) => type === 'GATEWAY_STATUS_CHANGED');
      expect(changes).toHaveLength(1);
    };

    it('both hear the gateway, which has a login of its own', async () => {
      await expect.poll(() => heardBy(0).size, patience).toBe(2);
      expect(mosquitto.log()).toContain(`as holdfast-${gatewayId} (p2, c1, k60, u'${gatewayId}')`);
      const from = mosquitto.log().length;
      await backUp('web-01');
      expect(wokenUp(from)).toBe(true);
    }, 60_000);

    it('change nothing at the broker once all is as it should be', async () => {
      const from = mosquitto.log().length;
      await backUp('db-01');
      expect(writes(from)).toEqual([]);
      expect(since(from)).not.toContain('administrative action');
    }, 60_000);

    it('work without a broker: a job is picked up, told to its end and complete, and the gateway is never offline', async () => {
      await mosquitto.kill();
      const statuses: string[] = [];
      const jobId = await startBackup(lab, { virtualMachineId: lab.machine('web-01').id });
      mustBeComplete(await followJob(lab, jobId, (job) => statuses.push(job.status)));
      expect(statuses.at(-1)).toBe('COMPLETE');
      // Longer than the silence after which a gateway is offline.
      await expect.poll(silentMs, patience).toBeGreaterThan(2_500);
      await neverOffline();
    }, 60_000);

    it('come back by themselves, and messages flow again', async () => {
      const from = mosquitto.log().length;
      await mosquitto.start('kept');
      await expect.poll(() => heardBy(from).size, patience).toBe(2);
      expect(writes(from)).toEqual([]);
      const woken = mosquitto.log().length;
      await backUp('web-01');
      expect(wokenUp(woken)).toBe(true);
    }, 60_000);

    it('give out permissions again when the broker comes back without its memory, during a backup that goes on', async () => {
      await lab.control.injectFault(delayOnce('CreateSnapshot_Task', 3_000));
      const jobId = await startBackup(lab, { virtualMachineId: lab.machine('web-01').id });
      await mosquitto.kill();
      const from = mosquitto.log().length;
      await mosquitto.start('lost');
      const job = followJob(lab, jobId);
      await expect.poll(() => heardBy(from).size, patience).toBe(2);
      mustBeComplete(await job);
      await lab.control.clearFaults();
      expect(writes(from)).toContain('createClient');
      const woken = mosquitto.log().length;
      await backUp('db-01');
      expect(wokenUp(woken)).toBe(true);
      await neverOffline();
    }, 60_000);

    it('log no password of the broker', async () => {
      const row = db.selectFrom('gateway').select('message_secret_sealed').where('id', '=', gatewayId);
      const { message_secret_sealed: sealed } = await row.executeTakeFirstOrThrow();
      if (!sealed) throw new Error('the gateway has no message secret');
      const secret = createSecretBox(keyEncryptionKey).open(sealed, messageSecretPlace(gatewayId)).toString();
      for (const name of ['api', 'agent']) {
        const log = await readFile(join(lab.directory, `${name}.log`), 'utf8');
        expect(log.length).toBeGreaterThan(1_000);
        for (const password of [secret, mosquitto.login.password, encodeURIComponent(mosquitto.login.password)])
          expect(log.includes(password)).toBe(false);
      }
    });
  },
);
