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
