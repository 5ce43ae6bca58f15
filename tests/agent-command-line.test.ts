import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connectToAgent } from '../agent/local/local-client.ts';
import { AgentLog } from '../agent/log/agent-log.ts';
import { systemClock } from '../base/clock.ts';
import { createLogger } from '../base/logger.ts';
import { messageChannelOf } from '../control/activation/message-credentials.ts';
import { pagePassword } from './support/gateway-plant.ts';
import { environmentOf, program, runHoldfast, startHoldfast, textOf } from './support/holdfast-process.ts';
import { type JobPlant, startJobPlant } from './support/job-plant.ts';
import { newKey } from './support/public-api.ts';

const mib = 1_024 * 1_024;
const log = new AgentLog({ clock: systemClock });
const logger = createLogger({ name: 'agent', level: 'debug', also: log.write, quiet: true });
let jobs: JobPlant;
let accessKeyId: string;
let accessKeySecret: string;
let otherKeySecret: string;
let closedPort: number;

/** A port nobody listens on. */
async function findClosedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === 'object' && address ? address.port : 0;
}

beforeAll(async () => {
  closedPort = await findClosedPort();
  jobs = await startJobPlant([{ name: 'web-01', disks: [{ capacityBytes: 8 * mib }] }], {}, { agent: { log, logger } });
  [accessKeyId = '', accessKeySecret = ''] = jobs.plant.accessKey.split('.');
});
afterAll(() => jobs?.[Symbol.asyncDispose]());

/** `holdfast agent …` for the gateway with this state directory. */
function holdfast(
  name: string,
  args: readonly string[],
  more: { environment?: Record<string, string>; input?: string } = {},
) {
  const environment = { HOLDFAST_AGENT_STATE_DIRECTORY: join(jobs.plant.directory, name), ...more.environment };
  const { directory } = jobs.plant;
  return runHoldfast({
    args: ['agent', ...args],
    directory,
    environment,
    ...(more.input !== undefined && { input: more.input }),
  });
}

async function certificateFile(gatewayId: string): Promise<string> {
  const path = join(jobs.plant.directory, 'gateway.certificate');
  await writeFile(path, await jobs.plant.certificate(gatewayId));
  return path;
}

/** As the control plane gave it to the gateway. */
async function messagePassword(): Promise<string> {
  const { control, messageUrl } = jobs.plant;
  const gateway = await control.db
    .selectFrom('gateway')
    .selectAll()
    .where('id', '=', jobs.gatewayId)
    .executeTakeFirstOrThrow();
  const { id, message_secret_sealed } = gateway;
  if (!message_secret_sealed) throw new Error('the gateway has no message password');
  return messageChannelOf(control, { id, message_secret_sealed }, messageUrl).password;
}

const secrets = () => JSON.stringify({ accessKeySecret, pagePassword: 'a new pässword' });

describe('the command line of a gateway that runs', () => {
  it('tells how it is, and tries what its work has shown it', async () => {
    const status = await holdfast('gateway', ['status', '--json']);
    expect(status).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(status.stdout)).toMatchObject({ running: true, activated: true, problem: null, accessKeyId });
    const probe = await holdfast('gateway', ['probe', '--json']);
    const report = JSON.parse(probe.stdout);
    const channels = report.checks.map((check: { channel: string; ok: boolean }) => [check.channel, check.ok]);
    expect(channels).toEqual(
      expect.arrayContaining([
        ['CONTROL', true],
        ['MESSAGE', true],
        ['VSPHERE', true],
      ]),
    );
    expect(report.clock).toMatchObject({ code: 'CLOCK_RIGHT' });
    const socket = await stat(join(jobs.plant.directory, 'gateway', 'agent.sock'));
    expect(socket.mode & 0o777).toBe(0o600);
  });

  it('activates it again: the same gateway, which works on', async () => {
    const before = jobs.agent.status().gateway?.gatewayId;
    const certificate = await certificateFile(jobs.gatewayId);
    const args = ['activate', '--certificate', certificate, '--access-key-id', accessKeyId, '--secrets-from-stdin'];
    const again = await holdfast('gateway', [...args, '--json'], { input: secrets() });
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(again.stdout)).toMatchObject({ outcome: 'activated', gatewayId: before, running: true });
    // The same certificate, with keys of its own, is of no use to anybody else.
    const [used] = await Promise.all([
      holdfast('stolen', args, { input: secrets() }),
      vi.waitUntil(() => jobs.agent.status().lastControlContactAt !== null, { timeout: 20_000 }),
    ]);
    expect(used.code).toBe(1);
    expect(used.stderr).toMatch(/^--certificate: /m);
  });

  it('gives it another access key, or says beside the option why not', async () => {
    const other = await newKey(jobs.plant.control);
    const [otherId = '', otherSecret = ''] = other.split('.');
    const args = ['replace-key', '--access-key-id', otherId];
    const wrong = await holdfast('gateway', args, { environment: { HOLDFAST_ACCESS_KEY_SECRET: 'not-the-secret' } });
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toMatch(/^HOLDFAST_ACCESS_KEY_SECRET: /m);
    expect(jobs.agent.status().accessKeyId).toBe(accessKeyId);
    const environment = { HOLDFAST_ACCESS_KEY_SECRET: otherSecret };
    const replaced = await holdfast('gateway', [...args, '--json'], { environment });
    expect(replaced).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(replaced.stdout)).toEqual({ outcome: 'replaced', accessKeyId: otherId });
    expect(jobs.agent.status().accessKeyId).toBe(otherId);
    otherKeySecret = otherSecret;
  });

  it('gives out its log, and no secret is in it', async () => {
    const { code, stdout } = await holdfast('gateway', ['logs']);
    expect(code).toBe(0);
    const [header, ...lines] = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(header).toMatchObject({ version: '0.0.0-test', gatewayId: jobs.gatewayId, lines: lines.length });
    expect(lines.map(({ msg }) => msg)).toContain('this gateway is activated');
    const record = JSON.parse(await readFile(join(jobs.plant.directory, 'gateway', 'gateway.json'), 'utf8'));
    const planted = {
      accessKeySecret,
      otherKeySecret,
      pagePassword,
      messagePassword: await messagePassword(),
      newPagePassword: 'a new pässword',
      vcenterPassword: jobs.sandbox.password,
      signingKey: record.keys.signing,
      sealingKey: record.keys.sealing,
      passwordHash: record.pagePasswordHash,
    };
    for (const [what, secret] of Object.entries(planted)) {
      expect(secret.length, what).toBeGreaterThan(5);
      expect(stdout.includes(secret), what).toBe(false);
    }
    expect(stdout).not.toMatch(/Bearer (?!\[redacted\])|eyJ[\w-]+\./);
  });
});

describe('the command line without an agent', () => {
  let gatewayId: string;
  beforeAll(async () => {
    gatewayId = await jobs.plant.createGateway();
  });
  const options = async () => [
    ...['activate', '--certificate', await certificateFile(gatewayId), '--access-key-id', accessKeyId],
    '--secrets-from-stdin',
  ];

  it('says what is missing, with 2, and makes nothing by asking', async () => {
    const [nothing, noSecret, twice, noCertificate] = await Promise.all([
      holdfast('nowhere', ['status']),
      holdfast('nowhere', ['activate', '--certificate', await certificateFile(gatewayId), '--access-key-id', 'x']),
      holdfast('nowhere', ['activate', '--certificate', '-', '--access-key-id', 'x', '--secrets-from-stdin']),
      holdfast('nowhere', ['activate']),
    ]);
    expect([nothing.code, noSecret.code, twice.code]).toEqual([2, 2, 2]);
    expect(noSecret.stderr).toContain('HOLDFAST_ACCESS_KEY_SECRET is missing');
    expect(twice.stderr).toContain('standard input');
    expect(noCertificate).toMatchObject({ code: 2, stderr: expect.stringContaining('--certificate') });
    expect(await readdir(jobs.plant.directory)).not.toContain('nowhere');
  });

  it('shows every error beside its option', async () => {
    const short = [...(await options()), '--control-network', 'moon', '--json'];
    const several = await holdfast('second', short, { input: `${accessKeySecret}\nshort\n` });
    expect(several.code).toBe(1);
    const origins = JSON.parse(several.stdout).errors.map(({ origin }: { origin: string }) => origin);
    expect(origins.toSorted()).toEqual(['--control-network', 'HOLDFAST_PAGE_PASSWORD']);
  });

  it('shows what cannot be reached and stops; goes on when told to; the next start is activated', async () => {
    const { messageUrls } = jobs.plant.control.config;
    Object.assign(messageUrls, { INTERNET: `mqtt://127.0.0.1:${closedPort}` });
    const stopped = await holdfast('second', await options(), { input: secrets() });
    expect(stopped.code).toBe(3);
    expect(stopped.stderr).toMatch(new RegExp(`fails +MESSAGE +127\\.0\\.0\\.1:${closedPort} +CONNECTION_REFUSED`));
    expect(stopped.stderr).toContain(`open TCP 127.0.0.1:${closedPort} outbound`);
    expect(stopped.stderr).toContain('--accept-probe');
    expect((await holdfast('second', ['status'])).code).toBe(4);

    const accepted = await holdfast('second', [...(await options()), '--accept-probe'], { input: secrets() });
    expect(accepted).toMatchObject({ code: 0, stderr: expect.stringContaining('No agent runs here') });
    Object.assign(messageUrls, { INTERNET: jobs.plant.messageUrl });

    const environment = {
      HOLDFAST_AGENT_STATE_DIRECTORY: join(jobs.plant.directory, 'second'),
      HOLDFAST_PAGE_PORT: '0',
    };
    await using agent = await startHoldfast({ args: ['agent'], directory: jobs.plant.directory, environment });
    const local = await connectToAgent(environment.HOLDFAST_AGENT_STATE_DIRECTORY);
    const isConnected = async () => typeof (await local?.status())?.lastControlContactAt === 'number';
    await vi.waitUntil(isConnected, { timeout: 20_000, interval: 50 });
    const status = await holdfast('second', ['status', '--json']);
    expect(JSON.parse(status.stdout)).toMatchObject({ running: true, gateway: { gatewayId } });

    // A socket that a killed agent leaves behind is no agent, and the next one takes its place.
    await agent.stop('SIGKILL');
    expect(await readdir(join(jobs.plant.directory, 'second'))).toContain('agent.sock');
    // One after the other: each holds the directory while it looks.
    expect((await holdfast('second', ['status'])).code).toBe(5);
    const { stdout } = await holdfast('second', ['logs']);
    expect(stdout).toContain('gateway connected');
    expect(stdout).not.toContain(accessKeySecret);
  });

  it('asks the person at a terminal, and shows nothing of the answers', async () => {
    const onTerminal = async (args: readonly string[], ...dialogue: [question: string, answer: string][]) => {
      const command = [process.execPath, program, 'agent', ...args].map((part) => `'${part}'`).join(' ');
      const child = spawn('script', ['-qec', command, '/dev/null'], {
        cwd: jobs.plant.directory,
        env: { ...environmentOf(), HOLDFAST_AGENT_STATE_DIRECTORY: join(jobs.plant.directory, 'third') },
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      const shown = textOf(child.stdout);
      const closed = once(child, 'close');
      for (const [question, answer] of dialogue) {
        await vi.waitUntil(() => shown().includes(question), { timeout: 20_000, interval: 50 });
        child.stdin.write(answer);
      }
      const [code] = await closed;
      return { code, shown: shown() };
    };
    const activated = await onTerminal(
      [...(await options()).slice(0, -1), '--skip-probe'],
      ['AccessKey secret: ', `${accessKeySecret}\r`],
      ['page: ', 'typed password\r'],
      ['page again: ', 'typed password\r'],
    );
    expect(activated).toMatchObject({ code: 0, shown: expect.stringContaining('is activated') });
    expect(activated.shown).not.toContain(accessKeySecret);
    expect(activated.shown).not.toContain('typed password');
    // Ctrl-D: nothing more will come.
    const given = await onTerminal(['replace-key', '--access-key-id', 'x'], ['AccessKey secret: ', '\x04']);
    expect(given).toMatchObject({ code: 2, shown: expect.stringContaining('Nothing was entered') });
  });

  it('finds an agent whose state directory has too long a path for a socket', async () => {
    const name = 'x'.repeat(100);
    const agent = await jobs.plant.startAgent(name);
    const found = await connectToAgent(join(jobs.plant.directory, name));
    expect(await found?.status()).toMatchObject({ activated: false });
    const place = (await readFile(join(jobs.plant.directory, name, 'agent-socket'), 'utf8')).trim();
    expect((await stat(join(place, '..'))).mode & 0o777).toBe(0o700);
    await agent.close();
    await expect(stat(join(place, '..'))).rejects.toThrow('ENOENT');
    expect(await connectToAgent(join(jobs.plant.directory, name))).toBeUndefined();
  });
});
