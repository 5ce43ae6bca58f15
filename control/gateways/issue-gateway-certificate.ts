import { z } from 'zod';
import { isOneOf } from '../by-ids.ts';
import type { ControlContext } from '../context.ts';
import { NotFoundError } from '../errors.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { idempotent } from '../idempotency.ts';
import { idempotencyKeySchema, parseInput } from '../input.ts';
import { type GatewayCertificateRow, gatewayCertificateColumns } from '../rows.ts';
import { signingKey } from '../signing-key.ts';
import { requireScope, type Viewer, visible } from '../viewer.ts';
import { certificateFileName, insertCertificate } from './certificate.ts';

const issueInput = z.object({ gatewayId: z.string(), idempotencyKey: idempotencyKeySchema });
export type IssueGatewayCertificateInput = z.input<typeof issueInput>;

export interface IssuedCertificate {
  readonly certificate: GatewayCertificateRow;
  /** The file to be given to the gateway, shown this once; null in a replay. */
  readonly content: string | null;
  readonly fileName: string;
}

/** Issues the file a gateway is activated with, and voids every earlier one of it that was not used. */
export async function issueGatewayCertificate(
  control: ControlContext,
  viewer: Viewer,
  input: IssueGatewayCertificateInput,
): Promise<IssuedCertificate> {
  requireScope(viewer, 'gateway:write');
  const { gatewayId, idempotencyKey } = parseInput(issueInput, input);
  const signer = await signingKey(control);
  return inTransaction(control, async (trx, emit) => {
    const request = { field: 'issueGatewayCertificate', key: idempotencyKey, input: { gatewayId } };
    const { id, replayed } = await idempotent(trx, control, viewer, request);
    const gateway = await trx
      .selectFrom('gateway')
      .innerJoin('vault', 'vault.id', 'gateway.vault_id')
      .select([
        'gateway.id',
        'gateway.name',
        'gateway.resource_group_id',
        'gateway.use_https',
        'gateway.network_type',
        'vault.region_id',
        'vault.location',
      ])
      .where(isOneOf('gateway.id', [gatewayId]))
      .where(visible(viewer, 'gateway.resource_group_id'))
      .where('gateway.status', '!=', 'DELETING')
      .forUpdate('gateway')
      .executeTakeFirst();
    if (!gateway) throw new NotFoundError('gateway');
    const fileName = certificateFileName(gateway.name, id);
    if (replayed) {
      const certificate = await trx
        .selectFrom('gateway_certificate')
        .select(gatewayCertificateColumns)
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      return { certificate, content: null, fileName };
    }

    const issued = await insertCertificate(control, trx, emit, { id, gateway, viewer, signer });
    return { ...issued, fileName };
  });
}
