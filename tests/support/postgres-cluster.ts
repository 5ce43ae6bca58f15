import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, chown, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The newest installed PostgreSQL's programs; undefined where there is none. Debian's layout, or POSTGRES_BIN. */
export function postgresPrograms(): string | undefined {
  if (process.env.POSTGRES_BIN) return process.env.POSTGRES_BIN;
  const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql') : [];
  const newest = versions.sort((a, b) => Number(b) - Number(a)).find((version) => Number(version) >= 15);
  const bin = newest && `/usr/lib/postgresql/${newest}/bin`;
  return bin && existsSync(join(bin, 'initdb')) ? bin : undefined;
}

/** What a cluster for tests is started with; a crash of the machine would be the end of it. */
const quickSettings: Readonly<Record<string, string>> = {
  listen_addresses: '',
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  max_connections: '200',
  shared_buffers: '32MB',
};

/**
 * Makes and starts the run's throw-away cluster, which listens on a Unix socket only, and returns a connection URL without
 * a database.
 */
export async function startCluster(runDirectory: string): Promise<string> {
  const home = join(runDirectory, 'postgresql');
  await makeCluster(runDirectory, home);
  await startServer(home);
  return `postgresql://holdfast@/?host=${encodeURIComponent(home)}`;
}

/** Makes a cluster in the new directory `home`. PostgreSQL refuses to run as root, so root lends it to an ordinary user. */
export async function makeCluster(runDirectory: string, home: string): Promise<void> {
  await mkdir(home, { mode: 0o700 });
  const user = await ordinaryUser();
  if (user) {
    await chmod(runDirectory, 0o711);
    await chown(home, user.uid, user.gid);
  }
  const data = join(home, 'data');
  await run(
    join(programs(), 'initdb'),
    ['-D', data, '-U', 'holdfast', '-A', 'trust', '-E', 'UTF8', '--no-sync'],
    await asOwner(home),
  );
}

/** Starts the server of the cluster in `home` and waits until it takes connections. */
export async function startServer(home: string, settings: Readonly<Record<string, string>> = {}): Promise<void> {
  const all = { ...quickSettings, unix_socket_directories: home, ...settings };
  const options = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawn(join(programs(), 'postgres'), ['-D', join(home, 'data'), ...options], {
    ...(await asOwner(home)),
    stdio: 'ignore',
    detached: true,
  });
  server.unref();
  await waitUntilReady(home, settings.port);
}

/** `fast`: open sessions are ended in order. `immediate`: as by a crash. */
export async function stopServer(home: string, mode: 'fast' | 'immediate'): Promise<void> {
  await run(join(programs(), 'pg_ctl'), ['-D', join(home, 'data'), '-m', mode, '-w', 'stop'], {
    ...(await asOwner(home)),
    cwd: '/',
  });
}

function programs(): string {
  const bin = postgresPrograms();
  if (bin === undefined) throw new Error('PostgreSQL 15 or later is not installed');
  return bin;
}

async function asOwner(home: string) {
  return { cwd: home, env: { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8' }, ...(await ordinaryUser()) };
}

async function waitUntilReady(home: string, port = '5432'): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await run(join(programs(), 'pg_isready'), ['-h', home, '-p', port, '-d', 'postgres', '-U', 'holdfast']);
      return;
    } catch (error) {
      if (attempt > 300) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** Stops the run's cluster if one was started. */
export async function stopCluster(runDirectory: string): Promise<void> {
  const home = join(runDirectory, 'postgresql');
  if (existsSync(join(home, 'data', 'postmaster.pid'))) await stopServer(home, 'immediate');
}

/** A process that outlives a killed test run just long enough to stop its clusters and remove its directory. */
export function watchOver(runDirectory: string, pid: number): ChildProcess {
  const script = `while kill -0 "$1" 2>/dev/null; do sleep 1; done
    for file in "$2"/*/data/postmaster.pid; do read -r server < "$file" && kill -QUIT "$server" && sleep 1; done
    rm -rf "$2"`;
  const watcher = spawn('/bin/sh', ['-c', script, 'watch', String(pid), runDirectory], {
    stdio: 'ignore',
    detached: true,
  });
  watcher.unref();
  return watcher;
}

export async function removeTree(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

async function ordinaryUser(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
      return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
    } catch {}
  }
  throw new Error('PostgreSQL needs a user other than root: neither "postgres" nor "nobody" exists here');
}
