import type { Selectable, Transaction } from 'kysely';
import type { Database, GatewayTable } from '../database/tables.ts';
import { ConflictError, GatewayUnavailableError, NotFoundError } from '../errors.ts';
import { requireUuid } from '../input.ts';
import { type Viewer, visible } from '../viewer.ts';

export type GatewayRow = Selectable<GatewayTable>;

/**
 * The gateway for a job against a vCenter: the one asked for, or an activated one of that vCenter, preferably one that is online. With
 * `vaultId` only gateways of that vault will do. Throws NotFoundError, ConflictError or GatewayUnavailableError (GATEWAY_NOT_ACTIVATED).
 */
export async function chooseGateway(
  trx: Transaction<Database>,
  viewer: Viewer,
  wanted: { readonly gatewayId?: string | null; readonly vcenterId: string; readonly vaultId?: string },
): Promise<GatewayRow> {
  const { gatewayId, vcenterId, vaultId } = wanted;
  const asked = gatewayId ? await visibleGateway(trx, viewer, requireUuid(gatewayId, 'gateway')) : undefined;
  if (asked && vaultId !== undefined && asked.vault_id !== vaultId) throw ofAnotherVault();
  const candidates = await trx
    .selectFrom('gateway')
    .innerJoin('vcenter_gateway', 'vcenter_gateway.gateway_id', 'gateway.id')
    .selectAll('gateway')
    .where('vcenter_gateway.vcenter_id', '=', vcenterId)
    .where('gateway.deleted_at', 'is', null)
    .where(visible(viewer, 'gateway.resource_group_id'))
    .$if(asked !== undefined, (query) => query.where('gateway.id', '=', asked?.id ?? ''))
    .$if(vaultId !== undefined, (query) => query.where('gateway.vault_id', '=', vaultId ?? ''))
    .orderBy('gateway.created_at')
    .orderBy('gateway.id')
    // Whoever deletes one of them now waits and then sees this job, or is seen here.
    .forKeyShare('gateway')
    .execute();
  if (asked && candidates.length === 0) throw notConnected();
  const activated = candidates.filter((gateway) => gateway.activated_at !== null && gateway.status !== 'DELETING');
  const chosen = activated.find((gateway) => gateway.status === 'ACTIVATED') ?? activated[0];
  if (!chosen) throw noneActivated();
  return chosen;
}

async function visibleGateway(trx: Transaction<Database>, viewer: Viewer, gatewayId: string): Promise<GatewayRow> {
  const gateway = await trx
    .selectFrom('gateway')
    .selectAll('gateway')
    .where('gateway.id', '=', gatewayId)
    .where('gateway.deleted_at', 'is', null)
    .where(visible(viewer, 'gateway.resource_group_id'))
    .executeTakeFirst();
  if (!gateway) throw new NotFoundError('gateway');
  return gateway;
}

function notConnected(): ConflictError {
  return new ConflictError(
    'GATEWAY_NOT_CONNECTED',
    "This gateway does not reach the virtual machine's vCenter.",
    'Choose a gateway of that vCenter, or add the vCenter through this gateway first.',
  );
}

function ofAnotherVault(): ConflictError {
  return new ConflictError(
    'GATEWAY_OF_ANOTHER_VAULT',
    'This gateway works with another vault than the one that holds the recovery point.',
    "Choose a gateway of the recovery point's vault.",
  );
}

function noneActivated(): GatewayUnavailableError {
  return new GatewayUnavailableError(
    'GATEWAY_NOT_ACTIVATED',
    "No activated gateway reaches the virtual machine's vCenter and the vault.",
    'Activate a gateway of that vault and add the vCenter through it.',
  );
}
