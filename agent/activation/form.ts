import type { AccessKeyPair } from '../../drivers/identity/contract.ts';
import type { NetworkType } from '../../drivers/network/contract.ts';
import { type CertificatePayload, readCertificate } from '../../protocol/certificate.ts';
import { controlBaseUrl } from '../control-channel/base-url.ts';
import type { AgentDrivers } from '../drivers.ts';
import { type FieldProblem, formProblem, problemOf } from './field-problem.ts';

/** What the activation page sends, as typed. */
export interface ActivationForm {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly password: string;
  readonly passwordAgain: string;
  readonly certificate: string;
  readonly controlNetwork: string;
  readonly messageNetwork: string;
  /** Go on although something that is not required cannot be reached; false unless given. */
  readonly acceptProbe?: boolean;
  /** Try nothing beforehand; false unless given. */
  readonly skipProbe?: boolean;
}

export type ActivationField = Exclude<keyof ActivationForm, 'acceptProbe' | 'skipProbe'>;
/** What is wrong with each field; `form` is for what no field is to blame for. */
export type FieldErrors = Partial<Record<ActivationField | 'form', FieldProblem>>;

/** A form that may be sent to the control plane. */
export interface CheckedActivation {
  readonly accessKey: AccessKeyPair;
  readonly password: string;
  readonly certificate: string;
  readonly payload: CertificatePayload;
  readonly controlUrl: string;
  readonly controlNetwork: NetworkType;
  readonly messageNetwork: NetworkType;
}

export const shortestPassword = 6;
const longestPassword = 512;
const longestAccessKeyId = 128;

/** Checks everything that can be known here, so that all errors show at once. */
export function checkActivationForm(
  form: ActivationForm,
  tools: { readonly drivers: Pick<AgentDrivers, 'network'> },
): { readonly checked: CheckedActivation } | { readonly errors: FieldErrors } {
  const errors: FieldErrors = {};
  const accessKey = checkAccessKey(form);
  if ('errors' in accessKey) Object.assign(errors, accessKey.errors);
  Object.assign(errors, passwordErrors(form));

  const controlNetwork = networkOf(form.controlNetwork);
  const messageNetwork = networkOf(form.messageNetwork);
  if (!controlNetwork) errors.controlNetwork = formProblem('CONTROL_NETWORK_MISSING');
  if (!messageNetwork) errors.messageNetwork = formProblem('MESSAGE_NETWORK_MISSING');

  const certificate = form.certificate.trim();
  const payload = certificate ? readOrExplain(certificate, errors) : undefined;
  if (!certificate) errors.certificate = formProblem('CERTIFICATE_MISSING');
  const controlUrl = payload && controlNetwork && urlOrExplain(payload, controlNetwork, tools.drivers, errors);
  if (payload?.messageUrls && messageNetwork && !payload.messageUrls[messageNetwork])
    errors.messageNetwork = formProblem('MESSAGE_NETWORK_NOT_IN_CERTIFICATE');

  if (Object.keys(errors).length > 0 || 'errors' in accessKey) return { errors };
  if (!payload || !controlUrl || !controlNetwork || !messageNetwork) return { errors };
  const { checked } = accessKey;
  const { password } = form;
  return {
    checked: { accessKey: checked, password, certificate, payload, controlUrl, controlNetwork, messageNetwork },
  };
}

/** An access key as it was typed or pasted, without the spaces around it. */
export function checkAccessKey(
  typed: AccessKeyPair,
): { readonly checked: AccessKeyPair } | { readonly errors: Pick<FieldErrors, 'accessKeyId' | 'accessKeySecret'> } {
  const accessKeyId = typed.accessKeyId.trim();
  const accessKeySecret = typed.accessKeySecret.trim();
  const errors: Pick<FieldErrors, 'accessKeyId' | 'accessKeySecret'> = {};
  if (!accessKeyId) errors.accessKeyId = formProblem('ACCESS_KEY_ID_MISSING');
  else if (accessKeyId.length > longestAccessKeyId)
    errors.accessKeyId = formProblem('ACCESS_KEY_ID_TOO_LONG', { most: longestAccessKeyId });
  if (!accessKeySecret) errors.accessKeySecret = formProblem('ACCESS_KEY_SECRET_MISSING');
  return Object.keys(errors).length > 0 ? { errors } : { checked: { accessKeyId, accessKeySecret } };
}

/** What is wrong with a new password that was entered twice. */
export function passwordErrors({
  password,
  passwordAgain,
}: Pick<ActivationForm, 'password' | 'passwordAgain'>): Pick<FieldErrors, 'password' | 'passwordAgain'> {
  if (password.length < shortestPassword)
    return { password: formProblem('PASSWORD_TOO_SHORT', { least: shortestPassword }) };
  if (password.length > longestPassword)
    return { password: formProblem('PASSWORD_TOO_LONG', { most: longestPassword }) };
  return password === passwordAgain ? {} : { passwordAgain: formProblem('PASSWORDS_DIFFER') };
}

function readOrExplain(certificate: string, errors: FieldErrors): CertificatePayload | undefined {
  try {
    // Whether it has expired is for the control plane to say: the clock here may be wrong.
    return readCertificate(certificate);
  } catch (error) {
    errors.certificate = problemOf(error);
  }
  return undefined;
}

function urlOrExplain(
  payload: CertificatePayload,
  network: NetworkType,
  drivers: Pick<AgentDrivers, 'network'>,
  errors: FieldErrors,
): string | undefined {
  if (!payload.controlUrls[network]) {
    errors.controlNetwork = formProblem('NETWORK_NOT_IN_CERTIFICATE');
    return undefined;
  }
  try {
    return controlBaseUrl(payload, network, drivers);
  } catch (error) {
    errors.controlNetwork = problemOf(error);
    return undefined;
  }
}

function networkOf(value: string): NetworkType | undefined {
  return value === 'VPC' || value === 'INTERNET' ? value : undefined;
}
