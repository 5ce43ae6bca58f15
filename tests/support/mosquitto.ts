import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chosenPort } from '../../bin/process/addresses.ts';
import { textOf } from './holdfast-process.ts';
import type { SelfMadeTls } from './https-api.ts';

const server = '/usr/sbin/mosquitto';
const plugins = globSync('/usr/lib/*/mosquitto_dynamic_security.so');
const guide = new URL('../../docs/message-broker.md', import.meta.url);

/** Whether the tests of it can run. Without Mosquitto: fails in CI, leaves them out elsewhere with a message. */
export function isMosquittoInstalled(): boolean {
  if (existsSync(server) && plugins.length > 0) return true;
  if (process.env.CI) throw new Error('Mosquitto is not installed, and in CI no broker may be left out');
  console.warn('Mosquitto is not installed: these suites run on the embedded broker only.');
  return false;
}

/** A Mosquitto of the test's own, set up as docs/message-broker.md tells an operator. */
export interface TestMosquitto extends AsyncDisposable {
  readonly port: number;
  /** As gateways reach it. */
  readonly url: string;
  /** What goes into MQTT_URL. */
  readonly controlUrl: string;
  readonly login: { readonly username: string; readonly password: string };
  readonly directory: string;
  /** What it has logged so far. */
  log(): string;
  /** As by a power cut. */
  kill(): Promise<void>;
  /** On the same port; `lost`: with nothing but the user the operator made at first. */
  start(state: 'kept' | 'lost'): Promise<void>;
}

/** Starts one on a free port of loopback; it ends with this process at the latest. `configuration` stands instead of the plug-in's lines. */
export async function startMosquitto(
  options: { readonly tls?: SelfMadeTls; readonly configuration?: string } = {},
): Promise<TestMosquitto> {
  await using stack = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-mosquitto-'));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const port = await chosenPort(0, '127.0.0.1');
  const login = { username: 'holdfast', password: 'br0ker p@ss:w/rd%' };
  const [state, initial] = [join(directory, 'dynamic-security.json'), join(directory, 'initial.json')];
  await initialise(initial, login);
  await copyFile(initial, state);
  await mkdir(join(directory, 'certs'));
  if (options.tls) {
    await writeFile(join(directory, 'certs', 'broker.pem'), options.tls.cert);
    await writeFile(join(directory, 'certs', 'broker.key'), options.tls.key);
  }
  const configurationFile = join(directory, 'mosquitto.conf');
  await writeFile(configurationFile, await configurationOf({ ...options, directory, port }));
  const broker = new Broker(configurationFile, port);
  stack.use(broker);
  await broker.start();
  const running = stack.move();
  const scheme = options.tls ? 'mqtts' : 'mqtt';
  return {
    port,
    url: `${scheme}://127.0.0.1:${port}`,
    controlUrl: `${scheme}://${login.username}:${encodeURIComponent(login.password)}@127.0.0.1:${port}`,
    login,
    directory,
    log: () => broker.log(),
    kill: () => broker.kill(),
    async start(kept) {
      if (kept === 'lost') await copyFile(initial, state);
      await broker.start();
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

class Broker implements AsyncDisposable {
  readonly #configurationFile: string;
  readonly #port: number;
  #child: ChildProcess | undefined;
  #log = () => '';

  constructor(configurationFile: string, port: number) {
    this.#configurationFile = configurationFile;
    this.#port = port;
  }

  log(): string {
    return this.#log();
  }

  async start(): Promise<void> {
    // Its parent may be killed: then it goes too.
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', server, '-v', '-c', this.#configurationFile], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#child = child;
    const before = this.#log();
    const now = textOf(child.stderr);
    this.#log = () => before + now();
    for (let tries = 0; !(await answers(this.#port)); tries += 1) {
      if (child.exitCode !== null || tries > 500) throw new Error(`mosquitto does not start:\n${now()}`);
      await sleep(10);
    }
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }
}

/** Step 3 of the guide, with the password typed twice. */
async function initialise(path: string, login: TestMosquitto['login']): Promise<void> {
  const child = execFile('mosquitto_ctrl', ['dynsec', 'init', path, login.username]);
  child.stdin?.end(`${login.password}\n${login.password}\n`);
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`mosquitto_ctrl dynsec init ended with ${code}`);
}

/** The guide's own mosquitto.conf, with this test's port and files. */
async function configurationOf(options: {
  readonly tls?: SelfMadeTls;
  readonly configuration?: string;
  readonly directory: string;
  readonly port: number;
}): Promise<string> {
  const { directory, port } = options;
  const [, block = ''] = /```conf\n(.*?)```/s.exec(await readFile(guide, 'utf8')) ?? [];
  const lines = block
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => options.tls !== undefined || !/^(cert|key)file /.test(line))
    .filter((line) => options.configuration === undefined || !/^(allow_anonymous|plugin)/.test(line))
    .map((line) =>
      line
        .replace(/^listener 8883$/, `listener ${port} 127.0.0.1`)
        .replace(/^plugin .*/, `plugin ${plugins[0]}`)
        .replace('/etc/mosquitto/certs/', `${directory}/certs/`)
        .replace('/var/lib/mosquitto/', `${directory}/`),
    );
  // Started by root it would become the user mosquitto, who may not enter this directory.
  if (process.getuid?.() === 0) lines.push('user root');
  return [...lines, options.configuration ?? '', 'log_type all', ''].join('\n');
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
