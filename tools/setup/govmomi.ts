import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * vcsim (a simulated vCenter) and govc (a vSphere client), both of VMware's govmomi. Debian packages the library without these
 * programs, but their source is in the source package.
 */
export const govmomiPackages: readonly string[] = [
  'golang-go',
  'golang-github-vmware-govmomi-dev',
  'golang-github-kr-pretty-dev',
  'dpkg-dev',
];

export type GovmomiProgram = 'vcsim' | 'govc';

const programs: readonly GovmomiProgram[] = ['vcsim', 'govc'];
const sourcePackage = 'golang-github-vmware-govmomi';
const importPath = 'github.com/vmware/govmomi';
const buildTimeoutMs = 10 * 60_000;

/** What is kept was made with these. Debian's own libraries lie in /usr/share/gocode; nothing comes from a module proxy. */
const goEnvironment = { GO111MODULE: 'off', GOFLAGS: '', GOPROXY: 'off', GOTOOLCHAIN: 'local', CGO_ENABLED: '0' };
const goArguments = ['build', '-ldflags=-s -w'];

/** Where the program is. Undefined: not built yet, or its packages are not installed. */
export function govmomiProgram(name: GovmomiProgram): string | undefined {
  const directory = govmomiDirectory();
  return directory && join(directory, name);
}

/** The built programs' directory in the user's cache; undefined before {@link buildGovmomi}. */
export function govmomiDirectory(): string | undefined {
  const directory = cacheDirectory();
  return directory && existsSync(directory) ? directory : undefined;
}

/** Builds both programs into the user's cache. May run twice at a time: the first to be ready wins. */
export function buildGovmomi(): void {
  const target = cacheDirectory();
  if (target === undefined) throw new Error(`one of the packages ${govmomiPackages.join(', ')} is not installed`);
  const work = mkdtempSync(join(tmpdir(), 'holdfast-govmomi-'));
  const made = `${target}.${randomBytes(4).toString('hex')}`;
  try {
    fetchSource(work);
    mkdirSync(made, { recursive: true });
    const env = { ...goEnvironment, GOPATH: `${work}/go:/usr/share/gocode`, GOCACHE: `${work}/cache` };
    run('go', [...goArguments, '-o', `${made}/`, ...programs.map((name) => `${importPath}/${name}`)], work, env);
    if (!existsSync(target)) renameSync(made, target);
  } catch (error) {
    if (!existsSync(target)) throw error;
  } finally {
    for (const directory of [work, made]) rmSync(directory, { recursive: true, force: true });
  }
}

/** Another version of a package, or another recipe, has a directory of its own. */
function cacheDirectory(): string | undefined {
  const { status, stdout } = spawnSync('dpkg-query', ['--show', ...govmomiPackages], { encoding: 'utf8' });
  if (status !== 0) return undefined;
  const recipe = JSON.stringify([process.arch, stdout, programs, goEnvironment, goArguments]);
  const key = createHash('sha256').update(recipe).digest('hex').slice(0, 16);
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(cache, 'holdfast', `govmomi-${key}`);
}

/** The patched source, at the place a GOPATH wants it. Apt works in `work` only: the machine's own lists stay as they are. */
function fetchSource(work: string): void {
  const sources = join(work, 'sources.list');
  writeFileSync(sources, `deb-src ${packageOrigin()}\n`);
  for (const directory of ['lists/partial', 'archives/partial', 'source', `go/src/${importPath}/..`])
    mkdirSync(join(work, directory), { recursive: true });
  const settings = [
    `Dir::Etc::sourcelist=${sources}`,
    'Dir::Etc::sourceparts=-',
    `Dir::State::lists=${work}/lists`,
    `Dir::Cache=${work}`,
    // Root's downloads would go through a user that may not enter this directory.
    ...(process.getuid?.() === 0 ? ['APT::Sandbox::User=root'] : []),
  ].flatMap((setting) => ['-o', setting]);
  run('apt-get', [...settings, '-qq', 'update'], work);
  run('apt-get', [...settings, '-qq', 'source', sourcePackage], join(work, 'source'));
  const unpacked = readdirSync(join(work, 'source'), { withFileTypes: true }).find((entry) => entry.isDirectory());
  if (!unpacked) throw new Error(`apt-get source ${sourcePackage} has unpacked nothing`);
  renameSync(join(work, 'source', unpacked.name), join(work, 'go/src', importPath));
}

/** `http://deb.debian.org/debian bookworm main`: where the library came from, so its source is there too. */
function packageOrigin(): string {
  const { stdout } = spawnSync('apt-cache', ['policy', `${sourcePackage}-dev`], { encoding: 'utf8' });
  const origin = /^ +\d+ (?<uri>\S+:\S+) (?<suite>\S+)\/(?<component>\S+) \S+ Packages$/m.exec(stdout ?? '')?.groups;
  if (!origin) throw new Error(`apt-cache does not know where ${sourcePackage}-dev comes from; run apt-get update`);
  return `${origin.uri} ${origin.suite} ${origin.component}`;
}

function run(program: string, args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}): void {
  const options = { cwd, env: { ...process.env, ...env }, timeout: buildTimeoutMs, encoding: 'utf8' } as const;
  const { status, error, stderr } = spawnSync(program, args, options);
  if (status !== 0) throw new Error(`${program} ${args.at(-1)} failed: ${error?.message ?? stderr.trim()}`);
}
