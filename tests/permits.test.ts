import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../base/logger.ts';
import { pseudoRandom } from '../base/pseudo-random.ts';
import { completeAttempt } from '../control/attempts/complete.ts';
import { loseAttempt } from '../control/attempts/lose-attempt.ts';
import { openPostgresql } from '../control/database/postgresql.ts';
import { inTransaction } from '../control/events/in-transaction.ts';
import { insertJob } from '../control/jobs/insert-job.ts';
import { sweeper } from '../control/jobs/sweeper.ts';
import { createTestControl, type TestControl } from './support/control.ts';
import { claim, complete, createActivatedGateway, createScene, type SceneGateway } from './support/control-scene.ts';
import { serverDatabases } from './support/databases.ts';

const jobsPerGateway = 3;
const jobsPerVcenter = 8;
const gatewayCount = 4;
const jobsOfEach = 6;

/** Clean-ups: any number of them may wait for one virtual machine. */
describe.each(serverDatabases())('permits of three processes on one $name', ({ open }) => {
  it('are never more than there are, keep no gateway waiting for another in a circle, and are all given back', async () => {
    await using stack = new AsyncDisposableStack();
    const database = stack.use(await open());
    const processes = stack.use(new AsyncDisposableStack());
    const controls: TestControl[] = [];
    for (const _ of [1, 2, 3]) {
      const own = processes.use(openPostgresql({ url: database.url ?? '', logger: silentLogger, maxConnections: 4 }));
      controls.push(
        processes.use(await createTestControl({ database: own, config: { jobsPerGateway, maxAttempts: 50 } })),
      );
    }
    const [control] = controls;
    if (!control) throw new Error('no process');
    const { viewer, accessKey, vaultId, vcenterId, gateway } = await createScene(control);
    const gateways: SceneGateway[] = [gateway];
    while (gateways.length < gatewayCount)
      gateways.push(await createActivatedGateway(control, viewer, accessKey, vaultId));
    const { resource_group_id: resourceGroupId } = await control.db
      .selectFrom('vault')
      .select('resource_group_id')
      .executeTakeFirstOrThrow();
    const input = { kind: 'CLEANUP', ofJobId: control.ids.uuid() } as const;
    const machines = await control.db.selectFrom('virtual_machine').select('id').execute();
    for (let number = 0; number < gatewayCount * jobsOfEach; number += 1) {
      const gatewayId = gateways[number % gatewayCount]?.gatewayId ?? '';
      const base = { id: control.ids.uuid(), input, resourceGroupId, vaultId, gatewayId, vcenterId };
      const rest = { recoveryPointId: null, startBefore: null, waitReason: null, createdBy: null };
      const virtualMachineId = machines[number % machines.length]?.id ?? null;
      await inTransaction(control, (trx, emit) =>
        insertJob(control, trx, emit, { ...base, ...rest, virtualMachineId }),
      );
    }

    const random = pseudoRandom(1);
    const done = new AbortController();
    const waiting = () => control.db.selectFrom('job').select('id').where('status', '!=', 'COMPLETE').execute();
    let mostAtOnce = 0;
    const watching = (async () => {
      while (!done.signal.aborted) {
        const { rows } = await sql<{ name: string; held: number; slots: number; running: number }>`
          select name, count(*)::integer as held, count(distinct slot)::integer as slots,
            count(*) filter (where job_attempt.status = 'RUNNING')::integer as running
          from permit join job_attempt on job_attempt.id = permit.attempt_id group by name`.execute(control.db);
        for (const { name, held, slots, running } of rows) {
          const most = name.startsWith('gateway:') ? jobsPerGateway : name.startsWith('vcenter:') ? jobsPerVcenter : 1;
          expect(held, name).toBeLessThanOrEqual(most);
          expect([slots, running], name).toEqual([held, held]);
          if (name.startsWith('vcenter:')) mostAtOnce = Math.max(mostAtOnce, held);
        }
      }
    })();
    /** A gateway whose requests go to any of the processes. */
    const work = async (of: SceneGateway) => {
      const any = () => controls[Math.floor(random() * controls.length)] ?? control;
      const principal = { gatewayId: of.gatewayId };
      for (let running: { attemptId: string; fence: number }[] = []; (await waiting()).length > 0; ) {
        const ids = running.map(({ attemptId }) => attemptId);
        const answer = await claim(any(), of, ids, jobsPerGateway - running.length);
        running = [...running, ...answer.work].filter(({ attemptId }) => !answer.lost.includes(attemptId));
        const [first, ...others] = running;
        if (!first) continue;
        running = others;
        if (random() < 0.25) await loseAttempt(any(), first.attemptId, 'GATEWAY_RESTARTED');
        else await completeAttempt(any(), principal, first.attemptId, { fence: first.fence, outcome: complete });
      }
    };
    const sweeping = Promise.all(
      controls.map(async (own) => {
        while (!done.signal.aborted) await sweeper(own).runOnce();
      }),
    );
    await Promise.race([Promise.all(gateways.map(work)), watching, sweeping]);
    done.abort();
    await Promise.all([watching, sweeping]);

    expect(await database.db.selectFrom('permit').selectAll().execute()).toEqual([]);
    expect(mostAtOnce).toBeGreaterThan(1);
    const { rows } = await sql<{ subject_id: string; ends: number }>`select subject_id, count(*)::integer as ends
      from event where type = 'JOB_FINISHED' group by subject_id`.execute(database.db);
    expect(rows).toHaveLength(gatewayCount * jobsOfEach);
    expect(rows.every(({ ends }) => ends === 1)).toBe(true);
    // A session hands its counters in when it ends.
    await processes.disposeAsync();
    const { rows: counters } = await sql<{ deadlocks: number }>`select deadlocks from pg_stat_database
      where datname = current_database()`.execute(database.db);
    expect(counters).toEqual([{ deadlocks: 0 }]);
  });
});
