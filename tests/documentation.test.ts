import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSchema, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';

const root = new URL('../', import.meta.url);
const text = (path: string) => readFileSync(fileURLToPath(new URL(path, root)), 'utf8');
const pages = ['README.md', ...readdirSync(fileURLToPath(new URL('docs/', root))).map((name) => `docs/${name}`)].filter(
  (path) => path.endsWith('.md'),
);
const blocks = pages.flatMap((page) =>
  [...text(page).matchAll(/^```graphql\n(.*?)^```$/gms)].map(([, document = ''], index) => ({
    name: `${page}, number ${index + 1}`,
    document,
  })),
);

describe('what the pages tell people to paste', () => {
  const schema = buildSchema(text('schema/schema.graphql'));

  it.each(blocks)('$name', ({ document }) => {
    expect(validate(schema, parse(document)).map(({ message }) => message)).toEqual([]);
  });

  it('is found', () => {
    expect(blocks.length).toBeGreaterThanOrEqual(3);
  });
});

describe('docs/reliability.md', () => {
  const rows = text('docs/reliability.md')
    .split('\n')
    .filter((line) => line.startsWith('|') && line.includes('.test.ts`'));
  /** `path` "words of a test's name", "words of another's". */
  const named = rows.flatMap((row) => [...row.matchAll(/`([^`]+\.test\.ts)`((?:,? "[^"]+")*)/g)]);

  it.each(rows)('names tests there are: %s', (row) => {
    for (const [, path = '', words = ''] of row.matchAll(/`([^`]+\.test\.ts)`((?:,? "[^"]+")*)/g))
      for (const [, name = ''] of words.matchAll(/"([^"]+)"/g)) expect(text(path), path).toContain(name);
    expect(row).toMatch(/\.test\.ts`/);
  });

  it('names every file only if it is there, and all of the faults', () => {
    for (const [, path = ''] of named) expect(text(path).length).toBeGreaterThan(0);
    const paths = new Set(named.map(([, path]) => path));
    for (const name of readdirSync(fileURLToPath(new URL('tests/faults/', root))))
      expect(paths).toContain(`tests/faults/${name}`);
  });
});
