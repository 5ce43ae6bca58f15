import { createHash, timingSafeEqual } from 'node:crypto';
import type { MessageChannel } from '../../protocol/activation.ts';
import { downTopic, upTopic } from '../../protocol/messages.ts';
import type { ControlContext } from '../context.ts';
import { isUuid } from '../input.ts';

/** Where a gateway's message secret is sealed at rest. */
export const messageSecretPlace = (gatewayId: string) => ({
  table: 'gateway',
  column: 'message_secret_sealed',
  id: gatewayId,
});

const clientIdOf = (gatewayId: string) => `holdfast-${gatewayId}`;

/** How a gateway connects to the message channel at `url`. */
export function messageChannelOf(
  control: ControlContext,
  gateway: { readonly id: string; readonly message_secret_sealed: Buffer },
  url: string,
): MessageChannel {
  return {
    url,
    clientId: clientIdOf(gateway.id),
    username: gateway.id,
    password: control.vault.open(gateway.message_secret_sealed, messageSecretPlace(gateway.id)).toString('utf8'),
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
  if (!gateway?.message_secret_sealed || gateway.status === 'DELETING') return undefined;
  const secret = control.vault.open(gateway.message_secret_sealed, messageSecretPlace(gatewayId));
  return timingSafeEqual(sha256(Buffer.from(password)), sha256(secret)) ? { gatewayId } : undefined;
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
