import { html } from 'hono/html';
import type { FieldProblem } from '../activation/field-problem.ts';
import type { Markup } from './layout.ts';
import { problemMarkup, type Visit } from './visit.ts';

interface Field {
  readonly name: string;
  readonly label: string;
  readonly error?: FieldProblem | undefined;
  readonly hint?: string | undefined;
  /** What is between label and error; gets the attributes that tie it to them. */
  readonly control: (attributes: Markup) => Markup;
}

/** A labelled control with what is wrong with it and what helps with it, all of it told to screen readers. */
export function field(visit: Visit, { name, label, error, hint, control }: Field): Markup {
  const describedBy = [error ? `${name}-error` : '', hint ? `${name}-hint` : ''].filter(Boolean).join(' ');
  const invalid = error ? html`aria-invalid="true"` : html``;
  const described = describedBy ? html`aria-describedby="${describedBy}"` : html``;
  return html`<div class="field"><label for="${name}">${label}</label>
${control(html`id="${name}" name="${name}" ${invalid} ${described}`)}
${error ? html`<p class="error" id="${name}-error">${problemMarkup(visit, error)}</p>` : ''}
${hint ? html`<p class="hint" id="${name}-hint">${hint}</p>` : ''}</div>`;
}

export function textField(
  visit: Visit,
  options: Omit<Field, 'control'> & {
    readonly type?: 'text' | 'password';
    readonly value?: string;
    readonly autocomplete: 'off' | 'current-password' | 'new-password';
  },
): Markup {
  const { type = 'text', value = '', autocomplete } = options;
  const control = (attributes: Markup) =>
    html`<input ${attributes} type="${type}" value="${value}" required autocomplete="${autocomplete}" spellcheck="false" autocapitalize="none">`;
  return field(visit, { ...options, control });
}

/** All that is wrong, above the form; has the focus when the page opens, and leads to each field. */
export function errorSummary(
  visit: Visit,
  lead: string,
  errors: readonly { readonly field: string | null; readonly problem: FieldProblem }[],
): Markup {
  if (errors.length === 0) return html``;
  return html`<div class="alert" role="alert" tabindex="-1" autofocus id="errors"><p><strong>${lead}</strong></p>
<ul>${errors.map(({ field: name, problem }) => {
    const text = problemMarkup(visit, problem);
    return html`<li>${name ? html`<a href="#${name}">${text}</a>` : text}</li>`;
  })}</ul>
<p>${visit.texts.secretsAgain}</p></div>`;
}
