import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { generate } from 'selfsigned';
import { z } from 'zod';
import type { PlatformConnection } from '../../drivers/platform/contract.ts';
import { type GovmomiProgram, govmomiPackages, govmomiProgram } from '../../tools/setup/govmomi.ts';

/** VMware's own simulated vCenter, written without us. */
export interface Vcsim extends AsyncDisposable {
  readonly connection: PlatformConnection & { readonly trustedFingerprint: string };
  /** PEM of the certificate it presents. */
  readonly certificate: string;
  /** All requests and answers so far, as text. */
  trace(): Promise<string>;
  /** How often an operation was asked for. */
  requests(operation: string): Promise<number>;
}

const startWithinMs = 20_000;
const stopWithinMs = 5_000;
const username = 'backup@vsphere.local';
const password = 'p&ss<w0rd>"\'é';

/** Whether `name` was built here; says how to get it where it was not. In CI nothing may be left out. */
export function hasGovmomi(name: GovmomiProgram): boolean {
  if (govmomiProgram(name) !== undefined) return true;
  const remedy = `${name} is not built here; sudo apt-get install ${govmomiPackages.join(' ')}, then npm test builds it`;
  if (process.env.CI) throw new Error(remedy);
  console.warn(`Skipped: ${remedy}.`);
  return false;
}

/** `args`: vcsim's own, such as `-vm 3`. It ends with this process, however that ends, because its standard input closes. */
export async function startVcsim(...args: readonly string[]): Promise<Vcsim> {
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-vcsim-'));
  const { certificate, fingerprint, files } = await makeCertificate(directory);
  const traceFile = join(directory, 'trace');
  const own = [
    '-l',
    '127.0.0.1:0',
    '-username',
    username,
    '-password',
    password,
    '-stdinexit',
    '-trace-file',
    traceFile,
  ];
  const child = spawn(programOf('vcsim'), [...own, ...files, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  const close = async () => {
    await stop(child);
    await rm(directory, { recursive: true, force: true });
  };
  const trace = () => readFile(traceFile, 'utf8');
  try {
    const { host: address } = new URL(await printedUrl(child));
    return {
      connection: { address, username, password, trustedFingerprint: fingerprint },
      certificate,
      trace,
      requests: async (operation) => (await trace()).split(`<${operation} `).length - 1,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Vcsim's own has a key too weak for Node to trust through an authority. */
async function makeCertificate(directory: string) {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'vcsim' }], {
    keyType: 'ec',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  });
  const [certFile, keyFile] = [join(directory, 'certificate.pem'), join(directory, 'key.pem')];
  await writeFile(certFile, cert);
  await writeFile(keyFile, key, { mode: 0o600 });
  const fingerprint = new X509Certificate(cert).fingerprint256;
  return { certificate: cert, fingerprint, files: ['-tlscert', certFile, '-tlskey', keyFile] };
}

/** Runs govc, an independent client, against the server of `connection` and gives what it prints. */
export async function govc(connection: PlatformConnection, ...args: readonly string[]): Promise<string> {
  const env = {
    PATH: process.env.PATH,
    GOVC_URL: `https://${connection.address}`,
    GOVC_USERNAME: connection.username,
    GOVC_PASSWORD: connection.password,
    GOVC_INSECURE: 'true',
    GOVC_PERSIST_SESSION: 'false',
  };
  const options = { env, timeout: 60_000, maxBuffer: 256 * 1024 * 1024 };
  return (await promisify(execFile)(programOf('govc'), args, options)).stdout;
}

function programOf(name: GovmomiProgram): string {
  const program = govmomiProgram(name);
  if (program === undefined) throw new Error(`${name} is not built here`);
  return program;
}

/** Its output is read to the end: a closed pipe would kill it. */
function printedUrl(child: ChildProcess): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let output = '';
  const read = (data: Buffer) => {
    output = `${output}${data.toString()}`.slice(-10_000);
    const url = /^export GOVC_URL=(\S+) /m.exec(output)?.[1];
    if (url) resolve(url);
  };
  child.stdout?.on('data', read);
  child.stderr?.on('data', read);
  child.on('error', reject);
  child.on('exit', () => reject(new Error(`vcsim ended: ${output}`)));
  AbortSignal.timeout(startWithinMs).addEventListener('abort', () => reject(new Error(`vcsim hangs: ${output}`)));
  return promise;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, 'exit');
  child.stdin?.end();
  const timer = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
  await ended;
  clearTimeout(timer);
}

const sessionList = z.object({
  SessionList: z.array(z.object({ Key: z.string(), UserAgent: z.string(), CallCount: z.number() })),
});

/** The sessions at the server of `connection` that are not govc's own. */
export async function otherSessions(connection: PlatformConnection) {
  const { SessionList } = sessionList.parse(JSON.parse(await govc(connection, 'session.ls', '-json')));
  return SessionList.filter((session) => !session.UserAgent.startsWith('govc/'));
}

const collected = z.object({
  Obj: z.object({ Type: z.string(), Value: z.string() }),
  ChangeSet: z.array(z.object({ Name: z.string(), Val: z.unknown() })),
});

/** Properties of every virtual machine as govc reads them, by reference and then by property path. */
export async function collectVms(connection: PlatformConnection, ...paths: readonly string[]) {
  const printed = await govc(connection, 'object.collect', '-json', '-type', 'm', '/', ...paths);
  const objects = z.array(collected).parse(JSON.parse(`[${printed.trim().replaceAll(/^\}\n\{$/gm, '},{')}]`));
  return new Map(
    objects.map(({ Obj, ChangeSet }) => [Obj.Value, Object.fromEntries(ChangeSet.map(({ Name, Val }) => [Name, Val]))]),
  );
}
