import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { diff } from '@graphql-inspector/core';
import { buildSchema } from 'graphql';
import { systemClock } from '../base/clock.ts';
import { brokenPromises, wordingProblems } from './schema-policy.ts';

/**
 * Compares schema/schema.graphql with the one of the last release (tag `v…`), or of the tag or commit given: ends with 1 for what docs/api-stability.md promises
 * not to do.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const git = (...args: string[]) =>
  execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

const base = process.argv[2] ?? lastRelease();
const after = buildSchema(readFileSync(`${root}/schema/schema.graphql`, 'utf8'));
const problems = [...wordingProblems(after)];
if (base === undefined) {
  console.log('There is no release to compare the schema with yet: only the wording of deprecations is looked at.');
} else {
  const before = buildSchema(git('show', `${base}:schema/schema.graphql`));
  const changes = await diff(before, after);
  for (const { criticality, message } of changes) console.log(`${criticality.level} ${message}`);
  problems.push(...(await brokenPromises(before, after, systemClock.now())));
  console.log(`${changes.length} changes since ${base}`);
}
for (const problem of problems) console.log(`NOT ALLOWED ${problem}`);
process.exitCode = problems.length === 0 ? 0 : 1;

function lastRelease(): string | undefined {
  try {
    return git('describe', '--tags', '--abbrev=0', '--match', 'v*').trim();
  } catch {
    return undefined;
  }
}
