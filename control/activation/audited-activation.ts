import type {
  AccessKeyResponse,
  ActivationRequest,
  ActivationResponse,
  IdentityProof,
} from '../../protocol/activation.ts';
import { audited, type RequestOrigin } from '../audit/record.ts';
import type { ControlContext } from '../context.ts';
import { activateGateway } from './activate.ts';
import { knownCertificate } from './certificate-row.ts';
import type { GatewayPrincipal } from './gateway-principal.ts';
import { replaceAccessKey } from './replace-access-key.ts';
import { gatewayNotActivated } from './sealing-key.ts';

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

/** As {@link replaceAccessKey}, with an entry in the audit log: whoever stands before a gateway's page is known to nobody else. */
export async function replaceAccessKeyAudited(
  control: ControlContext,
  principal: GatewayPrincipal,
  request: IdentityProof,
  origin: RequestOrigin,
  signal: AbortSignal,
): Promise<AccessKeyResponse> {
  const gateway = await control.db
    .selectFrom('gateway')
    .select(['id', 'name', 'resource_group_id'])
    .where('id', '=', principal.gatewayId)
    .executeTakeFirst();
  if (!gateway) throw gatewayNotActivated();
  return audited(
    control,
    {
      actor: { kind: 'GATEWAY', accessKeyId: null, keyId: null, name: gateway.name },
      action: 'gateway.replaceAccessKey',
      input: [{ path: 'accessKeyId', value: request.proof.accessKeyId.slice(0, 128) }],
      withheld: ['accessKeySecret'],
      subjects: [{ type: 'Gateway', id: gateway.id }],
      origin,
    },
    () => replaceAccessKey(control, principal, request, signal),
    () => ({ errorCode: null, subjects: [], resourceGroupIds: [gateway.resource_group_id] }),
  );
}
