import { html } from 'hono/html';
import { type FieldProblem, fillIn } from '../activation/field-problem.ts';
import { type FieldErrors, shortestPassword } from '../activation/form.ts';
import { accessKeyFields, listErrors } from './activation-view.ts';
import { errorSummary, textField } from './fields.ts';
import { layout, type Markup } from './layout.ts';
import { csrfField, type Visit } from './visit.ts';

/** A page that only says something. */
export function messagePage(visit: Visit, title: string, text: string): Markup {
  return layout(visit, {
    title,
    body: html`<h1>${title}</h1><p>${text}</p><p><a href="/">${visit.texts.back}</a></p>`,
  });
}

export function logInPage(visit: Visit, view: { readonly gatewayName: string; readonly error?: string }): Markup {
  const { texts } = visit;
  const error: FieldProblem | undefined = view.error === undefined ? undefined : said(view.error);
  return layout(visit, {
    title: texts.logInTitle,
    isError: error !== undefined,
    body: html`<h1>${texts.gateway} ${view.gatewayName}</h1>
<form class="card narrow" method="post" action="/login" novalidate>${csrfField(visit)}
${textField(visit, { name: 'password', label: texts.pagePassword, error, type: 'password', autocomplete: 'current-password' })}
<button>${texts.logIn}</button>
<p class="hint">${texts.forgotten}</p></form>`,
  });
}

/** One form of the status page's, with a way back. */
interface SmallForm {
  readonly title: string;
  readonly lead?: string;
  readonly path: string;
  readonly errors: ReturnType<typeof listErrors>;
  readonly fields: Markup;
  readonly button: string;
}

function smallFormPage(visit: Visit, form: SmallForm): Markup {
  const { texts } = visit;
  return layout(visit, {
    title: form.title,
    path: form.path,
    isError: form.errors.length > 0,
    body: html`<h1>${form.title}</h1>${form.lead ? html`<p class="lead">${form.lead}</p>` : ''}
${errorSummary(visit, texts.errorSummaryOther, form.errors)}
<form class="card narrow" method="post" action="${form.path}" novalidate>${csrfField(visit)}
${form.fields}
<div class="actions"><button>${form.button}</button><a class="button second" href="/">${texts.cancel}</a></div></form>`,
  });
}

export function accessKeyPage(
  visit: Visit,
  view: { readonly presentId: string | null; readonly accessKeyId: string; readonly errors: FieldErrors },
): Markup {
  const { texts } = visit;
  const present = view.presentId ? ` ${fillIn(texts.presentAccessKey, { id: view.presentId })}` : '';
  return smallFormPage(visit, {
    title: texts.replaceAccessKey,
    lead: `${texts.replaceAccessKeyLead}${present}`,
    path: '/access-key',
    errors: listErrors(view.errors),
    fields: accessKeyFields(visit, view.accessKeyId, view.errors),
    button: texts.replace,
  });
}

/** What may be wrong when the password of the page is changed. */
export interface PasswordErrors extends Pick<FieldErrors, 'password' | 'passwordAgain'> {
  /** The problem with the present password, in the visitor's language. */
  readonly present?: string | undefined;
}

export function passwordPage(visit: Visit, { present, ...fresh }: PasswordErrors): Markup {
  const { texts } = visit;
  const wrong = present === undefined ? undefined : said(present);
  const password = (name: string, label: string, error: FieldProblem | undefined, hint?: string) => {
    const autocomplete = name === 'presentPassword' ? 'current-password' : 'new-password';
    return textField(visit, { name, label, error, hint, type: 'password', autocomplete });
  };
  return smallFormPage(visit, {
    title: texts.changePassword,
    path: '/password',
    errors: [...(wrong ? [{ field: 'presentPassword', problem: wrong }] : []), ...listErrors(fresh)],
    fields: html`${password('presentPassword', texts.presentPassword, wrong)}
${password('password', texts.newPassword, fresh.password, fillIn(texts.newPasswordHint, { least: shortestPassword }))}
${password('passwordAgain', texts.newPasswordAgain, fresh.passwordAgain)}`,
    button: texts.change,
  });
}

/** A sentence in the visitor's language already. */
const said = (message: string): FieldProblem => ({ code: '', message, remedy: '' });
