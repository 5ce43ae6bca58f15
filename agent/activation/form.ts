import { HoldfastError } from '../../base/errors.ts';
import type { NetworkType } from '../../drivers/network/contract.ts';
import { type CertificatePayload, readCertificate } from '../../protocol/certificate.ts';
import { controlBaseUrl } from '../control-channel/base-url.ts';
import type { AgentDrivers } from '../drivers.ts';

/** What the activation page sends, as typed. */
export interface ActivationForm {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly password: string;
  readonly passwordAgain: string;
  readonly certificate: string;
  readonly controlNetwork: string;
  readonly messageNetwork: string;
}

export type ActivationField = keyof ActivationForm;
/** One sentence for each field that is wrong; `form` is for what no field is to blame for. */
export type FieldErrors = Partial<Record<ActivationField | 'form', string>>;

/** A form that may be sent to the control plane. */
export interface CheckedActivation {
  readonly accessKey: { readonly accessKeyId: string; readonly accessKeySecret: string };
  readonly password: string;
  readonly certificate: string;
  readonly payload: CertificatePayload;
  readonly controlUrl: string;
  readonly controlNetwork: NetworkType;
  readonly messageNetwork: NetworkType;
}

export const shortestPassword = 6;
const longestPassword = 512;

/** Checks everything that can be known here, so that all errors show at once. */
export function checkActivationForm(
  form: ActivationForm,
  tools: { readonly drivers: Pick<AgentDrivers, 'network'> },
): { readonly checked: CheckedActivation } | { readonly errors: FieldErrors } {
  const errors: FieldErrors = {};
  const accessKeyId = form.accessKeyId.trim();
  if (!accessKeyId) errors.accessKeyId = 'Enter the AccessKey ID.';
  else if (accessKeyId.length > 128) errors.accessKeyId = 'An AccessKey ID has at most 128 characters.';
  if (!form.accessKeySecret.trim()) errors.accessKeySecret = 'Enter the AccessKey secret.';
  if (form.password.length < shortestPassword)
    errors.password = `Choose a password of at least ${shortestPassword} characters.`;
  else if (form.password.length > longestPassword)
    errors.password = `Choose a password of at most ${longestPassword} characters.`;
  else if (form.password !== form.passwordAgain) errors.passwordAgain = 'The two passwords are not the same.';

  const controlNetwork = networkOf(form.controlNetwork);
  const messageNetwork = networkOf(form.messageNetwork);
  if (!controlNetwork) errors.controlNetwork = 'Choose the network of the control channel.';
  if (!messageNetwork) errors.messageNetwork = 'Choose the network of the message channel.';

  const certificate = form.certificate.trim();
  const payload = certificate ? readOrExplain(certificate, errors) : undefined;
  if (!certificate) errors.certificate = 'Choose the certificate file, or paste its content.';
  const controlUrl = payload && controlNetwork && urlOrExplain(payload, controlNetwork, tools.drivers, errors);

  if (Object.keys(errors).length > 0 || !payload || !controlUrl || !controlNetwork || !messageNetwork)
    return { errors };
  const accessKey = { accessKeyId, accessKeySecret: form.accessKeySecret.trim() };
  return {
    checked: { accessKey, password: form.password, certificate, payload, controlUrl, controlNetwork, messageNetwork },
  };
}

function readOrExplain(certificate: string, errors: FieldErrors): CertificatePayload | undefined {
  try {
    // Whether it has expired is for the control plane to say: the clock here may be wrong.
    return readCertificate(certificate);
  } catch (error) {
    errors.certificate = explain(error);
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
    errors.controlNetwork = 'The certificate names no control plane address in this network. Choose the other one.';
    return undefined;
  }
  try {
    return controlBaseUrl(payload, network, drivers);
  } catch (error) {
    errors.controlNetwork = explain(error);
    return undefined;
  }
}

/** Message and remedy of an error meant for people; anything else is a defect and passes. */
export function explain(error: unknown): string {
  if (error instanceof HoldfastError) return `${error.message} ${error.remedy}`;
  throw error;
}

function networkOf(value: string): NetworkType | undefined {
  return value === 'VPC' || value === 'INTERNET' ? value : undefined;
}
