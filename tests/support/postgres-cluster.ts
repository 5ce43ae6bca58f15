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

/**
 * Makes and starts a throw-away cluster in `runDirectory` that listens on a Unix socket only, and returns a connection URL without
 * a database. PostgreSQL refuses to run as root, so root lends it to an ordinary user.
 */
export async function startCluster(runDirectory: string): Promise<string> {
  const bin = postgresPrograms();
  if (bin === undefined) throw new Error('PostgreSQL 15 or later is not installed');
  const home = join(runDirectory, 'postgresql');
  const data = join(home, 'data');
  await mkdir(home, { mode: 0o700 });
  const user = await ordinaryUser();
  if (user) {
    await chmod(runDirectory, 0o711);
    await chown(home, user.uid, user.gid);
  }
  const options = { cwd: home, env: { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8' }, ...user };
  await run(join(bin, 'initdb'), ['-D', data, '-U', 'holdfast', '-A', 'trust', '-E', 'UTF8', '--no-sync'], options);
  const settings = [
    ['listen_addresses', ''],
    ['unix_socket_directories', home],
    ['fsync', 'off'],
    ['full_page_writes', 'off'],
    ['synchronous_commit', 'off'],
    ['max_connections', '200'],
    ['shared_buffers', '32MB'],
  ].flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawn(join(bin, 'postgres'), ['-D', data, ...settings], {
    ...options,
    stdio: 'ignore',
    detached: true,
  });
  server.unref();
  await waitUntilReady(bin, home);
  return `postgresql://holdfast@/?host=${encodeURIComponent(home)}`;
}

async function waitUntilReady(bin: string, socketDirectory: string): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await run(join(bin, 'pg_isready'), ['-h', socketDirectory, '-d', 'postgres', '-U', 'holdfast']);
      return;
    } catch (error) {
      if (attempt > 300) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** Stops the run's cluster if one was started. */
export async function stopCluster(runDirectory: string): Promise<void> {
  const bin = postgresPrograms();
  const data = join(runDirectory, 'postgresql', 'data');
  if (bin === undefined || !existsSync(join(data, 'postmaster.pid'))) return;
  const user = await ordinaryUser();
  await run(join(bin, 'pg_ctl'), ['-D', data, '-m', 'immediate', '-w', 'stop'], { cwd: '/', ...user });
}

/** A process that outlives a killed test run just long enough to stop its cluster and remove its directory. */
export function watchOver(runDirectory: string, pid: number): ChildProcess {
  const script = `while kill -0 "$1" 2>/dev/null; do sleep 1; done
    read -r server < "$2/postgresql/data/postmaster.pid" && kill -QUIT "$server" && sleep 1
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
