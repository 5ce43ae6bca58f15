import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningApi } from '../api/start.ts';
import { type Clock, systemClock } from '../base/clock.ts';
import { systemIds } from '../base/ids.ts';
import type { Logger } from '../base/logger.ts';
import { activateGateway } from '../control/activation/activate.ts';
import type { GatewayPackageConfig } from '../control/config.ts';
import { signingKey } from '../control/signing-key.ts';
import { verifyCertificate } from '../protocol/certificate.ts';
import { parseId } from '../schema/global-id.ts';
import { createTestControl, type TestControl } from './support/control.ts';
import { activationRequest, generateGatewayKeys } from './support/control-scene.ts';
import { databases } from './support/databases.ts';
import { mutationDocuments } from './support/mutations.ts';
import { type Answer, ask, newKey, openApi, read } from './support/public-api.ts';
import { createTenant, createViewer } from './support/viewers.ts';

const packageBytes = 24 * 1_048_576 + 77;
const minute = 60_000;

describe('downloads', () => {
  let stack: AsyncDisposableStack;
  let control: TestControl;
  let api: RunningApi;
  let key: string;
  let directory: string;
  let content: Buffer;
  let gateway: { readonly id: string };
  let offset = 0;
  /** Everything that was logged, whatever the level, as JSON. */
  const logged: string[] = [];
  const clock: Clock = { ...systemClock, now: () => systemClock.now() + offset };
  const log = (fields: object, message: string) => {
    logged.push(JSON.stringify({ ...fields, message }));
  };
  const logger: Logger = { debug: log, info: log, warn: log, error: log, child: () => logger };
  const publicUrls: Record<string, string> = { VPC: 'http://10.0.0.9:4000/holdfast' };

  beforeAll(async () => {
    stack = new AsyncDisposableStack();
    directory = await mkdtemp(join(tmpdir(), 'holdfast-package-'));
    stack.defer(() => rm(directory, { recursive: true }));
    content = Buffer.from(systemIds.bytes(packageBytes));
    await writeFile(join(directory, 'holdfast gateway.ova'), content);
    const kind = databases().at(-1);
    if (!kind) throw new Error('no database');
    const gatewayPackage = packageOf('holdfast gateway.ova', { version: '1.4.0' });
    control = stack.use(
      await createTestControl({
        database: stack.use(await kind.open()),
        clock,
        logger,
        config: { publicUrls, gatewayPackage },
      }),
    );
    api = stack.use(await openApi(control));
    publicUrls.INTERNET = api.url;
    key = await newKey(control);
    const { vault } = await run('createVault', { regionId: 'sandbox-1' });
    gateway = (await newGateway(vault.id)).gateway;
  });
  afterAll(() => stack.disposeAsync());

  const packageOf = (file: string, more: Partial<GatewayPackageConfig> = {}): GatewayPackageConfig => ({
    path: join(directory, file),
    version: null,
    sha256: null,
    ...more,
  });
  const run = async (
    field: keyof typeof mutationDocuments,
    input: Record<string, unknown>,
    by = key,
    at: Pick<RunningApi, 'url'> = api,
  ): Promise<Answer['data']> => (await read(at, by, mutationDocuments[field], { input }))[field];
  const newGateway = (vaultId: string, by = key, at: Pick<RunningApi, 'url'> = api) =>
    run(
      'createGateway',
      { vaultId, name: `gw ${systemIds.uuid()}`, platform: 'ONPREM_VSPHERE', networkType: 'INTERNET' },
      by,
      at,
    );
  const packageUrl = async (by = key): Promise<string> =>
    (await run('downloadGatewayPackage', { gatewayId: gateway.id }, by)).link.url;
  const fetched = async (url: string, headers: Record<string, string> = {}, method = 'GET') => {
    const response = await fetch(url, { headers, method });
    return { status: response.status, headers: response.headers, body: Buffer.from(await response.arrayBuffer()) };
  };
  const refusal = async (url: string) => {
    const { status, body } = await fetched(url);
    const { error } = JSON.parse(body.toString());
    expect(error.remedy.length).toBeGreaterThan(10);
    return `${status} ${error.code}`;
  };
  const etag = () => `"${createHash('sha256').update(content).digest('hex')}"`;

  it('come with a new gateway: its certificate, and the package with size, checksum and version', async () => {
    const made = await newGateway((await run('createVault', { regionId: 'sandbox-1' })).vault.id);
    expect(made.packageProblem).toBeNull();
    expect(made.packageDownload).toMatchObject({
      fileName: 'holdfast-gateway.ova',
      sizeBytes: packageBytes,
      sha256: createHash('sha256').update(content).digest('hex'),
      version: '1.4.0',
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/downloads\/[\w-]+\.[\w-]+\/holdfast-gateway\.ova$/),
      vpc: expect.stringMatching(/^http:\/\/10\.0\.0\.9:4000\/holdfast\/downloads\//),
    });
    const file = await fetched(made.packageDownload.url);
    expect(file.status).toBe(200);
    expect(file.body.equals(content)).toBe(true);
    expect(Object.fromEntries(file.headers)).toMatchObject({
      'content-length': String(packageBytes),
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment; filename="holdfast-gateway.ova"',
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-cache, no-transform',
      'x-content-type-options': 'nosniff',
      etag: etag(),
    });

    const certificate = await fetched(made.certificateDownload.url);
    expect(certificate.headers.get('cache-control')).toBe('no-store');
    expect(certificate.headers.get('content-disposition')).toContain(`filename="${made.certificateDownload.fileName}"`);
    const { publicKey } = await signingKey(control);
    const payload = await verifyCertificate(certificate.body.toString(), publicKey);
    expect(payload).toMatchObject({ gatewayId: parseId(made.gateway.id).id, jti: parseId(made.certificate.id).id });
    const again = await run('downloadGatewayCertificate', { gatewayId: made.gateway.id });
    expect((await fetched(again.link.url)).body.equals(certificate.body)).toBe(true);
    const issued = await run('issueGatewayCertificate', { gatewayId: made.gateway.id });
    expect((await fetched(issued.download.url)).body.toString()).toBe(issued.content);
  });

  it('answer HEAD, ranges and conditions', async () => {
    const url = await packageUrl();
    const head = await fetched(url, { range: 'bytes=0-9' }, 'HEAD');
    expect(head).toMatchObject({ status: 200, body: Buffer.alloc(0) });
    expect(head.headers.get('content-length')).toBe(String(packageBytes));
    const last = packageBytes - 1;
    for (const [range, start, end] of [
      ['bytes=0-0', 0, 1],
      ['bytes=1000-1999', 1000, 2000],
      [`bytes=${last - 9}-`, last - 9, packageBytes],
      ['bytes=-10', packageBytes - 10, packageBytes],
      [`bytes=${last}-${last + 1000}`, last, packageBytes],
    ] as const) {
      const part = await fetched(url, { range });
      expect(part.status, range).toBe(206);
      expect(part.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/${packageBytes}`);
      expect(part.headers.get('content-length')).toBe(String(end - start));
      expect(part.body.equals(content.subarray(start, end)), range).toBe(true);
    }
    for (const range of [`bytes=${packageBytes}-`, 'bytes=-0', `bytes=${packageBytes}-${packageBytes + 5}`]) {
      const none = await fetched(url, { range });
      expect(none).toMatchObject({ status: 416, body: Buffer.alloc(0) });
      expect(none.headers.get('content-range')).toBe(`bytes */${packageBytes}`);
    }
    const modified = head.headers.get('last-modified') ?? '';
    const earlier = new Date(Date.parse(modified) - minute).toUTCString();
    const statusOf = async (headers: Record<string, string>) => (await fetch(url, { headers })).status;
    const range = 'bytes=5-9';
    expect(await statusOf({ range, 'if-range': etag() })).toBe(206);
    expect(await statusOf({ range, 'if-range': modified })).toBe(206);
    for (const stale of ['"another"', `W/${etag()}`, earlier])
      expect(await statusOf({ range, 'if-range': stale })).toBe(200);
    for (const ignored of ['bytes=9-5', 'bytes=0-1,5-6', 'pages=1-2', 'bytes=-', 'bytes=a-b'])
      expect(await statusOf({ range: ignored }), ignored).toBe(200);
    expect(await statusOf({ 'if-none-match': etag() })).toBe(304);
    expect(await statusOf({ 'if-modified-since': modified })).toBe(304);
    expect(await statusOf({ 'if-match': '"another"' })).toBe(412);
    expect(await statusOf({ 'if-unmodified-since': earlier })).toBe(412);
    const posted = await fetch(url, { method: 'POST' });
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('go on where a broken one ended, with a new link, byte for byte', async () => {
    const pieces: Buffer[] = [];
    const first = await opened(await packageUrl());
    let arrived = 0;
    for await (const chunk of first) {
      pieces.push(chunk);
      arrived += chunk.length;
      if (arrived > 5_000_000) break;
    }
    first.destroy();
    // The server finds out, and lets the file go.
    await expect.poll(() => logged.some((line) => line.includes('"complete":false'))).toBe(true);
    const begun = Buffer.concat(pieces);
    expect(begun.length).toBeLessThan(packageBytes);
    const rest = await fetched(await packageUrl(), {
      range: `bytes=${begun.length}-`,
      'if-range': first.headers.etag ?? '',
    });
    expect(rest.status).toBe(206);
    expect(Buffer.concat([begun, rest.body]).equals(content)).toBe(true);
  });

  it('wait for a slow client, and break off when the file is cut under them', async () => {
    await writeFile(join(directory, 'cut.ova'), content);
    const config = { ...control.config, gatewayPackage: packageOf('cut.ova') };
    await using other = await openApi({ ...control, config });
    const { link } = await run('downloadGatewayPackage', { gatewayId: gateway.id }, key, other);
    const response = await opened(link.url.replace(api.url, other.url));
    expect(response.headers['content-length']).toBe(String(packageBytes));
    // Nothing is read yet: had the server taken all of the file into memory, all of it would arrive.
    await truncate(join(directory, 'cut.ova'), 1_000);
    let arrived = 0;
    const reading = (async () => {
      for await (const chunk of response) arrived += chunk.length;
    })();
    await expect(reading).rejects.toThrow(/aborted/);
    expect(arrived).toBeLessThan(packageBytes);
  });

  it('cannot be forged, changed or used for another file', async () => {
    const url = await packageUrl();
    const [, before = '', payload = '', mac = '', name = ''] =
      /^(.*\/downloads\/)([\w-]+)\.([\w-]+)\/(.*)$/.exec(url) ?? [];
    const decoded = Buffer.from(payload, 'base64url').toString();
    const other = decoded.replace(parseId(gateway.id).id, systemIds.uuid());
    const later = decoded.replace(/\d+\]$/, '99999999999999]');
    for (const forged of [
      `${Buffer.from(other).toString('base64url')}.${mac}`,
      `${Buffer.from(later).toString('base64url')}.${mac}`,
      `${payload}.${mac.replace(/^./, (letter) => (letter === 'A' ? 'B' : 'A'))}`,
      `${payload}.`,
      payload,
      'x',
    ])
      expect(await refusal(`${before}${forged}/${name}`), forged).toBe('403 LINK_INVALID');
    // The name is for those who save the file; no path is made of it.
    for (const wild of ['..%2f..%2f..%2fetc%2fpasswd', 'other', '%00'])
      expect((await fetched(`${before}${payload}.${mac}/${wild}`, { range: 'bytes=0-3' })).body).toEqual(
        content.subarray(0, 4),
      );
    for (const path of ['/downloads/', '/downloads/..%2f..%2fetc/passwd'])
      expect(await refusal(`${api.url}${path}`)).toBe('403 LINK_INVALID');
  });

  it('end with their time, their access key and its rights', async () => {
    const url = await packageUrl();
    offset += 15 * minute - 5_000;
    expect((await fetched(url, { range: 'bytes=0-3' })).status).toBe(206);
    offset += 6_000;
    expect(await refusal(url)).toBe('410 LINK_EXPIRED');

    const other = await newKey(control, { scopes: ['gateway:write', 'accessKey:write'] });
    const theirs = await packageUrl(other);
    const keyId = other.split('.')[0] ?? '';
    const { resourceGroupId, viewer } = await createTenant(control, await createViewer(control), 'elsewhere');
    const restrict = (changes: { scopes?: string[]; all_resource_groups?: boolean; resource_group_ids?: string[] }) =>
      control.db.updateTable('access_key').set(changes).where('key_id', '=', keyId).execute();
    await restrict({ scopes: ['gateway:read'] });
    expect(await refusal(theirs)).toBe('403 FORBIDDEN');
    await restrict({ scopes: ['gateway:write'], all_resource_groups: false, resource_group_ids: [resourceGroupId] });
    expect(await refusal(theirs)).toBe('404 NOT_FOUND');
    await restrict({ all_resource_groups: true });
    expect((await fetched(theirs, { range: 'bytes=0-3' })).status).toBe(206);
    const { id } = await control.db
      .selectFrom('access_key')
      .select('id')
      .where('key_id', '=', keyId)
      .executeTakeFirstOrThrow();
    // A secret that was replaced takes its links along.
    const rotated = await read(
      api,
      key,
      'mutation ($input: RotateAccessKeyInput!) { rotateAccessKey(input: $input) { ... on RotateAccessKeyPayload { secret } } }',
      { input: { accessKeyId: Buffer.from(`AccessKey:${id}`).toString('base64url') } },
    );
    expect(await refusal(theirs)).toBe('403 LINK_REVOKED');
    const after = await packageUrl(rotated.rotateAccessKey.secret);
    expect((await fetched(after, { range: 'bytes=0-3' })).status).toBe(206);
    await run('revokeAccessKey', { accessKeyId: Buffer.from(`AccessKey:${id}`).toString('base64url') });
    expect(await refusal(after)).toBe('403 LINK_REVOKED');

    // Nobody gets a link for a gateway they do not see, or without the scope.
    const foreign = await newKey(control, { resourceGroups: [resourceGroupId] });
    expect(viewer.resourceGroups).toEqual([resourceGroupId]);
    for (const field of ['downloadGatewayPackage', 'downloadGatewayCertificate'] as const) {
      expect(await run(field, { gatewayId: gateway.id }, foreign)).toMatchObject({ code: 'NOT_FOUND' });
      const reader = await newKey(control, { scopes: ['gateway:read'] });
      expect(await run(field, { gatewayId: gateway.id }, reader)).toMatchObject({ code: 'FORBIDDEN' });
    }
  });

  it('of a certificate end when it is void, used or expired', async () => {
    const gatewayId = gateway.id;
    const certificateLink = async () => run('downloadGatewayCertificate', { gatewayId });
    await run('issueGatewayCertificate', { gatewayId });
    const first = (await certificateLink()).link.url;
    await run('issueGatewayCertificate', { gatewayId });
    expect(await refusal(first)).toBe('410 CERTIFICATE_VOIDED');

    const second = (await certificateLink()).link.url;
    offset += 5 * 24 * 60 * minute;
    expect(await certificateLink()).toMatchObject({
      __typename: 'ConflictError',
      code: 'CERTIFICATE_EXPIRED',
      remedy: expect.stringContaining('issueGatewayCertificate'),
    });
    expect(await refusal(second)).toBe('410 LINK_EXPIRED');

    const { content: certificate, download } = await run('issueGatewayCertificate', { gatewayId });
    const request = await activationRequest(control, certificate, key, generateGatewayKeys());
    await activateGateway(control, request, new AbortController().signal);
    expect(await refusal(download.url)).toBe('410 CERTIFICATE_USED');
    expect(await certificateLink()).toMatchObject({ code: 'CERTIFICATE_USED' });
    // What can activate nothing any more is not kept.
    const kept = await control.db
      .selectFrom('gateway_certificate')
      .select('id')
      .where('gateway_id', '=', parseId(gatewayId).id)
      .where('content_sealed', 'is not', null)
      .execute();
    expect(kept).toEqual([]);
  });

  it('of the package say what the operator has to do where there is none', async () => {
    const { vault } = await run('createVault', { regionId: 'sandbox-1' });
    await mkdir(join(directory, 'folder.ova'));
    for (const [gatewayPackage, code, remedy] of [
      [null, 'PACKAGE_NOT_PUBLISHED', 'HOLDFAST_GATEWAY_PACKAGE'],
      [packageOf('missing.ova'), 'PACKAGE_UNREADABLE', 'HOLDFAST_GATEWAY_PACKAGE'],
      [packageOf('folder.ova'), 'PACKAGE_UNREADABLE', 'HOLDFAST_GATEWAY_PACKAGE'],
      [
        packageOf('holdfast gateway.ova', { sha256: 'a'.repeat(64) }),
        'PACKAGE_DAMAGED',
        'HOLDFAST_GATEWAY_PACKAGE_SHA256',
      ],
    ] as const) {
      await using other = await openApi({ ...control, config: { ...control.config, gatewayPackage } });
      const made = await newGateway(vault.id, key, other);
      expect(made).toMatchObject({
        gateway: { status: 'NOT_ACTIVATED' },
        certificateDownload: { url: expect.any(String) },
        packageDownload: null,
        packageProblem: { code, remedy: expect.stringContaining(remedy) },
      });
      const asked = await run('downloadGatewayPackage', { gatewayId: made.gateway.id }, key, other);
      expect(asked).toMatchObject({ __typename: 'PackageNotPublishedError', code });
      const url = (await packageUrl()).replace(api.url, other.url);
      expect(await refusal(url)).toBe(`${code === 'PACKAGE_NOT_PUBLISHED' ? 404 : 503} ${code}`);
    }
  });

  it('say where there is no such network', async () => {
    const regions = control.config.regions.map((region) => ({
      ...region,
      endpoints: { ...region.endpoints, control: { VPC: 'http://10.0.0.9:4000' } },
    }));
    await using other = await openApi({ ...control, config: { ...control.config, regions } });
    const document = `mutation ($input: DownloadGatewayPackageInput!) { downloadGatewayPackage(input: $input) {
      ... on DownloadGatewayPackagePayload { link { url public: url(networkType: INTERNET) } } } }`;
    const { data, errors } = await ask(other, key, document, { input: { gatewayId: gateway.id } });
    expect(data.downloadGatewayPackage.link).toEqual({
      url: expect.stringMatching(/^http:\/\/10\.0\.0\.9:4000\/downloads\//),
      public: null,
    });
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['NETWORK_NOT_AVAILABLE']);
  });

  it('leave no link and no certificate in the log', async () => {
    const lines = logged.join('\n');
    expect(lines).toContain('a download was answered');
    expect(lines).toContain('a download was refused');
    expect(lines).not.toContain('/downloads/');
    expect(lines).not.toMatch(/[\w-]{60,}\.[\w-]{43}/);
  });
});

/** The answer's head, and its body for whoever reads it. */
function opened(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(url, resolve).once('error', reject);
  });
}
