import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import { fillIn } from '../activation/field-problem.ts';
import { languages, tongues } from './languages.ts';
import { liveScript } from './live-script.ts';
import { pageStyle } from './page-style.ts';
import { csrfField, type Visit } from './visit.ts';

/** Escaped markup of hono/html. */
export type Markup = ReturnType<typeof html>;

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Nothing is loaded from anywhere, nothing runs but the one script, and nobody may frame the page. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src ${hashOf(pageStyle)}`,
  `script-src ${hashOf(liveScript)}`,
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

export interface PageParts {
  readonly title: string;
  readonly body: Markup;
  /** Something was wrong with what was sent: the title says so first. */
  readonly isError?: boolean;
  /** Id of a form whose content another language must not lose. */
  readonly form?: string;
  /** Where another language comes back to; a page of its own. */
  readonly path?: string;
  readonly isLive?: boolean;
}

export function layout(visit: Visit, parts: PageParts): Markup {
  const { texts, tag } = visit;
  const { title, form } = parts;
  return html`<!doctype html>
<html lang="${tag}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${parts.isError ? fillIn(texts.errorTitle, { title }) : title} · ${texts.product}</title>
<style>${raw(pageStyle)}</style>
</head>
<body>
${form ? defaultButton(form) : ''}<header><div class="bar"><p class="product">${texts.product}</p>
${form ? languageButtons(visit, html`form="${form}" formaction="/language" formnovalidate`) : languageForm(visit, parts.path ?? '/')}
${visit.isLoggedIn ? logOutForm(visit) : ''}</div></header>
<main>${parts.body}</main>
${parts.isLive ? html`<script>${raw(liveScript)}</script>` : ''}</body>
</html>`;
}

/** The Enter key presses a form's first button: without this one it would change the language. */
const defaultButton = (form: string) => html`<button form="${form}" hidden></button>`;

function languageForm(visit: Visit, path: string): Markup {
  return html`<form method="post" action="/language">${csrfField(visit)}<input type="hidden" name="to" value="${path}">
${languageButtons(visit, html``)}</form>`;
}

function languageButtons({ language: present, texts }: Visit, attributes: Markup): Markup {
  return html`<div class="languages" role="group" aria-label="${texts.language}">${languages.map((language) => {
    const { name, tag } = tongues[language];
    const current = language === present ? html`aria-current="true"` : '';
    return html`<button class="quiet" name="language" value="${language}" lang="${tag}" ${current} ${attributes}>${name}</button>`;
  })}</div>`;
}

function logOutForm(visit: Visit): Markup {
  return html`<form method="post" action="/logout">${csrfField(visit)}<button class="quiet">${visit.texts.logOut}</button></form>`;
}
