import { createServer } from 'node:net';
import { join } from 'node:path';
import { Client } from 'pg';
import { inject } from 'vitest';
import { systemIds } from '../../base/ids.ts';
import { silentLogger } from '../../base/logger.ts';
import { migrate } from '../../control/database/migrate.ts';
import { openPostgresql } from '../../control/database/postgresql.ts';
import { makeCluster, removeTree, startServer, stopServer } from './postgres-cluster.ts';

/** What survives a crash of the server, as in production. */
const durable = { synchronous_commit: 'on', full_page_writes: 'on' };

/** A PostgreSQL server that belongs to one suite, which may stop it, crash it and start it again. Disposing removes it. */
export class OwnCluster implements AsyncDisposable {
  readonly port: number;
  readonly #home: string;
  readonly #settings: Readonly<Record<string, string>>;
  #isRunning = false;

  private constructor(home: string, port: number, settings: Readonly<Record<string, string>>) {
    this.#home = home;
    this.port = port;
    this.#settings = { ...durable, listen_addresses: '127.0.0.1', port: String(port), ...settings };
  }

  /** With the database `holdfast`: empty, or with its tables. */
  static async start(
    options: { readonly migrated?: boolean; readonly settings?: Readonly<Record<string, string>> } = {},
  ): Promise<OwnCluster> {
    const directory = inject('runDirectory');
    const home = join(directory, `own-${systemIds.bytes(6).toString('hex')}`);
    await makeCluster(directory, home);
    const cluster = new OwnCluster(home, await freePort(), options.settings ?? {});
    await cluster.start();
    await cluster.ask('create database holdfast', 'postgres');
    if (options.migrated) {
      await using database = openPostgresql({ url: cluster.url(), logger: silentLogger });
      await migrate(database.db);
    }
    return cluster;
  }

  /** Of the database `holdfast`, over TCP; through a proxy when its port is given. */
  url(port = this.port): string {
    return `postgresql://holdfast@127.0.0.1:${port}/holdfast`;
  }

  async start(): Promise<void> {
    await startServer(this.#home, this.#settings);
    this.#isRunning = true;
  }

  /** `fast`: sessions are ended. `immediate`: as by a crash; the next start recovers. */
  async stop(mode: 'fast' | 'immediate'): Promise<void> {
    await stopServer(this.#home, mode);
    this.#isRunning = false;
  }

  /** One statement over a connection of its own that no proxy sees. */
  async ask(statement: string, database = 'holdfast'): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const client = new Client({ host: this.#home, port: this.port, user: 'holdfast', database });
    await client.connect();
    try {
      return (await client.query(statement)).rows;
    } finally {
      await client.end();
    }
  }

  /** Ends every session but the one that does it. */
  async terminateSessions(): Promise<void> {
    await this.ask(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = 'holdfast' and backend_type = 'client backend' and pid <> pg_backend_pid()`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isRunning) await this.stop('immediate');
    await removeTree(this.#home);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
