import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { SharedIdSet } from './shared-id-set.ts';

const id = (index: number) => createHash('sha256').update(String(index)).digest('hex');

it('gives an id to the first who claims it, in whatever thread', () => {
  const one = new SharedIdSet();
  const two = new SharedIdSet(one.memory);
  expect(one.claim(id(1))).toBe(true);
  expect(two.claim(id(1))).toBe(false);
  expect(two.claim(id(2))).toBe(true);
  expect(one.claim(id(2))).toBe(false);
});

it('never grows and never says that an id is there which is not', () => {
  const set = new SharedIdSet();
  for (let index = 0; index < 200_000; index++) expect(set.claim(id(index))).toBe(true);
  expect(set.memory.byteLength).toBeLessThan(5_000_000);
});
