import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { removeTree, stopCluster, watchOver } from './postgres-cluster.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A directory of this run: the PostgreSQL cluster and the database images that suites make when they first need them. */
    readonly runDirectory: string;
  }
}

/** One directory for the whole run. Nothing heavy is made here: the first suite that needs a database makes it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-tests-'));
  project.provide('runDirectory', directory);
  const watcher = watchOver(directory, process.pid);
  return async () => {
    await stopCluster(directory);
    await removeTree(directory);
    watcher.kill();
  };
}
