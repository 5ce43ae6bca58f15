import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { checkArrows } from './check/arrow-rules.ts';
import { checkHouseRules } from './check/house-rules.ts';
import { parse } from './check/references.ts';
import { checkText, forbiddenTexts } from './check/text-rules.ts';
import type { Violation } from './check/violation.ts';

/** Holds the arrows between rooms and the house rules: prints every violation and ends with 1 when there is one. */
const root = fileURLToPath(new URL('..', import.meta.url));
const run = (command: string, args: string[]) =>
  execFileSync(command, args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

const packageJson = z
  .object({ dependencies: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(`${root}/package.json`, 'utf8')));
const dependencies = new Set(Object.keys(packageJson.dependencies));
const forbidden = forbiddenTexts({ directory: root, registry: run('npm', ['config', 'get', 'registry']).trim() });
const files = run('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--deduplicate'])
  .split('\n')
  .filter((path) => path !== '' && path !== 'LICENSE');

const violations: Violation[] = [];
let sources = 0;
for (const path of files) {
  const text = read(path);
  if (text === undefined) continue;
  violations.push(...checkText(path, text, forbidden));
  if (!path.endsWith('.ts') || path.startsWith('tests/fixtures/')) continue;
  sources += 1;
  const source = parse(path, text);
  violations.push(...checkArrows(path, source, dependencies), ...checkHouseRules(path, source));
}

for (const { path, line, rule, message } of violations) console.error(`${path}:${line} [${rule}] ${message}`);
console.error(`${sources} source files, ${violations.length} violations of arrows and house rules`);
process.exitCode = violations.length === 0 ? 0 : 1;

/** Undefined for what is deleted in the work tree, and for what is no text. */
function read(path: string): string | undefined {
  try {
    const bytes = readFileSync(`${root}/${path}`);
    return bytes.includes(0) ? undefined : bytes.toString('utf8');
  } catch {
    return undefined;
  }
}
