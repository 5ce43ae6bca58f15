import type { AgentTools } from '../options.ts';
import type { ActivationRecord } from '../state/records.ts';
import { ControlClient } from './control-client.ts';

/** The control channel of the gateway that was activated like this. */
export function controlClientOf(
  record: ActivationRecord,
  { clock, ids }: Pick<AgentTools, 'clock' | 'ids'>,
): ControlClient {
  return new ControlClient({
    address: { baseUrl: record.controlUrl, ca: record.controlCa },
    gatewayId: record.gatewayId,
    signingKey: Buffer.from(record.keys.signing, 'base64'),
    clock,
    ids,
  });
}
