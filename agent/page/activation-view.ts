import { html } from 'hono/html';
import { type FieldProblem, fillIn } from '../activation/field-problem.ts';
import { type FieldErrors, shortestPassword } from '../activation/form.ts';
import { errorSummary, field, textField } from './fields.ts';
import { layout, type Markup } from './layout.ts';
import { csrfField, type Visit } from './visit.ts';

/** What the form shows again after an error; secrets are never sent back. */
export interface ActivationValues {
  readonly accessKeyId: string;
  readonly certificate: string;
  /** The certificate came as a file, whose content is in the text field now. */
  readonly isFromFile: boolean;
  readonly controlNetwork: string;
  readonly messageNetwork: string;
}

export const emptyActivationValues: ActivationValues = {
  accessKeyId: '',
  certificate: '',
  isFromFile: false,
  controlNetwork: 'INTERNET',
  messageNetwork: 'INTERNET',
};

interface FormView {
  readonly values: ActivationValues;
  readonly errors: FieldErrors;
  readonly purpose: ActivationPurpose;
}

/** The first activation; one of a gateway that is activated already; or one after the gateway was deleted, as another gateway. */
export type ActivationPurpose = 'FIRST' | 'AGAIN' | 'ANEW';

/** Id of the form; language buttons send it too. */
export const activationForm = 'activation';

/** The activation page, for a first activation and for every later one. */
export function activationPage(visit: Visit, view: FormView): Markup {
  const { texts } = visit;
  const title = view.purpose === 'AGAIN' ? texts.activateAgainTitle : texts.activateTitle;
  const lead = { FIRST: texts.activateLead, AGAIN: texts.activateAgainLead, ANEW: texts.activateNewLead }[view.purpose];
  return layout(visit, {
    title,
    isError: Object.keys(view.errors).length > 0,
    form: activationForm,
    body: html`<h1>${title}</h1>
<p class="lead">${lead}</p>
${errorSummary(visit, texts.errorSummary, listErrors(view.errors))}
<div class="card">${activationFormView(visit, view)}</div>`,
  });
}

export function activationFormView(visit: Visit, { values, errors, purpose }: FormView): Markup {
  const { texts } = visit;
  const password = (name: 'password' | 'passwordAgain', label: string, hint?: string) =>
    textField(visit, { name, label, hint, error: errors[name], type: 'password', autocomplete: 'new-password' });
  return html`<form id="${activationForm}" method="post" action="/activate" enctype="multipart/form-data" novalidate>
${csrfField(visit)}<input type="hidden" name="form" value="${activationForm}">
<fieldset><legend>${texts.certificate}</legend>
${field(visit, {
  name: 'certificateFile',
  label: texts.certificateFile,
  error: errors.certificate,
  hint: texts.certificateFileHint,
  control: (attributes) => html`<input ${attributes} type="file">`,
})}
${field(visit, {
  name: 'certificate',
  label: texts.certificateText,
  hint: values.isFromFile ? texts.certificateKept : undefined,
  control: (attributes) =>
    html`<textarea ${attributes} spellcheck="false" autocomplete="off">${values.certificate}</textarea>`,
})}
</fieldset>
<fieldset aria-describedby="access-key-hint"><legend>${texts.accessKey}</legend>
<div class="pair">${accessKeyFields(visit, values.accessKeyId, errors)}</div>
<p class="hint" id="access-key-hint">${texts.accessKeyHint}</p>
</fieldset>
<fieldset><legend>${texts.pagePassword}</legend>
<div class="pair">${password('password', texts.newPassword, fillIn(texts.newPasswordHint, { least: shortestPassword }))}
${password('passwordAgain', texts.newPasswordAgain)}</div>
</fieldset>
<fieldset><legend>${texts.networks}</legend>
<div class="pair">${networkField(visit, 'controlNetwork', texts.controlNetwork, texts.controlNetworkHint, values, errors)}
${networkField(visit, 'messageNetwork', texts.messageNetwork, texts.messageNetworkHint, values, errors)}</div>
</fieldset>
<button>${purpose === 'AGAIN' ? texts.activateAgain : texts.activate}</button>
</form>`;
}

export function accessKeyFields(visit: Visit, accessKeyId: string, errors: FieldErrors): Markup {
  const { texts } = visit;
  return html`${textField(visit, {
    name: 'accessKeyId',
    label: texts.accessKeyId,
    value: accessKeyId,
    error: errors.accessKeyId,
    autocomplete: 'off',
  })}
${textField(visit, {
  name: 'accessKeySecret',
  label: texts.accessKeySecret,
  type: 'password',
  error: errors.accessKeySecret,
  autocomplete: 'off',
})}`;
}

function networkField(
  visit: Visit,
  name: 'controlNetwork' | 'messageNetwork',
  label: string,
  hint: string,
  values: ActivationValues,
  errors: FieldErrors,
): Markup {
  const { networkInternet, networkVpc } = visit.texts;
  const option = (value: string, text: string) =>
    html`<option value="${value}" ${value === values[name] ? html`selected` : ''}>${text}</option>`;
  const control = (attributes: Markup) =>
    html`<select ${attributes}>${option('INTERNET', networkInternet)}${option('VPC', networkVpc)}</select>`;
  return field(visit, { name, label, hint, error: errors[name], control });
}

/** In the order of the form. */
export function listErrors(errors: FieldErrors): readonly { field: string | null; problem: FieldProblem }[] {
  const order = ['form', 'certificate', 'accessKeyId', 'accessKeySecret', 'password', 'passwordAgain'] as const;
  const networks = ['controlNetwork', 'messageNetwork'] as const;
  const idOf = (name: string) => (name === 'form' ? null : name === 'certificate' ? 'certificateFile' : name);
  return [...order, ...networks].flatMap((name) => {
    const problem = errors[name];
    return problem ? [{ field: idOf(name), problem }] : [];
  });
}
