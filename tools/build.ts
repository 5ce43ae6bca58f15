import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { arrows } from './check/rooms.ts';

/** `npm run build`: dist/ holds JavaScript for plain Node 24, with its own package.json; what the npm package and the appliance carry. */
const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const rooms = Object.keys(arrows);
const compiled = new Set(['.ts']);
const leftOut = new Set(['.md', '.py', '.test.ts']);

rmSync(dist, { recursive: true, force: true });
const tsc = fileURLToPath(import.meta.resolve('typescript/bin/tsc'));
const compiler = spawnSync(process.execPath, [tsc, '--project', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
});
if (compiler.status !== 0) process.exit(1);
for (const room of rooms) copyAssets(room);
for (const path of filesBelow(dist)) if (path.endsWith('.js')) pointUrlsToJavaScript(path);
writePackageJson();
chmodSync(join(dist, 'bin/holdfast.js'), 0o755);
cpSync(join(root, 'LICENSE'), join(dist, 'LICENSE'));

/** The compiler leaves out what is not TypeScript: WSDL, HTML, JSON read at run time. */
function copyAssets(room: string): void {
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', room], {
    cwd: root,
    encoding: 'utf8',
  });
  for (const path of files.split('\n')) {
    if (path === '' || compiled.has(extname(path)) || leftOut.has(extname(path))) continue;
    mkdirSync(join(dist, dirname(path)), { recursive: true });
    cpSync(join(root, path), join(dist, path));
  }
}

/** Imports are rewritten by the compiler; `new URL('./worker.ts', import.meta.url)` is only a string to it. */
function pointUrlsToJavaScript(path: string): void {
  const text = readFileSync(path, 'utf8');
  const rewritten = text.replace(/(new URL\(\s*['"`][^'"`]+)\.ts(['"`],\s*import\.meta\.url)/g, '$1.js$2');
  if (rewritten !== text) writeFileSync(path, rewritten);
}

function writePackageJson(): void {
  const source: Record<string, unknown> = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { name, version, description, license, type, engines, dependencies } = source;
  const built = {
    name,
    version,
    description,
    license,
    type,
    engines,
    bin: { holdfast: './bin/holdfast.js' },
    exports: {
      './drivers/*': { types: './drivers/*.d.ts', default: './drivers/*.js' },
      './package.json': './package.json',
    },
    dependencies,
  };
  writeFileSync(join(dist, 'package.json'), `${JSON.stringify(built, null, 2)}\n`);
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
