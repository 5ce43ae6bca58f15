import { sql } from 'kysely';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { RunningApi } from '../api/start.ts';
import { silentLogger } from '../base/logger.ts';
import { createClient } from '../client/client.ts';
import { followEvents } from '../client/follow-events.ts';
import { completeAttempt } from '../control/attempts/complete.ts';
import { migrate } from '../control/database/migrate.ts';
import { endlessPatience, openPostgresql } from '../control/database/postgresql.ts';
import { inTransaction } from '../control/events/in-transaction.ts';
import { startBackup } from '../control/jobs/start-backup.ts';
import { sweeper } from '../control/jobs/sweeper.ts';
import { commitRecoveryPoint } from '../control/recovery-points/commit.ts';
import { createResourceGroup } from '../control/resource-groups/resource-groups.ts';
import { createVault } from '../control/vaults/create-vault.ts';
import { vaultsByIds } from '../control/vaults/vaults.ts';
import { refreshInventory } from '../control/vcenters/refresh-inventory.ts';
import { FaultyProxy } from '../sandbox/proxy/proxy.ts';
import { createTestControl, type TestControl } from './support/control.ts';
import {
  bearerOf,
  type ControlScene,
  claim,
  claimOne,
  commitBody,
  complete,
  createScene,
  jobEvents,
  readJob,
} from './support/control-scene.ts';
import { serverDatabases } from './support/databases.ts';
import { OwnCluster } from './support/own-cluster.ts';
import { ask, newKey, openApi } from './support/public-api.ts';

/** Short, so that a test of waiting does not wait. */
const patience = { connectMs: 800, statementMs: 1_200, answerMs: 1_500, idleInTransactionMs: 600 };
const unavailable = { code: 'DATABASE_UNAVAILABLE', retryable: true, remedy: expect.stringContaining('Try again') };
const patiently = { timeout: 10_000, interval: 50 };

describe.each(serverDatabases().map(({ name }) => name))('a control plane whose %s has trouble', () => {
  const stack = new AsyncDisposableStack();
  let cluster: OwnCluster;
  let proxy: FaultyProxy;
  let control: TestControl;
  let scene: ControlScene;
  let api: RunningApi;
  let key: string;

  beforeAll(async () => {
    cluster = stack.use(await OwnCluster.start({ migrated: true, settings: { max_connections: '30' } }));
    proxy = stack.use(await FaultyProxy.start({ target: { host: '127.0.0.1', port: cluster.port } }));
    const database = stack.use(openPostgresql({ url: cluster.url(proxy.port), logger: silentLogger, patience }));
    control = stack.use(await createTestControl({ database }));
    scene = await createScene(control);
    key = await newKey(control);
    api = await openApi(control);
    stack.defer(() => api.close());
  }, 60_000);
  afterAll(() => stack.disposeAsync(), 60_000);
  afterEach(async () => {
    proxy.restore();
    await settled();
  });

  const isReady = async () => (await fetch(`${api.url}/readyz`)).status === 200;
  const settled = () => expect.poll(isReady, patiently).toBe(true);
  const group = (name: string, idempotencyKey?: string) =>
    createResourceGroup(control, scene.viewer, { name, idempotencyKey: idempotencyKey ?? null });
  const countOf = async (table: string, where: string) =>
    Number((await cluster.ask(`select count(*) as n from ${table} where ${where}`))[0]?.n);
  const callGateway = async (bearer: string) => {
    const response = await fetch(`${api.url}/gateway/v1/attempts/alive`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      body: JSON.stringify({ attemptIds: [] }),
    });
    return { status: response.status, retryAfter: response.headers.get('retry-after'), body: await response.json() };
  };
  const closeCode = () =>
    new Promise<number>((resolve, reject) => {
      const socket = new WebSocket(`${api.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
      socket.on('open', () =>
        socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${key}` } })),
      );
      socket.on('close', resolve).on('error', reject);
      socket.on('message', () => socket.close(1000));
    });
  const viewer = () => ask(api, key, '{ viewer { name } }');

  /** Everything that answers while the database is away says so, and how to go on. */
  const everybodyIsTold = async (bearer: string) => {
    const [ready, alive, read, changed, gateway, socket] = await Promise.all([
      fetch(`${api.url}/readyz`),
      fetch(`${api.url}/healthz`),
      viewer(),
      group('not now').catch((error: unknown) => error),
      callGateway(bearer),
      closeCode(),
    ]);
    expect([ready.status, alive.status, read.status, gateway.status]).toEqual([503, 200, 503, 503]);
    expect(read.errors?.[0]?.extensions).toMatchObject(unavailable);
    expect(JSON.stringify(read.errors)).not.toMatch(/ECONN|127\.0\.0\.1|terminat/i);
    expect(changed).toMatchObject(unavailable);
    expect(gateway).toMatchObject({ retryAfter: '5', body: { error: unavailable } });
    // "Try again later": graphql-ws clients take 4500, an internal error, for final.
    expect(socket).toBe(1013);
  };

  it('goes on when its idle connections are cut', async () => {
    await Promise.all(Array.from({ length: 8 }, viewer));
    await cluster.terminateSessions();
    // The next request may meet a connection whose loss has not arrived here yet; it is told to ask again.
    await expect.poll(async () => (await viewer()).errors).toBeUndefined();
  });

  it('survives a connection that is cut between two statements, and runs that transaction again', async () => {
    let runs = 0;
    const done = await inTransaction(control, async (trx, emit) => {
      runs += 1;
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx);
      await sql`insert into resource_group (id, name, created_at) values (${control.ids.uuid()}, 'cut between', now())`.execute(
        trx,
      );
      if (runs === 1) {
        await cluster.ask(`select pg_terminate_backend(${rows[0]?.pid})`);
        // Until the loss has arrived, with no statement under way.
        await expect.poll(() => countOf('pg_stat_activity', `pid = ${rows[0]?.pid}`)).toBe(0);
        await control.clock.sleep(50);
      }
      const subjectId = control.ids.uuid();
      emit({
        type: 'RESOURCE_GROUP_CREATED',
        resourceGroupId: null,
        subjectType: 'RESOURCE_GROUP',
        subjectId,
        data: {},
      });
      return runs;
    });
    expect(done).toBe(2);
    expect(await countOf('resource_group', `name = 'cut between'`)).toBe(1);
  });

  it('survives a statement that is cut, outside a transaction', async () => {
    const sleeping = sql`select pg_sleep(1)`.execute(control.db).catch((error: unknown) => error);
    await expect
      .poll(() => countOf('pg_stat_activity', `query like '%pg_sleep(1)%' and wait_event = 'PgSleep'`))
      .toBe(1);
    await cluster.terminateSessions();
    expect(await sleeping).toMatchObject(unavailable);
    await settled();
  });

  it.each(['fast', 'immediate'] as const)(
    'answers 503 while the server is away after a stop (%s), and is as before when it is back',
    async (mode) => {
      const bearer = await bearerOf(control, scene.gateway.gatewayId, scene.gateway.keys);
      await using client = createClient({ url: api.url, accessKey: key });
      const stop = new AbortController();
      const followed = followEvents(client, {
        filter: { types: ['RESOURCE_GROUP_CREATED'] },
        signal: stop.signal,
        retryMs: 100,
      });
      const names: unknown[] = [];
      const hear = async (next: ReturnType<typeof followed.next>) => {
        const { value, done } = await next;
        if (done || value.item.__typename !== 'Event') throw new Error('no event');
        names.push(value.item.details.find((detail) => detail.name === 'name')?.value);
      };
      const first = followed.next();
      // Its place in the log is known before anything happens.
      await expect.poll(() => proxy.connections).toBeGreaterThan(0);
      await control.clock.sleep(300);
      await group(`${mode} 1`);
      await hear(first);
      await cluster.stop(mode);
      await everybodyIsTold(bearer);
      await cluster.start();
      await settled();
      expect((await callGateway(bearer)).status).toBe(200);
      await group(`${mode} 2`);
      await group(`${mode} 3`);
      await hear(followed.next());
      await hear(followed.next());
      expect(names).toEqual([`${mode} 1`, `${mode} 2`, `${mode} 3`]);
      stop.abort();
      await followed.return(undefined);
      // LISTEN is there again, and not only the poll of each second.
      const listening = `application_name = 'holdfast-listen' and state = 'idle'`;
      await expect.poll(() => countOf('pg_stat_activity', listening), patiently).toBe(1);
    },
    40_000,
  );

  it('gives up a server that takes everything and answers nothing', async () => {
    const bearer = await bearerOf(control, scene.gateway.gatewayId, scene.gateway.keys);
    await viewer();
    proxy.hold();
    await everybodyIsTold(bearer);
    await everybodyIsTold(bearer);
    proxy.restore();
    await settled();
    expect((await viewer()).data).toEqual({ viewer: { name: 'test' } });
  }, 30_000);

  it('does not wait for ever at its start for a server that takes the connection and says nothing', async () => {
    proxy.hold();
    const patience = { ...endlessPatience, connectMs: 300 };
    await using other = openPostgresql({ url: cluster.url(proxy.port), logger: silentLogger, patience });
    await expect(migrate(other.db)).rejects.toMatchObject(unavailable);
  });

  it('never uses a connection again over which an answer did not come', async () => {
    await cluster.terminateSessions();
    await settled();
    const stalls = { operation: 'downstream', times: 2, effect: { kind: 'stall' } } as const;
    proxy.faults.add(stalls);
    // The pool gives out the connection used last, which would be the broken one.
    for (let happened = 0; proxy.faults.list().length > 0; happened += 1) {
      expect(happened).toBeLessThan(4);
      const asked = sql`select 1`.execute(control.db);
      await expect(asked).rejects.toMatchObject(unavailable);
    }
    await sql`select 1`.execute(control.db);
    expect(proxy.faults.happened().filter(({ effect }) => effect.kind === 'stall')).toHaveLength(2);
  }, 20_000);

  it('says so when the server has no connection left, and goes on when it has', async () => {
    // Its own idle ones go first, and the listening one is there already.
    await cluster.terminateSessions();
    await settled();
    await expect.poll(() => countOf('pg_stat_activity', `application_name = 'holdfast-listen'`), patiently).toBe(1);
    const others: Client[] = [];
    try {
      for (;;) {
        const client = new Client(cluster.url());
        client.on('error', () => undefined);
        await client.connect();
        others.push(client);
      }
    } catch (error) {
      expect(error).toMatchObject({ code: '53300' });
    }
    // More at once than it has connections.
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        sql`select pg_sleep(0.3)`.execute(control.db).then(
          () => 'OK',
          (error: unknown) => error,
        ),
      ),
    );
    const refused = answers.filter((answer) => answer !== 'OK');
    expect(refused.length).toBeGreaterThan(0);
    for (const error of refused) expect(error).toMatchObject(unavailable);
    for (const client of others) await client.end();
    expect((await viewer()).errors).toBeUndefined();
  }, 30_000);

  it('is not held up for ever by a process that froze while it held the event log', async () => {
    await using other = openPostgresql({ url: cluster.url(), logger: silentLogger, patience });
    const frozen = other.db.transaction().execute(async (trx) => {
      await sql`update event_head set position = position + 1`.execute(trx);
      await control.clock.sleep(2_000);
      await sql`select 1`.execute(trx);
    });
    const outcome = frozen.catch((error: unknown) => error);
    await expect.poll(() => countOf('pg_stat_activity', `state = 'idle in transaction'`)).toBe(1);
    const before = await countOf('event', 'true');
    await group('not held up');
    expect(await outcome).toMatchObject(unavailable);
    expect(await countOf('event', 'true')).toBe(before + 1);
    expect(await countOf('event_head', '(select max(position) from event) = position')).toBe(1);
  });

  describe('and the answer to a commit is lost', () => {
    beforeAll(async () => {
      await cluster.ask(`create function slow_commit() returns trigger language plpgsql as $$
        begin perform pg_sleep(0.4); return null; end $$`);
    });

    /** Runs `change` so that its commit is carried out and its answer never arrives. */
    const loseAnswer = async (change: () => Promise<unknown>, table = 'event_head'): Promise<unknown> => {
      await cluster.ask(`create constraint trigger slow_commit after insert or update on ${table} deferrable initially deferred
        for each row execute function slow_commit()`);
      const outcome = change().then(
        () => 'it was answered',
        (error: unknown) => error,
      );
      const committing = `query = 'commit' and wait_event = 'PgSleep'`;
      await expect.poll(() => countOf('pg_stat_activity', committing), { interval: 10, timeout: 5_000 }).toBe(1);
      proxy.hold();
      await expect.poll(() => countOf('pg_stat_activity', committing), { interval: 10, timeout: 5_000 }).toBe(0);
      proxy.cut();
      proxy.restore();
      await cluster.ask(`drop trigger slow_commit on ${table}`);
      return outcome;
    };

    it('gives a mutation that is sent again the result of the first', async () => {
      const lost = await loseAnswer(() => group('once', 'lost-1'));
      expect(lost).toMatchObject(unavailable);
      const { resourceGroup } = await group('once', 'lost-1');
      expect(await countOf('resource_group', `name = 'once'`)).toBe(1);
      expect(await countOf('event', `subject_id = '${resourceGroup.id}'`)).toBe(1);
    });

    it('leaves a vault its keyring', async () => {
      const input = { name: 'kept', regionId: 'sandbox-1', idempotencyKey: 'lost-2' };
      expect(await loseAnswer(() => createVault(control, scene.viewer, input))).toMatchObject(unavailable);
      const { vault } = await createVault(control, scene.viewer, input);
      expect(await vaultsByIds(control, scene.viewer, [vault.id])).toHaveLength(1);
      await using store = control.storage.driver.open({
        location: vault.location,
        credentials: async () => ({ access: 'read', expiresAt: null, values: {} }),
      });
      expect((await store.get('keyring', undefined, new AbortController().signal)).byteLength).toBeGreaterThan(0);
    });

    it('leaves a vault its keyring also while the commit is still under way', async () => {
      await cluster.ask(`create constraint trigger slow_commit after insert or update on event_head deferrable initially deferred
        for each row execute function slow_commit()`);
      const input = { name: 'late', regionId: 'sandbox-1', idempotencyKey: 'lost-5' };
      const outcome = createVault(control, scene.viewer, input).catch((error: unknown) => error);
      const committing = `query = 'commit' and wait_event = 'PgSleep'`;
      await expect.poll(() => countOf('pg_stat_activity', committing), { interval: 10, timeout: 5_000 }).toBe(1);
      proxy.resetConnections();
      expect(await outcome).toMatchObject(unavailable);
      await expect.poll(() => countOf('vault', `name = 'late'`), patiently).toBe(1);
      await cluster.ask('drop trigger slow_commit on event_head');
      const { vault } = await createVault(control, scene.viewer, input);
      await using store = control.storage.driver.open({
        location: vault.location,
        credentials: async () => ({ access: 'read', expiresAt: null, values: {} }),
      });
      expect((await store.get('keyring', undefined, new AbortController().signal)).byteLength).toBeGreaterThan(0);
    });

    it('takes the same job once, its commit once and its end once', async () => {
      const principal = { gatewayId: scene.gateway.gatewayId };
      const start = () =>
        startBackup(control, scene.viewer, { virtualMachineId: scene.virtualMachineIds[0], idempotencyKey: 'lost-3' });
      expect(await loseAnswer(start)).toMatchObject(unavailable);
      const jobId = await start();
      const work = await claimOne(control, scene.gateway);
      expect(work.jobId).toBe(jobId);
      const commit = () => commitRecoveryPoint(control, principal, work.attemptId, commitBody(work));
      expect(await loseAnswer(commit)).toMatchObject(unavailable);
      const { recoveryPointId } = await commit();
      const end = () => completeAttempt(control, principal, work.attemptId, { fence: work.fence, outcome: complete });
      expect(await loseAnswer(end)).toMatchObject(unavailable);
      expect(await end()).toEqual({});
      expect(await readJob(control, jobId)).toMatchObject({ status: 'COMPLETE', recovery_point_id: recoveryPointId });
      expect(await jobEvents(control, jobId)).toEqual(['JOB_CREATED', 'JOB_STARTED', 'JOB_FINISHED']);
      expect(await countOf('recovery_point', `job_id = '${jobId}'`)).toBe(1);
    });

    it('asks for a refresh of the inventory once', async () => {
      const refresh = () =>
        refreshInventory(control, scene.viewer, { vcenterId: scene.vcenterId, idempotencyKey: 'lost-4' });
      expect(await loseAnswer(refresh, 'gateway_command')).toMatchObject(unavailable);
      const { vcenter } = await refresh();
      expect(vcenter.inventory_state).toBe('REFRESHING');
      const { commands } = await claim(control, scene.gateway);
      expect(commands).toMatchObject([{ kind: 'REFRESH_INVENTORY', refreshId: vcenter.inventory_refresh_id }]);
    });

    it('queues a job again whose claim was not answered, and nobody loses it', async () => {
      const jobId = await startBackup(control, scene.viewer, { virtualMachineId: scene.virtualMachineIds[1] });
      expect(await loseAnswer(() => claimOne(control, scene.gateway))).toMatchObject(unavailable);
      expect(await readJob(control, jobId)).toMatchObject({ status: 'RUNNING', fence: 1 });
      const work = await claimOne(control, scene.gateway);
      expect(work).toMatchObject({ jobId, fence: 2 });
      await sweeper(control).runOnce();
      expect(await countOf('permit', `attempt_id = '${work.attemptId}'`)).toBe(3);
      expect(await countOf('permit', 'true')).toBe(3);
    });
  });
});
