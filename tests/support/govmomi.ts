import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:tls';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { PlatformConnection } from '../../drivers/platform/contract.ts';
import { type GovmomiProgram, govmomiPackages, govmomiProgram } from '../../tools/setup/govmomi.ts';

/** VMware's own simulated vCenter, written without us. */
export interface Vcsim extends AsyncDisposable {
  readonly connection: PlatformConnection & { readonly trustedFingerprint: string };
  /** PEM of the certificate it presents; empty without TLS. */
  readonly certificate: string;
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
  const own = ['-l', '127.0.0.1:0', '-username', username, '-password', password, '-stdinexit'];
  const child = spawn(programOf('vcsim'), [...own, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  try {
    const { host: address, port, protocol } = new URL(await printedUrl(child));
    const { certificate, fingerprint } = protocol === 'https:' ? await presentedBy(Number(port)) : noCertificate;
    return {
      connection: { address, username, password, trustedFingerprint: fingerprint },
      certificate,
      [Symbol.asyncDispose]: () => stop(child),
    };
  } catch (error) {
    await stop(child);
    throw error;
  }
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

const noCertificate = { certificate: '', fingerprint: '' };

async function presentedBy(port: number): Promise<{ certificate: string; fingerprint: string }> {
  // Only asks what is presented: whether to trust it is for the driver under test to decide.
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(startWithinMs) });
    const certificate = socket.getPeerX509Certificate();
    if (!certificate) throw new Error('vcsim presents no certificate');
    return { certificate: certificate.toString(), fingerprint: certificate.fingerprint256 };
  } finally {
    socket.destroy();
  }
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
