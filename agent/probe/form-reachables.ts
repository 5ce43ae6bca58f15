import { HoldfastError } from '../../base/errors.ts';
import type { NetworkType } from '../../drivers/network/contract.ts';
import { readCertificate } from '../../protocol/certificate.ts';
import type { CheckedActivation } from '../activation/form.ts';
import { controlBaseUrl } from '../control-channel/base-url.ts';
import type { AgentDrivers } from '../drivers.ts';
import type { Reachables } from './probe-endpoints.ts';
import type { ProbeTarget } from './probe-report.ts';
import { serversOf } from './told-servers.ts';

/** What a gateway activated like this would have to reach. */
export function reachablesOf({
  payload,
  controlUrl,
  messageNetwork,
}: Pick<CheckedActivation, 'payload' | 'controlUrl' | 'messageNetwork'>): Reachables {
  const { controlCa } = payload;
  return { controlUrl, controlCa, servers: serversOf(payload, messageNetwork), vcenters: [] };
}

/** The same of a form that is not whole yet. Throws CERTIFICATE_INVALID, BAD_CONFIGURATION or CONTROL_URL_INSECURE. */
export function reachablesOfForm(
  form: Extract<ProbeTarget, { readonly kind: 'FORM' }>,
  tools: { readonly drivers: Pick<AgentDrivers, 'network'> },
): Reachables {
  const payload = readCertificate(form.certificate);
  const controlNetwork = networkOf(form.controlNetwork);
  const controlUrl = controlBaseUrl(payload, controlNetwork, tools.drivers);
  return reachablesOf({ payload, controlUrl, messageNetwork: networkOf(form.messageNetwork) });
}

function networkOf(value: string): NetworkType {
  if (value === 'VPC' || value === 'INTERNET') return value;
  throw new HoldfastError({
    code: 'BAD_CONFIGURATION',
    message: `${JSON.stringify(value)} is no network.`,
    remedy: 'Choose VPC or INTERNET.',
    retryable: false,
  });
}
