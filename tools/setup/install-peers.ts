import { spawnSync } from 'node:child_process';
import { type Peer, peers } from './peers.ts';

export interface SetupOptions {
  /** Missing peers are an error instead of a warning. */
  readonly strict: boolean;
  readonly peers?: readonly Peer[];
  /** Whether packages may be installed here; by default for root on a machine with apt-get. */
  readonly mayInstall?: boolean;
  /** Runs a program with inherited output and gives its exit status. */
  readonly run?: (program: string, args: readonly string[]) => number | null;
  readonly say?: (line: string) => void;
}

/** Installs and builds what is missing where that is possible, says what to install where it is not. False: the tests should not start. */
export function setUpPeers(options: SetupOptions): boolean {
  const { say = console.error, run = runInherited, mayInstall = isRootWithApt() } = options;
  const missing = () => (options.peers ?? peers).filter((peer) => !peer.isInstalled());
  let left = missing();
  if (left.length > 0 && mayInstall) {
    const packages = packagesOf(left);
    say(`Installing what the tests need: ${packages.join(' ')}`);
    run('apt-get', ['-q', 'update']);
    run('apt-get', ['-qq', 'install', '--yes', '--no-install-recommends', ...packages]);
    left = missing();
  }
  if (left.some((peer) => peer.build)) {
    for (const peer of left) build(peer, say);
    left = missing();
  }
  if (left.length === 0) return true;
  for (const peer of left) say(`Missing: ${peer.name}; without it these tests are skipped: ${peer.purpose}.`);
  say(`Install on Debian or Ubuntu: sudo apt-get install ${packagesOf(left).join(' ')}`);
  if (options.strict) say('This is CI, where nothing may be skipped.');
  return !options.strict;
}

function build(peer: Peer, say: (line: string) => void): void {
  if (!peer.build) return;
  say(`Building ${peer.name}; this takes a minute, once`);
  try {
    peer.build();
  } catch (error) {
    say(`Cannot build it: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function packagesOf(some: readonly Peer[]): readonly string[] {
  return [...new Set(some.flatMap((peer) => peer.debianPackages))];
}

function isRootWithApt(): boolean {
  return process.getuid?.() === 0 && spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status === 0;
}

function runInherited(program: string, args: readonly string[]): number | null {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync(program, args, { stdio: ['ignore', 2, 2], env }).status;
}
