import type { z } from 'zod';
import { testVcenterResult } from '../../protocol/work.ts';
import type { PlainVcenterAccess } from '../commands/command-input.ts';
import { runCommand } from '../commands/run-command.ts';
import type { ControlContext } from '../context.ts';
import { connectionError } from './connection-errors.ts';

export type { MissingPrivilegeBody } from '../../protocol/work.ts';
export type TestedLogin = z.infer<typeof testVcenterResult>;

/**
 * Logs in through a gateway, once, and tells what answered. Throws CertificateNotTrustedError, VcenterConnectionError, GatewayUnavailableError, or
 * the signal's reason.
 */
export async function testLogin(
  control: ControlContext,
  gatewayId: string,
  vcenter: PlainVcenterAccess,
  signal?: AbortSignal,
): Promise<TestedLogin> {
  const result = await runCommand(control, gatewayId, { kind: 'TEST_VCENTER', vcenter }, signal);
  if (!result.ok) throw connectionError(result);
  return testVcenterResult.parse(result.result);
}
