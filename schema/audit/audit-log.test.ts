import { getNamedType, isInputObjectType } from 'graphql';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { createResourceGroup } from '../../control/resource-groups/resource-groups.ts';
import { minimalInput } from '../../tests/support/minimal-input.ts';
import { mutation, mutationDocuments, mutationsOf } from '../../tests/support/mutations.ts';
import { onApi } from '../../tests/support/on-api.ts';
import { ask, newKey, read } from '../../tests/support/public-api.ts';
import { encodeId } from '../global-id.ts';
import { schema } from '../schema.ts';
import { toldTexts } from './describe-input.ts';

const entryFields =
  'id action actorKind actorName keyId input { path value } withheld subjects { type id } outcome errorCode requestId address userAgent startedAt durationMs';
const logDocument = `query ($filter: AuditLogFilter, $first: Int, $after: String, $orderBy: AuditLogOrder) {
  auditLog(filter: $filter, first: $first, after: $after, orderBy: $orderBy) {
    totalCount pageInfo { hasNextPage endCursor } nodes { ${entryFields} } } }`;

const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});

describe('what the audit log may tell', () => {
  it('is no field whose name sounds of a secret', () => {
    const suspicious = /secret|password|passphrase|token|sealed|private|recovery|credential|content|url/i;
    expect([...toldTexts].filter((name) => suspicious.test(name))).toEqual([]);
  });
});

onApi('the audit log', (suite) => {
  const { run, gatewayInput } = mutationsOf(suite);
  const log = async (variables: Record<string, unknown>, key = suite.key) =>
    (await read(suite.api, key, logDocument, variables)).auditLog;
  const rowId = async (key: string) =>
    (
      await suite.control.db
        .selectFrom('access_key')
        .select('id')
        .where('key_id', '=', key.split('.')[0] ?? '')
        .executeTakeFirstOrThrow()
    ).id;

  it('has every mutation of the schema, also those that are refused', async () => {
    const key = await newKey(suite.control, { scopes: [] });
    for (const field of mutations) {
      const [argument] = field.args;
      if (!argument || !isInputObjectType(getNamedType(argument.type))) throw new Error(`${field.name} takes no input`);
      const { data, errors } = await ask(suite.api, key, mutation(field.name, '__typename'), {
        input: minimalInput(argument.type),
      });
      expect(errors, field.name).toBeUndefined();
      expect(data[field.name].__typename, field.name).toMatch(/Error$/);
    }
    const { nodes, totalCount } = await log({
      filter: { accessKeyId: encodeId('AccessKey', await rowId(key)) },
      first: 100,
    });
    expect(totalCount).toBe(mutations.length);
    expect(nodes.map((node: { action: string }) => node.action).sort()).toEqual(
      mutations.map(({ name }) => name).sort(),
    );
    for (const { action, outcome, errorCode } of nodes) {
      expect({ action, outcome }).toEqual({ action, outcome: 'FAILED' });
      expect(errorCode, action).toMatch(/^[A-Z_]+$/);
    }
  });

  it('tells who asked for what, from where, and what was made', async () => {
    const asked = await fetch(`${suite.api.url}/graphql`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${suite.key}`,
        'content-type': 'application/json',
        'user-agent': 'console/7',
        'x-forwarded-for': '203.0.113.9',
      },
      body: JSON.stringify({
        query: mutationDocuments.createGateway,
        variables: { input: gatewayInput({ name: 'told', idempotencyKey: 'k-1' }) },
      }),
    });
    const { data } = JSON.parse(await asked.text());
    const { nodes } = await log({ filter: { requestId: asked.headers.get('x-request-id') } });
    expect(nodes).toEqual([
      {
        id: expect.any(String),
        action: 'createGateway',
        actorKind: 'ACCESS_KEY',
        actorName: 'test',
        keyId: suite.key.split('.')[0],
        input: expect.arrayContaining([
          { path: 'name', value: 'told' },
          { path: 'platform', value: 'ONPREM_VSPHERE' },
          { path: 'idempotencyKey', value: 'k-1' },
          { path: 'vaultId', value: encodeId('Vault', suite.scene.vaultId) },
          { path: 'useHttps', value: 'false' },
        ]),
        withheld: [],
        subjects: expect.arrayContaining([
          { type: 'Vault', id: encodeId('Vault', suite.scene.vaultId) },
          { type: 'Gateway', id: data.createGateway.gateway.id },
        ]),
        outcome: 'SUCCEEDED',
        errorCode: null,
        requestId: asked.headers.get('x-request-id'),
        // Nobody said that there is a proxy to be trusted.
        address: '127.0.0.1',
        userAgent: 'console/7',
        startedAt: expect.any(String),
        durationMs: expect.any(Number),
      },
    ]);
    const about = await log({ filter: { subjectId: data.createGateway.gateway.id } });
    expect(about.nodes.map((node: { action: string }) => node.action)).toEqual(['createGateway']);
    const again = await suite.read(`query ($id: ID!) { node(id: $id) { ... on AuditEntry { action } } }`, {
      id: nodes[0].id,
    });
    expect(again.node).toEqual({ action: 'createGateway' });
  });

  it('never holds a secret', async () => {
    const gatewayId = encodeId('Gateway', suite.scene.gateway.gatewayId);
    const made = await run('createAccessKey', { name: 'with a secret', scopes: ['VAULT_READ'] });
    const vault = await run('createVault', { regionId: 'cn-qingdao', name: 'zero\0 and half \ud800' });
    expect(vault.__typename).toBe('InvalidInputError');
    const { recoveryKey } = await run('createVault', { regionId: 'cn-qingdao' });
    const password = 'pa§§word-2c6f';
    // The gateway answers nobody here: the attempt is what counts.
    await run('addVCenter', { gatewayId, address: 'nonsense /', username: 'u', password });
    const { nodes } = await log({ filter: { actions: ['addVCenter'], subjectId: gatewayId } });
    expect(nodes[0]).toMatchObject({
      withheld: ['password'],
      input: expect.arrayContaining([{ path: 'username', value: 'u' }]),
      outcome: 'FAILED',
    });
    await run('addVCenter', { gatewayId, address: `https://root:${password}@vcenter`, username: 'u', password });
    const everything = await sql<{
      text: string;
    }>`select string_agg(coalesce(to_jsonb(e)::text, '') || coalesce(to_jsonb(o)::text, ''), '') as text
      from audit_entry e left join audit_outcome o on o.entry_id = e.id`.execute(suite.control.db);
    const text = everything.rows[0]?.text ?? '';
    expect(text).toContain('with a secret');
    for (const secret of [password, made.secret.split('.')[1], recoveryKey, suite.key.split('.')[1]]) {
      expect(text).not.toContain(secret);
    }
  });

  it('cannot be changed or removed, whoever has the database', async () => {
    for (const statement of [
      `update audit_entry set actor_name = 'somebody else'`,
      'delete from audit_entry',
      'truncate audit_entry, audit_outcome',
      'update audit_outcome set error_code = null',
      'delete from audit_outcome',
    ]) {
      await expect(sql.raw(statement).execute(suite.control.db), statement).rejects.toThrow('append-only');
    }
  });

  it('shows keys of some resource groups what concerns these, and what they did', async () => {
    const { control, scene } = suite;
    const { resourceGroup } = await createResourceGroup(control, scene.viewer, { name: `apart ${control.ids.uuid()}` });
    const resourceGroupId = encodeId('ResourceGroup', resourceGroup.id);
    const tenant = await newKey(control, { resourceGroups: [resourceGroup.id] });
    const { vault } = await run('createVault', { regionId: 'cn-qingdao', resourceGroupId });
    await run('createGateway', gatewayInput({ vaultId: vault.id }));
    await run('createGateway', gatewayInput());
    await run('createResourceGroup', { name: 'not theirs to make' }, tenant);
    const { nodes } = await log({ orderBy: 'STARTED_AT_ASC' }, tenant);
    expect(nodes.map((node: { action: string; outcome: string }) => [node.action, node.outcome])).toEqual([
      ['createVault', 'SUCCEEDED'],
      ['createGateway', 'SUCCEEDED'],
      ['createResourceGroup', 'FAILED'],
    ]);
    const others = await log({ filter: { actions: ['createGateway'] }, first: 1 });
    const { data } = await ask(suite.api, tenant, `query ($id: ID!) { node(id: $id) { id } }`, {
      id: others.nodes[0].id,
    });
    expect(data.node).toBeNull();
    // One about their group and another's: of the other they learn nothing.
    const other = await run('createResourceGroup', { name: `not theirs ${control.ids.uuid()}` });
    const ids = [resourceGroupId, other.resourceGroup.id];
    await run('createAccessKey', { name: 'for two', scopes: ['VAULT_READ'], resourceGroupIds: ids });
    const [shared] = (await log({ filter: { actions: ['createAccessKey'], subjectId: resourceGroupId } }, tenant))
      .nodes;
    expect(shared).toMatchObject({ outcome: 'SUCCEEDED', subjects: [{ type: 'ResourceGroup', id: resourceGroupId }] });
    expect(shared.input).toEqual([]);
    expect(shared.withheld).toEqual(expect.arrayContaining(['name', 'resourceGroupIds.0', 'resourceGroupIds.1']));
    const [whole] = (await log({ filter: { actions: ['createAccessKey'], subjectId: resourceGroupId } })).nodes;
    expect(whole.input).toContainEqual({ path: 'name', value: 'for two' });
    const hook = { name: 'theirs', url: 'https://receiver.example', resourceGroupIds: [resourceGroupId] };
    const document = mutation('createWebhook', 'webhook { id }');
    const made = await read(suite.api, suite.key, document, { input: hook });
    const webhookId = made.createWebhook.webhook.id;
    await read(suite.api, suite.key, mutation('updateWebhook', 'webhook { id }'), { input: { webhookId, name: 'x' } });
    const ofWebhook = await log({ filter: { subjectId: webhookId } }, tenant);
    expect(ofWebhook.nodes.map(({ action }: { action: string }) => action)).toEqual(['updateWebhook', 'createWebhook']);
    const blind = await newKey(control, { scopes: ['event:read'] });
    const refused = await ask(suite.api, blind, '{ auditLog { totalCount } }');
    expect(refused.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('is filtered by time, actor, action, outcome and error, and paged', async () => {
    const key = await newKey(suite.control);
    const accessKeyId = encodeId('AccessKey', await rowId(key));
    for (const name of ['one', 'two', 'one']) await run('createResourceGroup', { name: `filtered ${name}` }, key);
    await run('createAccessKey', { name: '', scopes: ['VAULT_READ'] }, key);
    const count = async (filter: Record<string, unknown>) =>
      (await log({ filter: { accessKeyId, ...filter } })).totalCount;
    expect(await count({})).toBe(4);
    expect(await count({ actions: ['createResourceGroup'] })).toBe(3);
    expect(await count({ outcomes: ['SUCCEEDED'] })).toBe(2);
    expect(await count({ outcomes: ['FAILED', 'UNFINISHED'] })).toBe(2);
    expect(await count({ outcomes: ['UNFINISHED'] })).toBe(0);
    expect(await count({ errorCode: 'NAME_TAKEN' })).toBe(1);
    const first = await log({ filter: { accessKeyId }, first: 3, orderBy: 'STARTED_AT_ASC' });
    const rest = await log({
      filter: { accessKeyId },
      first: 3,
      orderBy: 'STARTED_AT_ASC',
      after: first.pageInfo.endCursor,
    });
    expect([...first.nodes, ...rest.nodes].map(({ errorCode }: { errorCode: string | null }) => errorCode)).toEqual([
      null,
      null,
      'NAME_TAKEN',
      'INVALID_INPUT',
    ]);
    const { startedAt } = rest.nodes[0];
    const after = new Date(Date.parse(startedAt) + 1).toISOString();
    expect(await count({ startedAfter: after })).toBe(0);
    expect(await count({ startedBefore: after })).toBe(4);
  });

  it('refuses what it cannot account for, and answers what was done all the same', async () => {
    const { db } = suite.control;
    const renamed = async (table: string, work: () => Promise<void>) => {
      await sql.raw(`alter table ${table} rename to out_of_the_way`).execute(db);
      try {
        await work();
      } finally {
        await sql.raw(`alter table out_of_the_way rename to ${table}`).execute(db);
      }
    };
    const name = `unaccounted ${suite.control.ids.uuid()}`;
    await renamed('audit_entry', async () => {
      const { errors } = await ask(suite.api, suite.key, mutationDocuments.createResourceGroup, { input: { name } });
      expect(errors?.[0]?.extensions).toMatchObject({ code: 'AUDIT_LOG_UNAVAILABLE', retryable: true });
      const made = await db.selectFrom('resource_group').select('id').where('name', '=', name).execute();
      expect(made, 'nothing was made').toEqual([]);
    });
    await renamed('audit_outcome', async () => {
      expect(await run('createResourceGroup', { name })).toMatchObject({ resourceGroup: { name } });
    });
    const { nodes } = await log({ filter: { outcomes: ['UNFINISHED'] } });
    expect(nodes).toMatchObject([{ action: 'createResourceGroup', errorCode: null, durationMs: null }]);
  });
});
