import { createHash } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { ControlContext } from '../context.ts';
import type { GatewayTable } from '../database/tables.ts';
import type { GatewayLogin } from '../message-access.ts';
import { signingKey } from '../signing-key.ts';
import { clientIdOf, mayUseMessages, openMessageSecret } from './message-credentials.ts';

/** Names this control plane at the broker: its signing key, which all of its processes share. */
export async function installationName(control: ControlContext): Promise<string> {
  const { publicKey } = await signingKey(control);
  return createHash('sha256')
    .update(publicKey.export({ format: 'der', type: 'spki' }))
    .digest('hex')
    .slice(0, 16);
}

/** What the broker has to know of this gateway now; undefined: nothing (any more). */
export async function messageLogin(control: ControlContext, gatewayId: string): Promise<GatewayLogin | undefined> {
  const gateway = await control.db
    .selectFrom('gateway')
    .select(['id', 'message_secret_sealed', 'status'])
    .where('id', '=', gatewayId)
    .executeTakeFirst();
  return gateway && loginOf(control, gateway, await installationName(control));
}

/** All logins there should be. */
export async function messageLogins(control: ControlContext): Promise<readonly GatewayLogin[]> {
  const installation = await installationName(control);
  const gateways = await control.db
    .selectFrom('gateway')
    .select(['id', 'message_secret_sealed', 'status'])
    .where('message_secret_sealed', 'is not', null)
    .execute();
  return gateways.flatMap((gateway) => loginOf(control, gateway, installation) ?? []);
}

function loginOf(
  control: ControlContext,
  { id, message_secret_sealed, status }: Pick<Selectable<GatewayTable>, 'id' | 'message_secret_sealed' | 'status'>,
  installation: string,
): GatewayLogin | undefined {
  if (!message_secret_sealed || !mayUseMessages(status)) return undefined;
  const password = openMessageSecret(control, { id, message_secret_sealed });
  return { gatewayId: id, clientId: clientIdOf(id), password, installation };
}
