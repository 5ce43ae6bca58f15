import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { systemIds } from '../base/ids.ts';
import { openKeyring } from '../repository/keys/keyring.ts';
import { parseRecoveryKey } from '../repository/keys/recovery-key.ts';
import { databases } from './support/databases.ts';
import { activationFields, pagePassword } from './support/gateway-plant.ts';
import { type HoldfastProcess, runHoldfast, startHoldfast } from './support/holdfast-process.ts';
import { askSecurely, createSelfMadeTls, type SelfMadeTls } from './support/https-api.ts';
import { mutationDocuments } from './support/mutations.ts';
import { PageBrowser } from './support/page-browser.ts';
import { startTestSandbox } from './support/test-sandbox.ts';

const kind = databases().at(-1);
if (!kind) throw new Error('no database');

const stack = new AsyncDisposableStack();
let directory: string;
let tls: SelfMadeTls;
let api: HoldfastProcess;
let agent: HoldfastProcess;
let ask: (document: string, variables?: Record<string, unknown>) => ReturnType<typeof askSecurely>;
/** Everything any answer said, but for the fields that show a secret this once. */
const answers: string[] = [];
const secrets = new Map<string, string>();
let dump: () => Promise<string>;

const files = async (root: string) =>
  (await readdir(root, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

/** A control plane with TLS of its own making and an agent, as two processes that log all they can. */
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'holdfast-secrets-'));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const [database, sandbox] = await Promise.all([kind.open(), startTestSandbox()]);
  stack.defer(() => database[Symbol.asyncDispose]());
  stack.defer(() => sandbox.close());
  tls = await createSelfMadeTls();
  for (const [name, text] of Object.entries(tls)) await writeFile(join(directory, `${name}.pem`), text);
  const common = { HOLDFAST_LOG_LEVEL: 'debug' };
  api = await startHoldfast({
    args: ['api'],
    directory,
    environment: {
      ...common,
      ...(database.url !== undefined && {
        DATABASE_URL: database.url,
        HOLDFAST_KEY_ENCRYPTION_KEY: systemIds.bytes(32).toString('base64'),
      }),
      HOLDFAST_DATA_DIRECTORY: join(directory, 'api'),
      HOLDFAST_API_PORT: '0',
      HOLDFAST_MQTT_PORT: '0',
      HOLDFAST_TLS_CERT_FILE: join(directory, 'cert.pem'),
      HOLDFAST_TLS_KEY_FILE: join(directory, 'key.pem'),
      HOLDFAST_TLS_CA_FILE: join(directory, 'ca.pem'),
      HOLDFAST_STORAGE_ROOT: join(directory, 'vaults'),
      HOLDFAST_SANDBOX_REGION: 'true',
      HOLDFAST_PRINT_KEY: 'json',
    },
  });
  stack.use(api);
  agent = await startHoldfast({
    args: ['agent'],
    directory,
    environment: {
      ...common,
      HOLDFAST_AGENT_STATE_DIRECTORY: join(directory, 'agent'),
      HOLDFAST_PAGE_PORT: '0',
    },
  });
  stack.use(agent);
  const key = String(api.ready.administratorKey);
  const url = String(api.ready.url);
  ask = async (document, variables) => {
    const data = await askSecurely({ url, ca: tls.ca, key }, document, variables);
    answers.push(JSON.stringify(data, (name, value) => (shownOnce.has(name) ? undefined : value)));
    return data;
  };
  secrets.set('the administrator key', key.split('.')[1] ?? '');
  secrets.set('the password of the vCenter', sandbox.connection.password);
  secrets.set('the password of the page', pagePassword);

  const { createVault } = await ask(mutationDocuments.createVault, {
    input: { regionId: 'sandbox-1', idempotencyKey: 'v' },
  });
  secrets.set('the recovery key', createVault.recoveryKey);
  const { createGateway } = await ask(mutationDocuments.createGateway, {
    input: { vaultId: createVault.vault.id, name: 'gw', platform: 'ONPREM_VSPHERE', networkType: 'INTERNET' },
  });
  const gatewayId = createGateway.gateway.id;
  const { issueGatewayCertificate } = await ask(mutationDocuments.issueGatewayCertificate, { input: { gatewayId } });
  secrets.set('the certificate', issueGatewayCertificate.content.split('.')[2]);
  const { createAccessKey } = await ask(mutationDocuments.createAccessKey, {
    input: { name: 'another', scopes: ['VAULT_READ'] },
  });
  secrets.set('another access key', createAccessKey.secret.split('.')[1]);

  const page = new PageBrowser(pageOf(agent));
  const activated = await page.post('/activate', {
    ...activationFields(key),
    certificate: issueGatewayCertificate.content,
  });
  expect(activated.status, activated.text.replaceAll(/<style>.*<\/style>/gs, '')).toBe(303);
  const { address, username, password, trustedFingerprint } = sandbox.connection;
  const login = { gatewayId, address, username, certificateFingerprint: trustedFingerprint };
  const wrong = await ask(mutationDocuments.addVCenter, { input: { ...login, password: 'wr0ng-but-still-secret' } });
  expect(wrong.addVCenter.__typename).toBe('VCenterConnectionError');
  secrets.set('a wrong password', 'wr0ng-but-still-secret');
  const { addVCenter } = await ask(mutationDocuments.addVCenter, { input: { ...login, password } });
  expect(addVCenter.code).toBeUndefined();
  await ask(mutationDocuments.refreshInventory, { input: { vcenterId: addVCenter.vcenter.id } });
  const machines = async () => (await ask('{ virtualMachines { totalCount } }')).virtualMachines.totalCount;
  await vi.waitFor(async () => expect(await machines()).toBeGreaterThan(0), { timeout: 10_000, interval: 100 });

  const record = JSON.parse(await readFile(join(directory, 'agent', 'gateway.json'), 'utf8'));
  secrets.set("the gateway's signing key", record.keys.signing);
  secrets.set("the gateway's sealing key", record.keys.sealing);
  const keyring = (await files(join(directory, 'vaults'))).find((path) => path.endsWith('keyring'));
  if (keyring === undefined) throw new Error('the vault has no keyring');
  const keys = openKeyring(await readFile(keyring), parseRecoveryKey(createVault.recoveryKey));
  for (const [index, bytes] of [keys.hashKey, ...keys.epochs.map((epoch) => epoch.key)].entries()) {
    secrets.set(`a key of the vault, ${index}, hex`, Buffer.from(bytes).toString('hex'));
    secrets.set(`a key of the vault, ${index}, base64`, Buffer.from(bytes).toString('base64'));
  }
  dump = async () => {
    const tables = await sql<{ name: string }>`select table_name as name from information_schema.tables
      where table_schema = 'public'`.execute(database.db);
    const rows = await Promise.all(
      tables.rows.map(({ name }) =>
        sql<{ row: string }>`select t::text as row from ${sql.table(name)} t`.execute(database.db),
      ),
    );
    return rows.flatMap((found) => found.rows.map(({ row }) => row)).join('\n');
  };
}, 60_000);
afterAll(() => stack.disposeAsync());

const pageOf = ({ ready }: HoldfastProcess) => ({
  pageUrl: String(ready.pageUrl),
  pageFingerprint: String(ready.pageFingerprint),
});

const shownOnce = new Set(['recoveryKey', 'secret', 'content']);

/** In clear, or as a bytea is written. */
function found(text: string): string[] {
  return [...secrets]
    .filter(([, secret]) => text.includes(secret) || text.includes(Buffer.from(secret).toString('hex')))
    .map(([name]) => name);
}

describe('a control plane with a certificate of its own CA', () => {
  it('is trusted by the gateway because the activation file says so, on every channel', async () => {
    expect(String(api.ready.url)).toMatch(/^https:/);
    const { gateways } = await ask('{ gateways { nodes { status } } }');
    expect(gateways.nodes).toEqual([{ status: 'ACTIVATED' }]);
    await expect.poll(async () => (await new PageBrowser(pageOf(agent)).get('/healthz')).status).toBe(200);
    expect(api.ready.messageUrls).toMatchObject({ INTERNET: expect.stringMatching(/^mqtts:/) });
    const page = new PageBrowser(pageOf(agent));
    await page.post('/login', { password: pagePassword });
    await expect.poll(async () => (await page.get('/')).text, { timeout: 10_000 }).toContain('>connected<');
  });

  it('is not believed by anybody who does not know that CA', async () => {
    const refused = new Promise((resolve) => request(`${api.ready.url}/healthz`).once('error', resolve).end());
    expect(await refused).toMatchObject({ code: expect.stringMatching(/CERT|ISSUER|SIGNATURE/) });
  });

  it('does not start beyond loopback without TLS', async () => {
    const { code, stderr } = await runHoldfast({
      args: ['api'],
      directory,
      environment: { HOLDFAST_API_HOST: '0.0.0.0', HOLDFAST_DATA_DIRECTORY: join(directory, 'never') },
    });
    expect(code).toBe(2);
    expect(stderr).toContain('HOLDFAST_TLS_CERT_FILE');
  });
});

describe('secrets are not', () => {
  it('in what the control plane logs', () => {
    const printed = api.stdout().replace(String(api.ready.administratorKey), '');
    expect(api.stderr().length).toBeGreaterThan(100);
    expect(found(api.stderr() + printed)).toEqual([]);
    expect(api.stderr(), 'no bearer').not.toMatch(/eyJ[\w-]+\.eyJ/);
  });

  it('in what the gateway logs', () => {
    expect(agent.stderr().length).toBeGreaterThan(100);
    expect(found(agent.stderr() + agent.stdout())).toEqual([]);
    expect(agent.stderr(), 'no bearer').not.toMatch(/eyJ[\w-]+\.eyJ/);
  });

  it('in any answer, but the one time they are shown, and not in a repetition of it', async () => {
    const { createVault } = await ask(mutationDocuments.createVault, {
      input: { regionId: 'sandbox-1', idempotencyKey: 'v' },
    });
    expect(createVault.recoveryKey).toBeNull();
    await ask('{ accessKeys { nodes { id keyId name scopes } } events(first: 100) { nodes { details { value } } } }');
    await ask('{ vcenters { nodes { id address username name status } } }');
    expect(found(answers.join('\n'))).toEqual([]);
  });

  it.runIf(kind.kind === 'postgresql')('in the database', async () => {
    const text = await dump();
    expect(text).toContain('VCENTER_ADDED');
    expect(found(text)).toEqual([]);
  });

  it("among the gateway's files, but for its own keys, which nobody else may read", async () => {
    for (const path of await files(join(directory, 'agent'))) {
      const kept = found((await readFile(path)).toString('latin1'));
      expect(
        kept.filter((name) => !name.startsWith("the gateway's")),
        path,
      ).toEqual([]);
      if (kept.length > 0) expect((await stat(path)).mode & 0o077, path).toBe(0);
    }
    expect((await stat(join(directory, 'agent'))).mode & 0o777).toBe(0o700);
  });

  it('among the files of the vault', async () => {
    for (const path of await files(join(directory, 'vaults')))
      expect(found((await readFile(path)).toString('latin1')), path).toEqual([]);
  });
});
