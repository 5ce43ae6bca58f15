import type { HttpBindings } from '@hono/node-server';
import { html } from 'hono/html';
import { type FieldProblem, fillIn } from '../activation/field-problem.ts';
import { type Language, tongues } from './languages.ts';
import type { Markup } from './layout.ts';
import type { PageTexts } from './texts/en.ts';
import { tellsMoreInEnglish } from './texts/problem-texts.ts';

/** Who looks at a page, as far as what it shows depends on that. */
export interface Visit {
  readonly language: Language;
  /** For the `lang` attribute, numbers and dates. */
  readonly tag: string;
  readonly texts: PageTexts;
  /** Of every form on the page. */
  readonly csrfToken: string;
  readonly isLoggedIn: boolean;
}

export interface PageEnvironment {
  readonly Variables: { readonly visit: Visit };
  readonly Bindings: HttpBindings;
}

export function visitOf(language: Language, csrfToken: string, isLoggedIn: boolean): Visit {
  const { tag, texts } = tongues[language];
  return { language, tag, texts, csrfToken, isLoggedIn };
}

export const csrfField = ({ csrfToken }: Visit): Markup =>
  html`<input type="hidden" name="csrfToken" value="${csrfToken}">`;

/** Message and remedy in the visitor's language, in which one without a code is already; in English, marked as such, where nobody translated it or English says more. */
export function problemMarkup(visit: Visit, { code, message, remedy, parameters }: FieldProblem): Markup {
  const english = [message, remedy].filter(Boolean).join(' ');
  const { problems } = tongues[visit.language];
  if (problems === null || code === '') return html`${english}`;
  const known = Object.entries(problems).find(([name]) => name === code)?.[1];
  if (known === undefined) return html`<span lang="en">${english}</span>`;
  const translated = known.map((text) => fillIn(text, parameters)).join('');
  return tellsMoreInEnglish.has(code) ? html`${translated} <span lang="en">(${message})</span>` : html`${translated}`;
}
