import {
  type CompiledQuery,
  Kysely,
  type KyselyPlugin,
  type PluginTransformQueryArgs,
  type PluginTransformResultArgs,
  PostgresDialect,
  sql,
} from 'kysely';
import { Pool } from 'pg';
import { beforeAll, expect, it } from 'vitest';
import { listAuditLog } from '../control/audit/list-audit-log.ts';
import type { Database } from '../control/database/tables.ts';
import { listEvents } from '../control/events/list-events.ts';
import { listJobs } from '../control/jobs/list-jobs.ts';
import { listRecoveryPoints } from '../control/recovery-points/recovery-points.ts';
import type { Viewer } from '../control/viewer.ts';
import { listVirtualMachines } from '../control/virtual-machines/virtual-machines.ts';
import { type ControlScene, createScene, statistics } from '../tests/support/control-scene.ts';
import { serverDatabases } from '../tests/support/databases.ts';
import { everyFieldOfLists } from '../tests/support/every-field.ts';
import { onDatabases } from '../tests/support/on-databases.ts';
import { ask, newKey, openApi } from '../tests/support/public-api.ts';
import { schema } from './schema.ts';

const gateways = 100;
const jobs = 5_000;

/** What lists cost where there is much to list: on PostgreSQL, whose planner is the one that counts. */
onDatabases(
  'long lists',
  (suite) => {
    let scene: ControlScene;
    let viewer: Viewer;

    beforeAll(async () => {
      scene = await createScene(suite.control);
      viewer = scene.viewer;
      for (const statement of crowd(scene)) await statement.execute(suite.control.db);
    });

    it('answers a list of gateways with vaults, vCenters and last jobs in a fixed number of statements', async () => {
      const { control } = suite;
      const counter = new StatementCounter();
      await using api = await openApi({ ...control, db: control.db.withPlugin(counter) });
      const key = await newKey(control);
      const document = `query ($first: Int!) { gateways(first: $first, orderBy: CREATED_AT_ASC) { totalCount nodes {
        id name status viewerCanUpdate viewerCanDelete viewerCanActivate vault { id name } vcenters { id name status }
        lastJob { id kind status createdAt } } } }`;
      const measured: Record<number, number> = {};
      for (const first of [1, 10, gateways]) {
        const counts: number[] = [];
        // The least of three: the event tailer of the same process also runs a statement now and then.
        for (let round = 0; round < 3; round += 1) {
          counter.statements = 0;
          const { data, errors } = await ask(api, key, document, { first });
          counts.push(counter.statements);
          expect(errors).toBeUndefined();
          expect(data.gateways.nodes).toHaveLength(first);
          for (const node of data.gateways.nodes.slice(1)) {
            expect(node.vault.id).toEqual(expect.any(String));
            expect(node.vcenters).toHaveLength(2);
            expect(node.lastJob).toMatchObject({ kind: 'BACKUP', status: 'COMPLETE' });
          }
        }
        measured[first] = Math.min(...counts);
      }
      console.log('SQL statements for a list of 1, 10 and 100 gateways:', JSON.stringify(measured));
      // Who asks and when it last did; the page and its count; vaults, vCenters, last jobs.
      expect(new Set(Object.values(measured)).size, JSON.stringify(measured)).toBe(1);
      expect(measured[gateways]).toBeLessThanOrEqual(7);
    });

    it('answers every field of every list in as many statements for many entries as for two', async () => {
      const { control } = suite;
      for (const statement of crowdOfLists(scene)) await statement.execute(control.db);
      const counter = new StatementCounter();
      await using api = await openApi({ ...control, db: control.db.withPlugin(counter) });
      const key = await newKey(control);
      /** The least of some rounds: the tailer and the webhooks of the same process also run statements now and then. */
      const statementsFor = async (document: string, first: number, rounds: number) => {
        let least = Number.POSITIVE_INFINITY;
        for (let round = 0; round < rounds; round += 1) {
          counter.statements = 0;
          const { errors } = await ask(api, key, document, { first });
          least = Math.min(least, counter.statements);
          expect(errors, document).toBeUndefined();
        }
        return least;
      };
      const grows: string[] = [];
      const documents = everyFieldOfLists(schema);
      for (const { name, document } of documents) {
        const few = await statementsFor(document, 2, 1);
        let many = await statementsFor(document, 8, 1);
        // Events are about things of several kinds, each of which is read in a statement of its own.
        const allowed = name === 'events: Event.subject' ? few + 3 : few;
        if (many > allowed) many = await statementsFor(document, 8, 3);
        if (many > allowed) grows.push(`${name}: ${few} for 2, ${many} for 8`);
      }
      expect(documents.length).toBeGreaterThan(40);
      expect(grows).toEqual([]);
    });

    it('finds the first page of every long list by an index', async () => {
      const { url } = suite.database;
      const pool = new Pool({ connectionString: url, max: 1 });
      const queries: CompiledQuery[] = [];
      const db = new Kysely<Database>({
        dialect: new PostgresDialect({ pool }),
        log: ({ query }) => {
          queries.push(query);
        },
      });
      const control = { ...suite.control, db };
      const { gatewayId } = scene.gateway;
      const [virtualMachineId] = scene.virtualMachineIds;
      const tenant: Viewer = { ...viewer, resourceGroups: await groupsOf(suite.control.db) };
      const lists: Record<string, () => Promise<unknown>> = {
        'jobs, newest first': () => listJobs(control, viewer, {}),
        'jobs of some groups': () => listJobs(control, tenant, {}),
        'jobs of a gateway': () => listJobs(control, viewer, { filter: { gatewayId } }),
        'jobs of a virtual machine': () => listJobs(control, viewer, { filter: { virtualMachineId } }),
        'recovery points': () => listRecoveryPoints(control, viewer, {}),
        'recovery points of a gateway': () => listRecoveryPoints(control, viewer, { filter: { gatewayId } }),
        'recovery points of a vault': () => listRecoveryPoints(control, viewer, { filter: { vaultId: scene.vaultId } }),
        'recovery points of a virtual machine': () =>
          listRecoveryPoints(control, viewer, { filter: { virtualMachineId } }),
        'virtual machines': () => listVirtualMachines(control, viewer, {}),
        'events about one thing': () => listEvents(control, viewer, { filter: { subjectId: gatewayId } }),
        'events of a gateway': () => listEvents(control, viewer, { filter: { gatewayId } }),
        'events of a virtual machine': () => listEvents(control, viewer, { filter: { virtualMachineId } }),
        'events, newest first': () => listEvents(control, viewer, { orderBy: 'POSITION_DESC' }),
        'audit log': () => listAuditLog(control, viewer, {}),
        'audit log of an access key': () =>
          listAuditLog(control, viewer, { filter: { accessKeyId: viewer.accessKeyId } }),
        'audit log about one thing': () => listAuditLog(control, viewer, { filter: { subjectId: gatewayId } }),
      };
      const big = ['job', 'recovery_point', 'event', 'virtual_machine', 'audit_entry', 'audit_outcome'];
      try {
        const scans: string[] = [];
        for (const [name, list] of Object.entries(lists)) {
          queries.length = 0;
          await list();
          const page = queries.find((query) => /order by/.test(query.sql));
          if (!page) throw new Error(`${name}: no page was asked for`);
          const { rows } = await pool.query(`explain ${page.sql}`, [...page.parameters]);
          const plan = rows.map((row: Record<string, string>) => row['QUERY PLAN']).join('\n');
          if (new RegExp(`Seq Scan on (${big.join('|')})\\b`).test(plan)) scans.push(`${name}:\n${plan}`);
        }
        expect(scans).toEqual([]);
      } finally {
        await db.destroy();
      }
    });
  },
  { kinds: serverDatabases() },
);

/** Counts what goes to the database. */
class StatementCounter implements KyselyPlugin {
  statements = 0;

  transformQuery({ node }: PluginTransformQueryArgs) {
    this.statements += 1;
    return node;
  }

  async transformResult({ result }: PluginTransformResultArgs) {
    return result;
  }
}

async function groupsOf(db: Kysely<Database>): Promise<string[]> {
  return (await db.selectFrom('resource_group').select('id').execute()).map(({ id }) => id);
}

/** Many of everything, copied from what the scene has. */
function crowd({ gateway: { gatewayId }, vcenterId, virtualMachineIds, viewer }: ControlScene) {
  const [vmId] = virtualMachineIds;
  return [
    sql`insert into vcenter select (jsonb_populate_record(vcenter, jsonb_build_object('id', gen_random_uuid(),
      'instance_uuid', gen_random_uuid(), 'name', 'second'))).* from vcenter where id = ${vcenterId}`,
    sql`insert into gateway select (jsonb_populate_record(gateway, jsonb_build_object('id', gen_random_uuid(),
      'name', 'many ' || n, 'created_at', created_at + n * interval '1 second'))).*
      from gateway, generate_series(1, ${gateways}) n where id = ${gatewayId}`,
    sql`insert into vcenter_gateway select vcenter.id, gateway.id from vcenter, gateway on conflict do nothing`,
    sql`insert into virtual_machine select (jsonb_populate_record(virtual_machine, jsonb_build_object('id', gen_random_uuid(),
      'instance_uuid', gen_random_uuid(), 'name', 'many ' || n))).*
      from virtual_machine, generate_series(1, ${jobs}) n where id = ${vmId}`,
    sql`insert into job (id, kind, status, resource_group_id, vault_id, gateway_id, vcenter_id, virtual_machine_id, input, created_at)
      select gen_random_uuid(), 'BACKUP', 'COMPLETE', g.resource_group_id, g.vault_id, g.id, ${vcenterId}, vm.id,
        '{"kind": "BACKUP", "quiesce": "NONE", "forceFull": false}', g.created_at + n * interval '1 minute'
      from (select *, row_number() over (order by id) - 1 as place from gateway) g
        join generate_series(1, ${jobs}) n on n % ${gateways + 1} = g.place
        join (select id, row_number() over (order by id) as place from virtual_machine) vm on vm.place = n`,
    sql`insert into recovery_point (id, resource_group_id, vault_id, virtual_machine_id, gateway_id, job_id, kind, status, quiesced,
        manifest_key, manifest_hash, commit_object, disks, statistics, captured_at, created_at)
      select gen_random_uuid(), resource_group_id, vault_id, virtual_machine_id, gateway_id, id, 'FULL', 'AVAILABLE', false,
        'k', 'h', 'c', '[]', ${JSON.stringify(statistics)}::jsonb, created_at, created_at from job`,
    sql`insert into event (stream, position, type, resource_group_id, subject_type, subject_id, data, occurred_at)
      select head.stream, head.position + row_number() over (order by job.created_at), 'JOB_FINISHED', resource_group_id, 'JOB', job.id,
        jsonb_build_object('gatewayId', gateway_id, 'virtualMachineId', virtual_machine_id), created_at
      from job, event_head head`,
    sql`update event_head set position = (select max(position) from event)`,
    sql`insert into audit_entry (id, started_at, actor_kind, access_key_id, actor_name, action, input, withheld, subjects, subject_ids,
        resource_group_ids, request_id)
      select gen_random_uuid(), created_at, 'ACCESS_KEY', case when n % 2 = 0 then ${viewer.accessKeyId}::uuid else gen_random_uuid() end,
        'x', 'startBackup', '[]', '{}', '[]', array[virtual_machine_id, gateway_id], array[resource_group_id], 'r'
      from (select job.*, row_number() over (order by id) as n from job) job`,
    sql`insert into audit_outcome (entry_id, finished_at, duration_ms, subjects, subject_ids, resource_group_ids)
      select id, started_at, 1, '[]', array[gen_random_uuid()], resource_group_ids from audit_entry`,
    sql`vacuum analyze`,
  ];
}

/** Many of what the crowd has one of, each with something of its own. */
function crowdOfLists({ vaultId, vcenterId, viewer }: ControlScene) {
  return [
    sql`insert into vault select (jsonb_populate_record(vault, jsonb_build_object('id', gen_random_uuid(), 'name', 'many ' || n))).*
      from vault, generate_series(1, 20) n where id = ${vaultId}`,
    sql`update gateway set vault_id = (select id from vault where vault.name <> gateway.name order by md5(vault.id::text || gateway.id::text) limit 1)`,
    sql`insert into vcenter select (jsonb_populate_record(vcenter, jsonb_build_object('id', gen_random_uuid(),
      'instance_uuid', gen_random_uuid(), 'name', 'many ' || n))).* from vcenter, generate_series(1, 20) n where id = ${vcenterId}`,
    sql`insert into vcenter_gateway select vcenter.id, gateway.id from vcenter, gateway
      where vcenter.name like 'many %' and gateway.name like 'many 1_'`,
    sql`insert into access_key select (jsonb_populate_record(access_key, jsonb_build_object('id', gen_random_uuid(), 'key_id', 'HF' || n,
      'created_by', id))).* from access_key, generate_series(1, 20) n where id = ${viewer.accessKeyId}`,
    sql`insert into resource_group select (jsonb_populate_record(resource_group, jsonb_build_object('id', gen_random_uuid(), 'name', 'many ' || n))).*
      from resource_group, generate_series(1, 20) n where id = (select min(id::text)::uuid from resource_group)`,
    sql`insert into webhook (id, name, url, secret_sealed, all_resource_groups, resource_group_ids, enabled, stream, position, created_at, created_by)
      select gen_random_uuid(), 'many ' || n, 'https://receiver.example', '', false, array[resource_group.id], false, head.stream, head.position, now(),
        ${viewer.accessKeyId}
      from event_head head, (select id from resource_group limit 3) resource_group, generate_series(1, 20) n`,
    sql`insert into webhook_delivery (id, webhook_id, kind, body, status, created_at)
      select gen_random_uuid(), id, 'TEST', '{}', 'SUCCEEDED', now() from webhook, generate_series(1, 12)`,
  ];
}
