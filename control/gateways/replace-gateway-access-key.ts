import { z } from 'zod';
import { sealedSecret } from '../../protocol/primitives.ts';
import { seal, sealContext } from '../../protocol/sealed.ts';
import type { CommandResult } from '../../protocol/work.ts';
import { sealingKeyOf } from '../activation/sealing-key.ts';
import { isOneOf } from '../by-ids.ts';
import { runCommand } from '../commands/run-command.ts';
import type { ControlContext } from '../context.ts';
import { AccessKeyRefusedError, GatewayUnavailableError, NotFoundError } from '../errors.ts';
import { parseInput } from '../input.ts';
import { requireVersion } from '../require-version.ts';
import { type GatewayRow, gatewayColumns } from '../rows.ts';
import { requireScope, type Viewer, visible } from '../viewer.ts';
import { statusReason } from './status-reason.ts';

const issue = { error: 'give either accessKeySecret or sealedAccessKeySecret', params: { code: 'ONE_OF' } };
const replaceInput = z
  .object({
    gatewayId: z.string(),
    accessKeyId: z.string().trim().min(1, 'must not be empty').max(128),
    accessKeySecret: z.string().min(1, 'must not be empty').max(1_024).nullish(),
    sealedAccessKeySecret: sealedSecret.nullish(),
    expectedVersion: z.int().positive().nullish(),
  })
  .refine((input) => (input.accessKeySecret == null) !== (input.sealedAccessKeySecret == null), {
    ...issue,
    path: ['accessKeySecret'],
  });
export type ReplaceGatewayAccessKeyInput = z.input<typeof replaceInput>;

/**
 * Gives a gateway another access key without anybody going to it: the secret travels sealed to the gateway's own key, and the gateway proves it as if it had been
 * entered on its page. Its present key need not count any more. Throws AccessKeyRefusedError when the key is refused, GatewayUnavailableError when the gateway
 * does not answer in time or has to be activated again.
 */
export async function replaceGatewayAccessKey(
  control: ControlContext,
  viewer: Viewer,
  input: ReplaceGatewayAccessKeyInput,
  signal?: AbortSignal,
): Promise<{ readonly gateway: GatewayRow }> {
  requireScope(viewer, 'gateway:write');
  const { gatewayId, accessKeyId, accessKeySecret, sealedAccessKeySecret, expectedVersion } = parseInput(
    replaceInput,
    input,
  );
  const gateway = await readGateway(control, viewer, gatewayId);
  requireVersion(gateway, expectedVersion);
  checkReachable(gateway);
  const secret = sealedAccessKeySecret ?? sealTo(control, gateway, accessKeySecret ?? '');
  const command = { kind: 'REPLACE_ACCESS_KEY' as const, accessKeyId, sealedSecret: secret };
  const result = await runCommand(control, gateway.id, command, signal);
  if (!result.ok) throw refusal(result.error);
  return { gateway: await readGateway(control, viewer, gatewayId) };
}

async function readGateway(control: ControlContext, viewer: Viewer, gatewayId: string): Promise<GatewayRow> {
  const gateway = await control.db
    .selectFrom('gateway')
    .select(gatewayColumns)
    .where(isOneOf('gateway.id', [gatewayId]))
    .where('gateway.deleted_at', 'is', null)
    .where(visible(viewer, 'gateway.resource_group_id'))
    .executeTakeFirst();
  if (!gateway) throw new NotFoundError('gateway');
  return gateway;
}

/** Only the gateway's own private key opens it; the context keeps it from being passed off as another gateway's secret. */
function sealTo(control: ControlContext, gateway: GatewayRow, accessKeySecret: string) {
  return seal(sealingKeyOf(gateway), Buffer.from(accessKeySecret), sealContext.accessKey(gateway.id), control.ids);
}

/** What no new access key mends is told at once, and not after a deadline. */
function checkReachable(gateway: GatewayRow): void {
  if (!['NOT_ACTIVATED', 'CERTIFICATE_EXPIRED', 'DELETING'].includes(gateway.status)) return;
  const reason = statusReason(gateway);
  throw new GatewayUnavailableError('GATEWAY_NOT_ACTIVATED', reason?.message ?? '', reason?.remedy ?? '');
}

function refusal({ code, message, remedy, retryable }: Extract<CommandResult, { ok: false }>['error']) {
  return new AccessKeyRefusedError({ code, message, remedy, retryable });
}
