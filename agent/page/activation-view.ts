import { html } from 'hono/html';
import { type FieldProblem, problemSentence } from '../activation/field-problem.ts';
import { type ActivationField, type FieldErrors, shortestPassword } from '../activation/form.ts';
import type { Markup } from './layout.ts';

/** What the form shows again after an error; secrets are never sent back. */
export interface ActivationValues {
  readonly accessKeyId: string;
  readonly certificate: string;
  readonly controlNetwork: string;
  readonly messageNetwork: string;
}

export const emptyActivationValues: ActivationValues = {
  accessKeyId: '',
  certificate: '',
  controlNetwork: 'INTERNET',
  messageNetwork: 'INTERNET',
};

interface FormView {
  readonly values: ActivationValues;
  readonly errors: FieldErrors;
  readonly csrfToken: string;
}

/** The activation form, for a first activation and for every later one. */
export function activationFormView({ values, errors, csrfToken }: FormView): Markup {
  const text = (name: ActivationField, label: string, attributes: Markup | string, hint = '') =>
    field(
      name,
      label,
      errors[name],
      hint,
      (describedBy) => html`<input id="${name}" name="${name}" required ${attributes} ${describedBy}>`,
    );
  const network = (name: 'controlNetwork' | 'messageNetwork', label: string, hint: string) =>
    field(
      name,
      label,
      errors[name],
      hint,
      (describedBy) => html`<select id="${name}" name="${name}" ${describedBy}>
${networkOption('INTERNET', 'Internet', values[name])}${networkOption('VPC', 'VPC (internal)', values[name])}
</select>`,
    );
  return html`<form method="post" action="/activate" enctype="multipart/form-data" novalidate aria-label="Activate this gateway">
<input type="hidden" name="csrfToken" value="${csrfToken}">
${Object.keys(errors).length > 0 ? html`<p class="alert" role="alert">${errors.form ? problemSentence(errors.form) : 'Nothing was activated. Correct the marked fields; secrets have to be entered again.'}</p>` : ''}
<fieldset><legend>Certificate</legend>
${field('certificateFile', 'Certificate file', errors.certificate, 'Downloaded when the gateway was created; it expires when the gateway is silent for five days.', (describedBy) => html`<input id="certificateFile" name="certificateFile" type="file" ${describedBy}>`)}
${field('certificate', 'or its content', undefined, '', () => html`<textarea id="certificate" name="certificate" spellcheck="false" autocomplete="off">${values.certificate}</textarea>`)}
</fieldset>
<fieldset><legend>Access key</legend>
${text('accessKeyId', 'AccessKey ID', html`value="${values.accessKeyId}" autocomplete="off" spellcheck="false"`)}
${text('accessKeySecret', 'AccessKey secret', html`type="password" autocomplete="off"`, 'Used once, to prove whose gateway this is; it is not stored.')}
</fieldset>
<fieldset><legend>Password of this page</legend>
${text('password', 'New password', html`type="password" minlength="${shortestPassword}" autocomplete="new-password"`, `At least ${shortestPassword} characters.`)}
${text('passwordAgain', 'New password again', html`type="password" autocomplete="new-password"`)}
</fieldset>
<fieldset><legend>Networks</legend>
${network('controlNetwork', 'Control network', 'How this gateway reaches the control plane.')}
${network('messageNetwork', 'Message network', 'How it reaches the message broker; work goes on without it, a little later.')}
</fieldset>
<button>Activate</button>
</form>`;
}

function field(
  name: string,
  label: string,
  error: FieldProblem | undefined,
  hint: string,
  control: (attributes: Markup | string) => Markup,
): Markup {
  const describedBy = [error ? `${name}-error` : '', hint ? `${name}-hint` : ''].filter(Boolean).join(' ');
  const attributes = html`${error ? html`aria-invalid="true" ` : ''}${describedBy ? html`aria-describedby="${describedBy}"` : ''}`;
  return html`<div class="field"><label for="${name}">${label}</label>
${control(attributes)}
${error ? html`<p class="error" id="${name}-error">${problemSentence(error)}</p>` : ''}
${hint ? html`<p class="hint" id="${name}-hint">${hint}</p>` : ''}</div>`;
}

function networkOption(value: string, label: string, chosen: string): Markup {
  return value === chosen
    ? html`<option value="${value}" selected>${label}</option>`
    : html`<option value="${value}">${label}</option>`;
}
