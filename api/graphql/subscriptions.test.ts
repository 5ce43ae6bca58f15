import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { ApiError } from '../../client/api-error.ts';
import { type Client, createClient } from '../../client/client.ts';
import { followEvents } from '../../client/follow-events.ts';
import {
  EventHeadDocument,
  FollowEventsDocument,
  GatewayStatusDocument,
  JobProgressDocument,
} from '../../client/gen/documents.ts';
import { revokeAccessKey } from '../../control/access-keys/revoke-access-key.ts';
import { activateGateway } from '../../control/activation/activate.ts';
import { settleCredentials } from '../../control/activation/credentials.ts';
import { setFlowControl } from '../../control/gateways/set-flow-control.ts';
import { updateGatewaySettings } from '../../control/gateways/update-gateway-settings.ts';
import { cancelJob } from '../../control/jobs/cancel-job.ts';
import { startBackup } from '../../control/jobs/start-backup.ts';
import { sweeper } from '../../control/jobs/sweeper.ts';
import { createResourceGroup } from '../../control/resource-groups/resource-groups.ts';
import { encodeId } from '../../schema/global-id.ts';
import {
  activationRequest,
  claim,
  claimOne,
  createActivatedGateway,
  finishBackup,
  generateGatewayKeys,
  issueCertificate,
} from '../../tests/support/control-scene.ts';
import { onApi } from '../../tests/support/on-api.ts';
import { newKey, openApi } from '../../tests/support/public-api.ts';

/** A socket that speaks graphql-transport-ws by hand, to see its close code. */
async function openSocket(url: string, authorization: string) {
  const socket = new WebSocket(url.replace('http', 'ws').concat('/graphql'), 'graphql-transport-ws');
  const messages: { readonly type: string; readonly id?: string; readonly payload?: unknown }[] = [];
  socket.on('message', (data) => messages.push(JSON.parse(String(data))));
  const closed = new Promise<number>((resolve) => socket.on('close', (code) => resolve(code)));
  await new Promise<void>((resolve, reject) => socket.once('open', () => resolve()).once('error', reject));
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization } }));
  const send = (message: object) => socket.send(JSON.stringify(message));
  return { messages, closed, send, close: () => socket.close() };
}

onApi('subscriptions', (suite) => {
  const accessKeyIdOf = async (key: string) => {
    const [keyId = ''] = key.split('.');
    return (
      await suite.control.db.selectFrom('access_key').select('id').where('key_id', '=', keyId).executeTakeFirstOrThrow()
    ).id;
  };

  it('jobProgress: the present state first, then what changes, and the end after the terminal status', async () => {
    const { control, scene } = suite;
    await using client = createClient({ url: suite.api.url, accessKey: suite.key });
    const id = await startBackup(control, scene.viewer, { virtualMachineId: scene.virtualMachineIds[0] });
    const statuses: string[] = [];
    let claimed: ReturnType<typeof claimOne> | undefined;
    for await (const { jobProgress } of client.subscribe(JobProgressDocument, { jobId: encodeId('BackupJob', id) })) {
      const { status } = jobProgress.job;
      statuses.push(status);
      if (status === 'QUEUED') claimed ??= claimOne(control, scene.gateway);
      // Not before: of states that follow within a moment only the last is told.
      if (status === 'RUNNING') void claimed?.then((work) => finishBackup(control, scene.gateway, work));
    }
    expect(statuses).toEqual(['QUEUED', 'RUNNING', 'COMPLETE']);
    const again: string[] = [];
    for await (const { jobProgress } of client.subscribe(JobProgressDocument, { jobId: encodeId('BackupJob', id) }))
      again.push(jobProgress.job.status);
    expect(again).toEqual(['COMPLETE']);
  });

  it('refuses unknown ids, ids of another type and missing scopes', async () => {
    const codeOf = async (accessKey: string, jobId: string) => {
      await using client = createClient({ url: suite.api.url, accessKey });
      const error: unknown = await client
        .subscribe(JobProgressDocument, { jobId })
        .next()
        .catch((thrown: unknown) => thrown);
      return error instanceof ApiError ? error.code : error;
    };
    expect(await codeOf(suite.key, encodeId('BackupJob', suite.control.ids.uuid()))).toBe('NOT_FOUND');
    expect(await codeOf(suite.key, encodeId('Vault', suite.scene.vaultId))).toBe('INVALID_INPUT');
    expect(
      await codeOf(
        await newKey(suite.control, { scopes: ['event:read'] }),
        encodeId('BackupJob', suite.control.ids.uuid()),
      ),
    ).toBe('FORBIDDEN');
    expect(await codeOf('wrong.key', 'x')).toBe('UNAUTHENTICATED');
  });

  it('gatewayStatus: the present state first, then every change, with its reason, at once', async () => {
    const { control, scene } = suite;
    await using client = createClient({ url: suite.api.url, accessKey: suite.key });
    const gateway = await createActivatedGateway(control, scene.viewer, scene.accessKey, scene.vaultId);
    const { gatewayId } = gateway;
    const updates = client.subscribe(GatewayStatusDocument, { gatewayId: encodeId('Gateway', gatewayId) });
    const next = async () => {
      const { value } = await updates.next();
      if (!value) throw new Error('the subscription ended');
      return value.gatewayStatus.gateway;
    };
    expect(await next()).toMatchObject({ status: 'ACTIVATED', statusReason: null });
    const past = new Date(control.clock.now() - control.config.heartbeatTimeoutMs - 1_000);
    await control.db
      .updateTable('gateway')
      .set({ last_seen_at: past, last_control_at: past })
      .where('id', '=', gatewayId)
      .execute();
    await sweeper(control).runOnce();
    expect(await next()).toMatchObject({ status: 'OFFLINE', statusReason: { code: 'NO_HEARTBEAT' } });
    await claim(control, gateway);
    const back = await next();
    expect(back).toMatchObject({ status: 'ACTIVATED', statusReason: null, transport: 'AUTO' });
    const settings = { gatewayId, transport: 'NFC', useHttps: true, maxWorkers: 3 } as const;
    await updateGatewaySettings(control, scene.viewer, { ...settings, expectedVersion: back.version });
    const changed = await next();
    expect(changed).toMatchObject({ transport: 'NFC', useHttps: true });
    const window = { start: '08:00', end: '18:00', timeZone: 'UTC', bytesPerSecond: 2_000_000 };
    const windows = [{ ...window, days: ['MONDAY' as const], appliesTo: 'BOTH' as const }];
    await setFlowControl(control, scene.viewer, { gatewayId, windows, expectedVersion: changed.version });
    const { version } = await next();
    expect(version).toBe(changed.version + 1);
    const long = new Date(control.clock.now() - control.config.certificateSilenceMs - 1_000);
    await control.db
      .updateTable('gateway')
      .set({ last_seen_at: long, last_control_at: long })
      .where('id', '=', gatewayId)
      .execute();
    await sweeper(control).runOnce();
    let last = await next();
    // Of states that follow within a moment only the last need be told.
    while (last.status === 'OFFLINE' || last.status === 'ACTIVATED') last = await next();
    expect(last).toMatchObject({ status: 'CERTIFICATE_EXPIRED', statusReason: { code: 'SILENT_TOO_LONG' } });
    const certificate = await issueCertificate(control, scene.viewer, gatewayId);
    const key = await newKey(control);
    const request = await activationRequest(control, certificate, key, generateGatewayKeys());
    await activateGateway(control, request, new AbortController().signal);
    while (last.status === 'CERTIFICATE_EXPIRED') last = await next();
    expect(last).toMatchObject({ status: 'ACTIVATED', statusReason: null });
    // Another reason for the same status is a change too.
    for (const [what, code] of [
      ['expires_at', 'ACCESS_KEY_EXPIRED'],
      ['revoked_at', 'ACCESS_KEY_REVOKED'],
    ] as const) {
      const changes = { [what]: new Date(control.clock.now() - 1_000) };
      await control.db
        .updateTable('access_key')
        .set(changes)
        .where('key_id', '=', key.split('.')[0] ?? '')
        .execute();
      expect(await settleCredentials(control, gatewayId)).toBe(true);
      expect(await next()).toMatchObject({ status: 'CREDENTIALS_EXPIRED', statusReason: { code } });
    }
    await updates.return?.();
  });

  describe('events', () => {
    it('come in order, none twice, and go on after the last cursor', async () => {
      const { control, scene } = suite;
      await using client = createClient({ url: suite.api.url, accessKey: suite.key });
      const filter = { types: ['RESOURCE_GROUP_CREATED' as const] };
      const names: (string | undefined)[] = [];
      const stop = new AbortController();
      const begun = Promise.withResolvers<void>();
      const query: Client['query'] = async (document, variables, options) => {
        const answer = await client.query(document, variables, options);
        begun.resolve();
        return answer;
      };
      const follow = followEvents({ ...client, query }, { filter, signal: stop.signal });
      const first = follow.next();
      await begun.promise;
      await createResourceGroup(control, scene.viewer, { name: `event 1 ${suite.kind}` });
      const one = await first;
      if (one.done || one.value.item.__typename !== 'Event') throw new Error('expected an event');
      names.push(one.value.item.details.find(({ name }) => name === 'name')?.value);
      stop.abort();
      await follow.return(undefined);
      await createResourceGroup(control, scene.viewer, { name: `event 2 ${suite.kind}` });
      await createResourceGroup(control, scene.viewer, { name: `event 3 ${suite.kind}` });
      for await (const { events } of client.subscribe(FollowEventsDocument, { after: one.value.cursor, filter })) {
        if (events.item.__typename === 'Event')
          names.push(events.item.details.find(({ name }) => name === 'name')?.value);
        if (names.length === 3) break;
      }
      expect(names).toEqual([1, 2, 3].map((number) => `event ${number} ${suite.kind}`));
    });

    it('say when some are missing', async () => {
      await using client = createClient({ url: suite.api.url, accessKey: suite.key });
      const foreign = Buffer.from(`${suite.control.ids.uuid()}:7`).toString('base64url');
      const { value } = await client.subscribe(FollowEventsDocument, { after: foreign }).next();
      expect(value?.events.item).toMatchObject({ __typename: 'StreamGap', reason: 'OTHER_STREAM', from: foreign });
      const error: unknown = await client
        .subscribe(FollowEventsDocument, { after: 'nonsense' })
        .next()
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'INVALID_INPUT' });
    });

    it('of other resource groups are not told', async () => {
      const { control, scene } = suite;
      const { resourceGroup } = await createResourceGroup(control, scene.viewer, { name: `own ${suite.kind}` });
      await using client = createClient({
        url: suite.api.url,
        accessKey: await newKey(control, { resourceGroups: [resourceGroup.id] }),
      });
      const { events } = await client.query(EventHeadDocument, {});
      const updates = client.subscribe(FollowEventsDocument, { after: events?.headCursor ?? '' });
      const first = updates.next();
      await createResourceGroup(control, scene.viewer, { name: `hidden ${suite.kind}` });
      const key = await newKey(control, { resourceGroups: [resourceGroup.id] });
      const { value } = await first;
      expect(value?.events.item).toMatchObject({
        type: 'ACCESS_KEY_CREATED',
        subject: { id: encodeId('AccessKey', await accessKeyIdOf(key)) },
      });
      await updates.return?.();
    });
  });

  describe('end', () => {
    const subscribeEvents = { type: 'subscribe', id: '1', payload: { query: 'subscription { events { cursor } }' } };

    it('with 4403 when the access key is revoked', async () => {
      const key = await newKey(suite.control);
      const socket = await openSocket(suite.api.url, `Bearer ${key}`);
      await expect.poll(() => socket.messages[0]?.type).toBe('connection_ack');
      socket.send(subscribeEvents);
      await sleep(100);
      await revokeAccessKey(suite.control, suite.scene.viewer, { accessKeyId: await accessKeyIdOf(key) });
      expect(await socket.closed).toBe(4403);
      expect(socket.messages.filter(({ type }) => type === 'next')).toEqual([]);
    });

    it('with 4403 when the access key expires, also while nothing happens', async () => {
      const key = await newKey(suite.control, { expiresAt: new Date(suite.control.clock.now() + 1_000) });
      const socket = await openSocket(suite.api.url, `Bearer ${key}`);
      expect(await socket.closed).toBe(4403);
    });

    it('with 4403 for a wrong access key, 4401 before the connection is acknowledged, and 4429 for a second greeting', async () => {
      expect(await (await openSocket(suite.api.url, 'Bearer nonsense')).closed).toBe(4403);
      const eager = await openSocket(suite.api.url, 'Bearer nonsense');
      eager.send(subscribeEvents);
      expect([4401, 4403]).toContain(await eager.closed);
      const twice = await openSocket(suite.api.url, `Bearer ${suite.key}`);
      twice.send({ type: 'connection_init' });
      expect(await twice.closed).toBe(4429);
    });

    it('with 1001 when the process stops', async () => {
      const api = await openApi(suite.control);
      const socket = await openSocket(api.url, `Bearer ${suite.key}`);
      await expect.poll(() => socket.messages[0]?.type).toBe('connection_ack');
      socket.send(subscribeEvents);
      await sleep(100);
      await api.close();
      expect(await socket.closed).toBe(1001);
    });
  });

  it('also answers queries over the WebSocket, with errors as over HTTP', async () => {
    const socket = await openSocket(suite.api.url, `Bearer ${suite.key}`);
    await expect.poll(() => socket.messages[0]?.type).toBe('connection_ack');
    socket.send({ type: 'subscribe', id: '1', payload: { query: '{ viewer { name } }' } });
    socket.send({ type: 'subscribe', id: '2', payload: { query: '{ nonsense }' } });
    socket.send({ type: 'subscribe', id: '3', payload: { query: '{' } });
    await expect.poll(() => socket.messages.filter(({ type }) => type === 'error').length).toBe(2);
    await expect
      .poll(() => socket.messages.find(({ type }) => type === 'next'))
      .toMatchObject({ id: '1', payload: { data: { viewer: { name: 'test' } } } });
    socket.close();
  });

  it('work over server-sent events too, and end when the key is revoked', async () => {
    const { control, scene } = suite;
    const key = await newKey(control);
    await using client = createClient({ url: suite.api.url, accessKey: suite.key });
    const { events } = await client.query(EventHeadDocument, {});
    const response = await fetch(`${suite.api.url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({
        query:
          'subscription ($after: String) { events(after: $after, filter: { types: [JOB_CREATED] }) { item { ... on Event { type } } } }',
        variables: { after: events?.headCursor },
      }),
    });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    if (!reader) throw new Error('no body');
    let text = '';
    const until = async (wanted: string) => {
      while (!text.includes(wanted)) {
        const { done, value } = await reader.read();
        if (done) break;
        text += value;
      }
      expect(text).toContain(wanted);
    };
    const jobId = await startBackup(control, scene.viewer, { virtualMachineId: scene.virtualMachineIds[1] });
    await until('"type":"JOB_CREATED"');
    await revokeAccessKey(control, scene.viewer, { accessKeyId: await accessKeyIdOf(key) });
    await until('UNAUTHENTICATED');
    await cancelJob(control, scene.viewer, { jobId });
    while (!(await reader.read()).done);
  });
});
