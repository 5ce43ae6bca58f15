import { createHash, timingSafeEqual } from 'node:crypto';
import type { MessageChannel } from '../../protocol/activation.ts';
import { downTopic, upTopic } from '../../protocol/messages.ts';
import type { ControlContext } from '../context.ts';
import type { GatewayStatus } from '../database/tables.ts';
import { isUuid } from '../input.ts';

/** Where a gateway's message secret is sealed at rest. */
export const messageSecretPlace = (gatewayId: string) => ({
  table: 'gateway',
  column: 'message_secret_sealed',
  id: gatewayId,
});

/** The one client id a gateway's credentials are good for. */
export const clientIdOf = (gatewayId: string): string => `holdfast-${gatewayId}`;

export function openMessageSecret(
  control: Pick<ControlContext, 'vault'>,
  gateway: { readonly id: string; readonly message_secret_sealed: Buffer },
): string {
  return control.vault.open(gateway.message_secret_sealed, messageSecretPlace(gateway.id)).toString('utf8');
}

/**
 * Whether a gateway may use the message channel at all. One whose access key has expired may still tell how what it has begun goes on, and so may one that is being deleted; once it
 * is gone it has no secret any more.
 */
export function mayUseMessages(status: GatewayStatus): boolean {
  return status !== 'CERTIFICATE_EXPIRED';
}

/** How a gateway connects to the message channel at `url`: with credentials of its own, or with those the operator made for all gateways. */
export function messageChannelOf(
  control: ControlContext,
  gateway: { readonly id: string; readonly message_secret_sealed: Buffer },
  url: string,
): MessageChannel {
  const { messageCa, messageLogin } = control.config;
  return {
    url,
    ca: messageCa,
    clientId: clientIdOf(gateway.id),
    ...(messageLogin ?? { username: gateway.id, password: openMessageSecret(control, gateway) }),
    downTopic: downTopic(gateway.id),
    upTopic: upTopic(gateway.id),
  };
}

/** For the embedded broker: whose credentials these are; undefined when they are nobody's (any more). */
export async function verifyMessageCredentials(
  control: ControlContext,
  credentials: { readonly clientId: string; readonly username: string; readonly password: string },
): Promise<{ readonly gatewayId: string } | undefined> {
  const { clientId, username: gatewayId, password } = credentials;
  if (!isUuid(gatewayId) || clientId !== clientIdOf(gatewayId)) return undefined;
  const gateway = await control.db
    .selectFrom('gateway')
    .select(['message_secret_sealed', 'status'])
    .where('id', '=', gatewayId)
    .executeTakeFirst();
  if (!gateway?.message_secret_sealed || !mayUseMessages(gateway.status)) return undefined;
  const { message_secret_sealed } = gateway;
  const secret = openMessageSecret(control, { id: gatewayId, message_secret_sealed });
  return timingSafeEqual(sha256(password), sha256(secret)) ? { gatewayId } : undefined;
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
