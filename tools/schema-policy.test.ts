import { buildSchema, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { DeprecationLog, deprecatedUses } from '../api/graphql/deprecated-uses.ts';
import type { Logger } from '../base/logger.ts';
import { silentLogger } from '../base/logger.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { brokenPromises, wordingProblems } from './schema-policy.ts';

const day = (text: string) => Date.parse(`${text}T00:00:00Z`);
const reason = 'Use `b`. Removal on 2027-06-01 UTC.';
const schemaOf = (query: string, more = '') => buildSchema(`type Query { ${query} } ${more}`);

describe('what a schema may do from one release to the next', () => {
  const plain = schemaOf('a: Int b(x: Int y: Int): Int', 'enum E { A B } input I { p: Int q: Int }');

  it('is to grow', async () => {
    const more = schemaOf(
      'a: Int b(x: Int y: Int z: Int): Int c: Int',
      'enum E { A B C } input I { p: Int q: Int r: Int }',
    );
    expect(await brokenPromises(plain, more, 0)).toEqual([]);
  });

  it('is to deprecate with six months of notice, in words that say what to use and when the old goes', async () => {
    const deprecating = schemaOf(
      `a: Int @deprecated(reason: "${reason}") b(x: Int y: Int): Int`,
      'enum E { A B } input I { p: Int q: Int }',
    );
    expect(wordingProblems(deprecating)).toEqual([]);
    expect(await brokenPromises(plain, deprecating, day('2026-11-01'))).toEqual([]);
    expect(await brokenPromises(plain, deprecating, day('2027-01-01'))).toEqual([expect.stringContaining('Query.a')]);
    for (const vague of ['old', 'Use b.', 'Use `b`. Removal on 2027-6-1 UTC.', 'Use `b`. Removal on 2027-13-41 UTC.'])
      expect(wordingProblems(schemaOf(`a: Int @deprecated(reason: "${vague}") b: Int`)), vague).toHaveLength(1);
  });

  it('is to remove what was deprecated, from the announced day on, and nothing else', async () => {
    const mark = `@deprecated(reason: "${reason}")`;
    const before = schemaOf(
      `a: Int ${mark} b(x: Int ${mark} y: Int): Int`,
      `enum E { A B ${mark} } input I { p: Int q: Int ${mark} }`,
    );
    const after = schemaOf('b(y: Int): Int', 'enum E { A } input I { p: Int }');
    expect(await brokenPromises(before, after, day('2027-06-01'))).toEqual([]);
    expect(await brokenPromises(before, after, day('2027-05-31'))).toHaveLength(4);
    const never = await brokenPromises(plain, after, day('2040-01-01'));
    expect(never).toHaveLength(4);
    for (const problem of never) expect(problem).toContain('never deprecated');
    const changed = schemaOf('a: String b(x: Int! y: Int): Int', 'enum E { A B } input I { p: Int q: Int! }');
    expect(await brokenPromises(plain, changed, day('2040-01-01'))).toHaveLength(3);
  });
});

describe('who uses what is deprecated', () => {
  const mark = `@deprecated(reason: "${reason}")`;
  const schema = schemaOf(
    `a: Int ${mark} b(x: Int ${mark} e: E i: I): Int`,
    `enum E { A B ${mark} } input I { p: Int q: Int ${mark} }`,
  );

  it('is seen in fields, arguments, input fields and enum values', () => {
    const uses = (document: string) => [...deprecatedUses(schema, parse(document))].sort();
    expect(uses('{ b(e: A, i: { p: 1 }) }')).toEqual([]);
    expect(uses('{ a b(x: 1, e: B, i: { q: 1 }) }')).toEqual(['E.B', 'I.q', 'Query.a', 'Query.b(x:)']);
  });

  it('is told once an hour for each access key, with how often', async () => {
    const lines: unknown[] = [];
    const logger: Logger = { ...silentLogger, warn: (...line: unknown[]) => void lines.push(line[0]) };
    const clock = new ManualClock();
    const log = new DeprecationLog(clock, logger);
    const use = (document: string, key = 'HF1') => log.note(schema, parse(document), key);
    use('{ b }');
    for (let time = 0; time < 3; time += 1) use('{ a }');
    use('{ a }', 'HF2');
    await clock.advance(60 * 60_000);
    use('{ a }');
    expect(lines).toEqual([
      { keyId: 'HF1', coordinate: 'Query.a', uses: 1 },
      { keyId: 'HF2', coordinate: 'Query.a', uses: 1 },
      { keyId: 'HF1', coordinate: 'Query.a', uses: 3 },
    ]);
  });
});
