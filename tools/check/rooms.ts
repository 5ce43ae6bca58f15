/**
 * The complete list of arrows between rooms (docs/architecture.md); not transitive. A target ending with `/contract` means
 * only the `contract.ts` of each axis; any other target is the room or the folder and all below it.
 */
export const arrows: Readonly<Record<string, readonly string[]>> = {
  bin: ['*'],
  api: ['schema', 'control', 'protocol', 'base'],
  schema: ['control', 'base'],
  control: ['protocol', 'migrations', 'repository/keys', 'deploy', 'drivers/*/contract', 'base'],
  agent: ['protocol', 'repository', 'drivers/*/contract', 'base'],
  repository: ['drivers/*/contract', 'base'],
  deploy: ['drivers/*/contract', 'base'],
  drivers: ['base'],
  protocol: ['base'],
  client: ['base'],
  sandbox: ['base'],
  migrations: ['base'],
  base: [],
};

/** Folders around the rooms that may import whatever they need; no room may import them. */
export const aroundTheRooms: ReadonlySet<string> = new Set([
  'tests',
  'tools',
  'bench',
  'docs',
  'appliance',
  'examples',
]);

/** Code that is not part of the running product: it may import more, and own no clock. The root holds only tools' settings. */
export function isTestCode(path: string): boolean {
  if (isTestSupport(path)) return true;
  return (
    !path.includes('/') ||
    /\.test\.ts$/.test(path) ||
    path.endsWith('/conformance.ts') ||
    aroundTheRooms.has(roomOf(path))
  );
}

/** What several tests of a room share; no running code may import it, and it is not built. */
export function isTestSupport(path: string): boolean {
  return path.split('/').includes('testing');
}

export function roomOf(path: string): string {
  return path.split('/')[0] ?? '';
}

/** Whether a file may import another; both from the repository's root. */
export function arrowAllowed(from: string, to: string): boolean {
  const room = roomOf(from);
  if (isTestSupport(to)) return false;
  if (room === roomOf(to)) return true;
  if (!to.includes('/')) return true;
  return (arrows[room] ?? []).some((target) => targetMatches(target, to));
}

function targetMatches(target: string, path: string): boolean {
  if (target === '*') return !aroundTheRooms.has(roomOf(path));
  if (target === 'drivers/*/contract') return /^drivers\/[^/]+\/contract\.ts$/.test(path);
  return path.startsWith(`${target}/`) || path === `${target}.ts`;
}
