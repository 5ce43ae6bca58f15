import type { ActivationRequest, ActivationResponse } from '../../protocol/activation.ts';
import { audited, type RequestOrigin } from '../audit/record.ts';
import type { ControlContext } from '../context.ts';
import { activateGateway } from './activate.ts';
import { knownCertificate } from './certificate-row.ts';

/** As {@link activateGateway}, with an entry in the audit log; one whose certificate is none of ours is nobody's action. */
export async function activateGatewayAudited(
  control: ControlContext,
  request: ActivationRequest,
  origin: RequestOrigin,
  signal: AbortSignal,
): Promise<ActivationResponse> {
  const { gateway, certificate } = await knownCertificate(control, request.certificate);
  const subjects = [
    { type: 'Gateway', id: gateway.id },
    { type: 'GatewayCertificate', id: certificate.id },
  ];
  return audited(
    control,
    {
      actor: { kind: 'GATEWAY', accessKeyId: null, keyId: null, name: gateway.name },
      action: 'gateway.activate',
      input: [
        { path: 'accessKeyId', value: request.proof.accessKeyId.slice(0, 128) },
        { path: 'controlNetwork', value: request.controlNetwork },
        { path: 'messageNetwork', value: request.messageNetwork },
      ],
      withheld: ['accessKeySecret'],
      subjects,
      origin,
    },
    () => activateGateway(control, request, signal),
    () => ({ errorCode: null, subjects: [], resourceGroupIds: [gateway.resource_group_id] }),
  );
}
