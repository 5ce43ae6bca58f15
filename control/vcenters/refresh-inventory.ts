import { z } from 'zod';
import { isOneOf } from '../by-ids.ts';
import { insertCommand } from '../commands/insert-command.ts';
import type { ControlContext } from '../context.ts';
import { GatewayUnavailableError, NotFoundError } from '../errors.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { idempotent } from '../idempotency.ts';
import { idempotencyKeySchema, parseInput } from '../input.ts';
import { type VcenterRow, vcenterColumns } from '../rows.ts';
import { requireScope, type Viewer, visible } from '../viewer.ts';
import { wakeGateway } from '../wake-gateway.ts';

/** A big inventory takes longer than an ordinary command. */
export const refreshDeadlineMs = 10 * 60_000;

const refreshInput = z.object({ vcenterId: z.string(), idempotencyKey: idempotencyKeySchema });
export type RefreshInventoryInput = z.input<typeof refreshInput>;

/**
 * Asks a gateway for the vCenter's inventory and returns at once, with `inventory_state` REFRESHING; the event INVENTORY_REFRESHED says when it
 * is done. A refresh that runs already is replaced. Throws GatewayUnavailableError when none of its gateways is connected.
 */
export async function refreshInventory(
  control: ControlContext,
  viewer: Viewer,
  input: RefreshInventoryInput,
): Promise<{ readonly vcenter: VcenterRow }> {
  requireScope(viewer, 'vcenter:write');
  const { vcenterId, idempotencyKey } = parseInput(refreshInput, input);
  const { row, gatewayId } = await inTransaction(control, async (trx) => {
    const request = { field: 'refreshInventory', key: idempotencyKey, input: { vcenterId } };
    const { id: refreshId, replayed } = await idempotent(trx, control, viewer, request);
    const vcenter = await trx
      .selectFrom('vcenter')
      .select([...vcenterColumns, 'vcenter.password_sealed'])
      .where(isOneOf('vcenter.id', [vcenterId]))
      .where(visible(viewer, 'vcenter.resource_group_id'))
      .forUpdate()
      .executeTakeFirst();
    if (!vcenter) throw new NotFoundError('vCenter');
    const { password_sealed: sealedPassword, ...row } = vcenter;
    if (replayed) return { row, gatewayId: undefined };
    const gateway = await trx
      .selectFrom('vcenter_gateway')
      .innerJoin('gateway', 'gateway.id', 'vcenter_gateway.gateway_id')
      .select('gateway.id')
      .where('vcenter_gateway.vcenter_id', '=', row.id)
      .where('gateway.status', '=', 'ACTIVATED')
      .orderBy('gateway.last_seen_at', (order) => order.desc().nullsLast())
      .limit(1)
      .executeTakeFirst();
    if (!gateway) throw noGateway();
    await trx
      .updateTable('vcenter')
      .set({ inventory_state: 'REFRESHING', inventory_refresh_id: refreshId })
      .where('id', '=', row.id)
      .execute();
    const password = control.vault
      .open(sealedPassword, { table: 'vcenter', column: 'password_sealed', id: row.id })
      .toString('utf8');
    const access = {
      vcenterId: row.id,
      platformDriver: row.platform_driver,
      address: row.address,
      username: row.username,
      password,
      trustedFingerprint: row.trusted_fingerprint,
    };
    const command = { kind: 'REFRESH_INVENTORY', refreshId, vcenter: access } as const;
    await insertCommand(control, trx, gateway.id, command, { deadlineMs: refreshDeadlineMs });
    return {
      row: { ...row, inventory_state: 'REFRESHING' as const, inventory_refresh_id: refreshId },
      gatewayId: gateway.id,
    };
  });
  if (gatewayId !== undefined) await wakeGateway(control, gatewayId, 'COMMAND');
  return { vcenter: row };
}

function noGateway(): GatewayUnavailableError {
  return new GatewayUnavailableError(
    'GATEWAY_OFFLINE',
    'No gateway that reaches this vCenter is connected.',
    'Start the gateway, or add the vCenter through another one, then refresh again.',
  );
}
