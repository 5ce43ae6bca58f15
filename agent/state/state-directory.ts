import { chmod, readdir, rm, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { z } from 'zod';
import type { Clock } from '../../base/clock.ts';
import { HoldfastError } from '../../base/errors.ts';
import type { IdSource } from '../../base/ids.ts';
import { AccessKeyStore } from '../identity/access-key-store.ts';
import { lockDirectory } from './directory-lock.ts';
import { isLeftover, makePrivateDirectory, readFileIfThere, removeFile, replaceFile } from './durable-file.ts';
import { notAnAgentsOwn } from './own-directory.ts';
import {
  type ActivationRecord,
  accessKeysRecord,
  activationRecord,
  type InstanceRecord,
  instanceRecord,
  type PageCertificateRecord,
  type PendingActivation,
  pageCertificateRecord,
  pendingActivation,
  sealingRecord,
} from './records.ts';

/** Spooled data of a job nobody came back for is removed after this long, in milliseconds. */
const spoolLifeMs = 48 * 3_600_000;

/** One value kept in one file. */
export interface StateFile<T> {
  read(): Promise<T | undefined>;
  write(value: T): Promise<void>;
  remove(): Promise<void>;
}

export interface StateDirectory extends Disposable {
  readonly path: string;
  readonly activation: StateFile<ActivationRecord>;
  readonly pendingActivation: StateFile<PendingActivation>;
  readonly instance: StateFile<InstanceRecord>;
  readonly pageCertificate: StateFile<PageCertificateRecord>;
  readonly accessKeys: AccessKeyStore;
  /** For the repository's rebuildable index. */
  readonly cacheDirectory: string;
  /** Where a job's disks spool their packs; stays until {@link StateDirectory.removeSpool}. */
  spoolDirectory(jobId: string, diskUuid: string): Promise<string>;
  removeSpool(jobId: string): Promise<void>;
  /** Removes what jobs left behind that went on elsewhere. `running`: the ids of those that are at work here. */
  removeOldSpools(running: readonly string[]): Promise<void>;
  /** Removes every spool and the index cache: nobody comes back for them. */
  removeWorkData(): Promise<void>;
}

/** Opens, creates and locks a state directory. Everything in it survives a kill -9 at any moment. Throws STATE_DIRECTORY_IN_USE, BAD_CONFIGURATION. */
export async function openStateDirectory(
  path: string,
  tools: { readonly clock: Clock; readonly ids: IdSource },
): Promise<StateDirectory> {
  if (!isAbsolute(path)) throw badDirectory(path, 'it is not an absolute path');
  const cacheDirectory = join(path, 'cache');
  const spools = join(path, 'spool');
  try {
    const objection = await notAnAgentsOwn(path);
    if (objection !== undefined) throw badDirectory(path, objection);
    for (const directory of [path, cacheDirectory, spools]) {
      await makePrivateDirectory(directory);
      await chmod(directory, 0o700);
    }
  } catch (error) {
    if (error instanceof HoldfastError) throw error;
    throw badDirectory(path, error instanceof Error ? error.message : 'it cannot be made', error);
  }
  const lock = lockDirectory(path);
  try {
    await removeLeftovers(path, spools, tools.clock);
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }

  let accessKeys: AccessKeyStore;
  try {
    const file = stateFile(join(path, 'access-keys.json'), accessKeysRecord, tools.ids);
    const sealingFile = stateFile(join(path, 'sealing-key.json'), sealingRecord, tools.ids);
    accessKeys = await AccessKeyStore.open({ file, sealingFile }, tools.ids);
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }

  const jobSpool = (jobId: string) => join(spools, segment(jobId));
  return {
    path,
    activation: stateFile(join(path, 'gateway.json'), activationRecord, tools.ids),
    pendingActivation: stateFile(join(path, 'pending.json'), pendingActivation, tools.ids),
    instance: stateFile(join(path, 'instance.json'), instanceRecord, tools.ids),
    pageCertificate: stateFile(join(path, 'page-certificate.json'), pageCertificateRecord, tools.ids),
    accessKeys,
    cacheDirectory,
    async spoolDirectory(jobId, diskUuid) {
      const directory = join(jobSpool(jobId), segment(diskUuid));
      await makePrivateDirectory(directory);
      return directory;
    },
    removeSpool: (jobId) => rm(jobSpool(jobId), { recursive: true, force: true }),
    removeOldSpools: (running) => removeOldSpools(spools, tools.clock, running.map(segment)),
    async removeWorkData() {
      for (const directory of [spools, cacheDirectory])
        for (const name of await readdir(directory)) await rm(join(directory, name), { recursive: true, force: true });
    },
    [Symbol.dispose]: () => lock[Symbol.dispose](),
  };
}

function stateFile<Schema extends z.ZodType>(path: string, schema: Schema, ids: IdSource): StateFile<z.output<Schema>> {
  return {
    async read() {
      const text = await readFileIfThere(path);
      if (text === undefined) return undefined;
      try {
        return schema.parse(JSON.parse(text));
      } catch (error) {
        throw badDirectory(path, 'its content is not what an agent writes', error);
      }
    },
    write: (value) => replaceFile(path, `${JSON.stringify(value, undefined, 2)}\n`, ids),
    remove: () => removeFile(path),
  };
}

/** Temporary files of a write that was cut off, and spools whose job ended elsewhere. */
async function removeLeftovers(path: string, spools: string, clock: Clock): Promise<void> {
  for (const name of await readdir(path)) if (isLeftover(name)) await rm(join(path, name), { force: true });
  await removeOldSpools(spools, clock, []);
}

async function removeOldSpools(spools: string, clock: Clock, running: readonly string[]): Promise<void> {
  for (const name of await readdir(spools)) {
    if (running.includes(name)) continue;
    const { mtimeMs } = await stat(join(spools, name));
    if (clock.now() - mtimeMs > spoolLifeMs) await rm(join(spools, name), { recursive: true, force: true });
  }
}

/** Ids come from other machines; none may leave the directory. */
function segment(id: string): string {
  return id.replaceAll(/[^A-Za-z0-9-]/g, '_') || '_';
}

const badDirectory = (path: string, reason: string, cause?: unknown) =>
  new HoldfastError(
    {
      code: 'BAD_CONFIGURATION',
      message: `The agent's state at ${path} cannot be used: ${reason}.`,
      remedy:
        'Give it a directory of its own that it may write and nobody else, best one that does not exist yet; move a damaged one away and activate the gateway again.',
      retryable: false,
    },
    { cause },
  );
