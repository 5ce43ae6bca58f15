import { describe, expect, it } from 'vitest';
import { formProblems } from '../activation/field-problem.ts';
import { languages, preferredLanguage, tongues } from './languages.ts';
import { en } from './texts/en.ts';

describe('the language of a browser', () => {
  it.each([
    [undefined, 'en'],
    ['', 'en'],
    ['de-DE,de;q=0.9', 'en'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    ['zh-Hans-CN', 'zh'],
    ['zh', 'zh'],
    ['ZH-hant-TW, en;q=0.5', 'zh'],
    ['ja-JP', 'ja'],
    ['de, ja;q=0.3, zh;q=0.4', 'zh'],
    ['en;q=0.8, ja', 'ja'],
    ['fr, en;q=0.7, ja;q=0.7', 'en'],
    ['fr, ja;q=0.7, en;q=0.7', 'ja'],
    ['zh;q=0, ja;q=0.1', 'ja'],
    ['en;q=0, *', 'zh'],
    ['*;q=0.5, ja;q=0.4', 'en'],
    ['ja;q=0.5;q=1, zh ; q=0.4', 'zh'],
    ['jax, zhx;q=1.5, en;q=2', 'en'],
    [`${'x,'.repeat(70)}ja`, 'en'],
  ])('of %j is %s', (header, expected) => {
    expect(preferredLanguage(header)).toBe(expected);
  });
});

describe('the texts', () => {
  const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).sort();

  it.each(languages)('of %s are all there and fill in the same', (language) => {
    const { texts, problems } = tongues[language];
    for (const [key, text] of Object.entries(texts)) {
      expect(text.trim(), key).not.toBe('');
      const english = Object.entries(en).find(([name]) => name === key)?.[1] ?? '';
      expect(places(text), key).toEqual(places(english));
    }
    for (const [code, { message }] of Object.entries(formProblems)) {
      const text = problems && Object.entries(problems).find(([name]) => name === code)?.[1];
      if (text) expect(places(text.join('')), code).toEqual(places(message));
    }
  });

  it('of other languages are translated', () => {
    const sameEverywhere = new Set(['accessKeyId', 'nodeVersion', 'gatewayId']);
    for (const language of ['zh', 'ja'] as const)
      for (const [key, text] of Object.entries(tongues[language].texts))
        if (!sameEverywhere.has(key)) expect(text, key).toMatch(/[^ -ÿ]|^\{done\}|^AccessKey( Secret)?$/);
  });
});
