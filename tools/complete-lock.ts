import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

/**
 * Adds to package-lock.json what `npm install` leaves out when its registry does not have every platform's build of a
 * package: without an entry for each, `npm ci` refuses the file on every machine. Run it after `npm install`; a machine of
 * such a platform fetches the entry by name and version.
 */
const file = new URL('../package-lock.json', import.meta.url);
const lock = z
  .looseObject({
    packages: z.record(
      z.string(),
      z.looseObject({
        version: z.string().optional(),
        dev: z.boolean().optional(),
        optionalDependencies: z.record(z.string(), z.string()).optional(),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(file, 'utf8')));

const systems = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const processors = ['arm64', 'arm', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'x64'];
const names: string[] = [];

for (const [path, entry] of Object.entries(lock.packages)) {
  if (path === '') continue;
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const isLocked = [`${path}/node_modules/${name}`, `node_modules/${name}`].some((place) => place in lock.packages);
    const platform = isLocked || !/^\d+\.\d+\.\d+/.test(version) ? undefined : platformOf(name);
    if (platform === undefined) continue;
    names.push(name);
    lock.packages[`node_modules/${name}`] = { version, ...platform, ...(entry.dev && { dev: true }), optional: true };
  }
}

lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(names.length === 0 ? 'package-lock.json is complete.' : `Added to package-lock.json: ${names.join(', ')}`);

/** From the name, as such packages are called: `…-linux-x64-musl`, `…-win32-arm64-msvc`. */
function platformOf(name: string) {
  const parts = (name.split('/').at(-1) ?? '').split('-');
  const os = systems.find((system) => parts.includes(system));
  const cpu = processors.find((processor) => parts.includes(processor));
  if (os === undefined) return undefined;
  const libc = parts.some((part) => part.startsWith('musl'))
    ? 'musl'
    : parts.some((part) => part.startsWith('gnu'))
      ? 'glibc'
      : undefined;
  return {
    os: [os],
    ...(cpu !== undefined && { cpu: [cpu] }),
    ...(os === 'linux' && libc !== undefined && { libc: [libc] }),
  };
}
