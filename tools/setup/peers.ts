import { spawnSync } from 'node:child_process';
import { accessSync, constants, globSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { buildGovmomi, govmomiDirectory, govmomiPackages } from './govmomi.ts';

/** Something outside npm that tests use as their real counterpart. */
export interface Peer {
  readonly name: string;
  /** What the tests cannot show without it. */
  readonly purpose: string;
  /** Packages in Debian and Ubuntu. */
  readonly debianPackages: readonly string[];
  readonly isInstalled: () => boolean;
  /** Makes it once its packages are there, for what has no package of its own. Throws what keeps it from that. */
  readonly build?: () => void;
}

export const peers: readonly Peer[] = [
  {
    name: 'PostgreSQL server (initdb, postgres)',
    purpose: 'the control plane on a real PostgreSQL',
    debianPackages: ['postgresql'],
    isInstalled: () => ['initdb', 'postgres'].every((program) => isProgram(program, postgresqlDirectories())),
  },
  {
    name: 'Chromium',
    purpose: 'the gateway’s page in a real browser',
    debianPackages: ['chromium'],
    isInstalled: () => ['chromium', 'chromium-browser', 'google-chrome'].some((program) => isProgram(program)),
  },
  {
    name: 'a font with Chinese and Japanese',
    purpose: 'pictures of the gateway’s page in all of its languages',
    debianPackages: ['fonts-droid-fallback'],
    isInstalled: () => globSync('/usr/share/fonts/**/{DroidSansFallback,NotoSansCJK,wqy}*').length > 0,
  },
  {
    name: 'e2fsprogs (mke2fs, debugfs, e2fsck)',
    purpose: 'backups of a real file system',
    debianPackages: ['e2fsprogs'],
    isInstalled: () => ['mke2fs', 'debugfs', 'e2fsck'].every((program) => isProgram(program, ['/usr/sbin', '/sbin'])),
  },
  {
    name: 'pyVmomi for /usr/bin/python3',
    purpose: 'the simulated vCenter against an independent client',
    debianPackages: ['python3-pyvmomi'],
    isInstalled: () => spawnSync('/usr/bin/python3', ['-c', 'import pyVmomi'], { stdio: 'ignore' }).status === 0,
  },
  {
    name: 'qemu-img',
    purpose: 'disk images in other formats',
    debianPackages: ['qemu-utils'],
    isInstalled: () => isProgram('qemu-img'),
  },
  {
    name: 'vcsim and govc from Debian’s source of govmomi',
    purpose:
      'the vSphere driver against an independent vCenter, and the simulated vCenter against an independent client',
    debianPackages: govmomiPackages,
    isInstalled: () => govmomiDirectory() !== undefined,
    build: buildGovmomi,
  },
  {
    name: 'Mosquitto (mosquitto, mosquitto_ctrl, mosquitto_dynamic_security.so)',
    purpose: 'the message channel on an external broker with permissions',
    debianPackages: ['mosquitto'],
    isInstalled: () =>
      ['mosquitto', 'mosquitto_ctrl'].every((program) => isProgram(program, ['/usr/sbin'])) &&
      globSync('/usr/lib/*/mosquitto_dynamic_security.so').length > 0,
  },
];

/** Debian keeps the server's programs out of the PATH. */
function postgresqlDirectories(): string[] {
  const base = '/usr/lib/postgresql';
  try {
    return readdirSync(base).map((version) => join(base, version, 'bin'));
  } catch {
    return [];
  }
}

function isProgram(name: string, moreDirectories: readonly string[] = []): boolean {
  return [...(process.env.PATH ?? '').split(delimiter), ...moreDirectories].some((directory) => {
    try {
      accessSync(join(directory, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
