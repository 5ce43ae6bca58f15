import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import { pageStyle } from './page-style.ts';

/** Escaped markup of hono/html. */
export type Markup = ReturnType<typeof html>;

const styleHash = createHash('sha256').update(pageStyle).digest('base64');

/** Nothing is loaded from anywhere, nothing runs, and nobody may frame the page. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${styleHash}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

export function layout(options: {
  readonly title: string;
  readonly refreshSeconds?: number;
  readonly body: Markup;
}): Markup {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${options.refreshSeconds ? html`<meta http-equiv="refresh" content="${options.refreshSeconds}">` : ''}
<title>${options.title}</title>
<style>${raw(pageStyle)}</style>
</head>
<body><main>${options.body}</main></body>
</html>`;
}
