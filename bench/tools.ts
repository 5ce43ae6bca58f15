import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './image.ts';
import { type Measurement, measure } from './measure.ts';

/** A backup tool in a directory of its own. Steps run in the order of the interface. */
export interface Tool {
  readonly name: string;
  /** Where its repository grows; undefined for a reference line without one. */
  readonly repository: (directory: string) => string;
  readonly full: (directory: string, image: string) => Promise<Measurement>;
  readonly incremental?: (directory: string, image: string) => Promise<Measurement>;
  readonly restore?: (directory: string, image: string, output: string) => Promise<Measurement>;
}

const node = process.execPath;
const mover = join(import.meta.dirname, 'holdfast.ts');

export const holdfast: Tool = {
  name: 'holdfast',
  repository: (directory) => join(directory, 'store'),
  full: (directory, image) => measure([node, mover, 'full', directory, image]),
  incremental: (directory, image) => measure([node, mover, 'incremental', directory, image]),
  restore: (directory, _image, output) => measure([node, mover, 'restore', directory, join(output, 'disk.raw')]),
};

const resticEnvironment = (directory: string) => ({
  RESTIC_PASSWORD: 'bench',
  RESTIC_REPOSITORY: join(directory, 'repository'),
  RESTIC_CACHE_DIR: join(directory, 'cache'),
});

export const restic: Tool = {
  name: 'restic',
  repository: (directory) => join(directory, 'repository'),
  async full(directory, image) {
    const env = resticEnvironment(directory);
    await measure(['restic', 'init'], { env });
    return measure(['restic', 'backup', '--quiet', image], { env });
  },
  incremental: (directory, image) =>
    measure(['restic', 'backup', '--quiet', image], { env: resticEnvironment(directory) }),
  restore: (directory, _image, output) =>
    measure(['restic', 'restore', '--quiet', 'latest', '--target', output], { env: resticEnvironment(directory) }),
};

const borgEnvironment = (directory: string) => ({
  BORG_PASSPHRASE: 'bench',
  BORG_BASE_DIR: directory,
  BORG_REPO: join(directory, 'repository'),
});

export const borg: Tool = {
  name: 'borg',
  repository: (directory) => join(directory, 'repository'),
  async full(directory, image) {
    const env = borgEnvironment(directory);
    await measure(['borg', 'init', '--encryption', 'repokey-blake2'], { env });
    return measure(['borg', 'create', '--compression', 'zstd,1', '::full', image], { env });
  },
  incremental: (directory, image) =>
    measure(['borg', 'create', '--compression', 'zstd,1', '::incremental', image], { env: borgEnvironment(directory) }),
  restore: (directory, _image, output) =>
    measure(['borg', 'extract', '--sparse', '::incremental'], { env: borgEnvironment(directory), cwd: output }),
};

export const zstd: Tool = {
  name: 'zstd -1 -T2',
  repository: (directory) => join(directory, 'repository'),
  full(directory, image) {
    mkdirSync(join(directory, 'repository'));
    return measure(['zstd', '-q', '-1', '-T2', image, '-o', join(directory, 'repository/disk.zst')]);
  },
};

export const copy: Tool = {
  name: 'cp --sparse=always',
  repository: (directory) => join(directory, 'repository'),
  full(directory, image) {
    mkdirSync(join(directory, 'repository'));
    return measure(['cp', '--sparse=always', image, join(directory, 'repository/disk.raw')]);
  },
  restore: (directory, _image, output) =>
    measure(['cp', '--sparse=always', join(directory, 'repository/disk.raw'), join(output, 'disk.raw')]),
};

/** Throws a sentence naming what has to be installed. */
export function checkTools(): void {
  const needed = {
    restic: 'restic',
    borg: 'borgbackup',
    mke2fs: 'e2fsprogs',
    debugfs: 'e2fsprogs',
    zstd: 'zstd',
    python3: 'python3',
  };
  const missing = Object.entries(needed).filter(([command]) => !isThere(command));
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map(([, name]) => name))].join(' ');
  throw new Error(
    `The comparison needs ${missing.map(([command]) => command).join(', ')}: apt-get install ${packages}`,
  );
}

function isThere(command: string): boolean {
  try {
    run('sh', ['-c', `command -v ${command}`]);
    return true;
  } catch {
    return false;
  }
}
