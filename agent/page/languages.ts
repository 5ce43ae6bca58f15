import { en, type PageTexts } from './texts/en.ts';
import { ja } from './texts/ja.ts';
import type { ProblemTexts } from './texts/problem-texts.ts';
import { problemsJa } from './texts/problems-ja.ts';
import { problemsZh } from './texts/problems-zh.ts';
import { zh } from './texts/zh.ts';

export const languages = ['en', 'zh', 'ja'] as const;
export type Language = (typeof languages)[number];

interface Tongue {
  /** Its own name, by which its speakers find it. */
  readonly name: string;
  /** For the `lang` attribute and for numbers and dates. */
  readonly tag: string;
  readonly texts: PageTexts;
  /** null: errors speak it by themselves. */
  readonly problems: ProblemTexts | null;
}

export const tongues: Readonly<Record<Language, Tongue>> = {
  en: { name: 'English', tag: 'en', texts: en, problems: null },
  zh: { name: '简体中文', tag: 'zh-Hans', texts: zh, problems: problemsZh },
  ja: { name: '日本語', tag: 'ja', texts: ja, problems: problemsJa },
};

export function isLanguage(value: unknown): value is Language {
  return languages.some((language) => language === value);
}

/** More than any browser sends. */
const mostRanges = 64;

/**
 * The language a browser likes best, by Accept-Language (RFC 9110, section 12.5.4): the highest weight wins, the earlier of equals; `q=0` rules
 * out; `*` is any that is not named. Every Chinese is taken for simplified, which is nearer than English. English where nothing fits.
 */
export function preferredLanguage(acceptLanguage: string | undefined): Language {
  const ranges = (acceptLanguage ?? '').slice(0, 4_096).split(',').slice(0, mostRanges).flatMap(readRange);
  const weightOf = (language: Language) => {
    const own = ranges.filter(({ primary }) => primary === language);
    return own.length > 0 ? own.reduce((best, range) => (range.weight > best.weight ? range : best)) : any;
  };
  const any = ranges.find(({ primary }) => primary === '*') ?? { primary: '*', weight: 0, place: mostRanges };
  const liked = languages
    .map((language) => ({ language, ...weightOf(language) }))
    .filter(({ weight }) => weight > 0)
    .sort((left, right) => right.weight - left.weight || left.place - right.place);
  return liked[0]?.language ?? 'en';
}

function readRange(range: string, place: number) {
  const match = /^\s*(\*|[a-z]{1,8})(?:-[a-z0-9-]+)?\s*(?:;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?\s*$/i.exec(range);
  if (!match) return [];
  return [{ primary: (match[1] ?? '').toLowerCase(), weight: Number(match[2] ?? 1), place }];
}
