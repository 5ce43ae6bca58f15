import type { IncomingMessage } from 'node:http';
import type { DriverError } from '../../../../base/errors.ts';
import { formatAddress, type ServerAddress } from '../address.ts';
import { driverError } from '../errors.ts';

const longestReason = 200;

export function leaseLost(why: string, cause?: unknown): DriverError {
  return driverError(
    'transient',
    'LEASE_LOST',
    `vSphere took the right to transfer the disks back: ${why}`,
    'Try again; if it happens again, look at the tasks of the virtual machine in the vSphere Client.',
    cause,
  );
}

export function hostUnreachable(address: ServerAddress, reason: string, cause?: unknown): DriverError {
  const where = formatAddress(address);
  return driverError(
    'transient',
    'UNREACHABLE',
    `${where} cannot be reached for the transfer of disks: ${reason}`,
    `Open TCP port ${address.port} from the gateway to ${address.host} in the firewall, and check that the gateway can resolve the name.`,
    cause,
  );
}

export function hostSilent(address: ServerAddress, idleMs: number): DriverError {
  return driverError(
    'transient',
    'TIMEOUT',
    `${formatAddress(address)} sent and took nothing for ${Math.round(idleMs / 1000)} s while a disk was transferred.`,
    'Check the load of the ESXi host and the network to it, then try again.',
  );
}

/** What an answer other than success means. The answer's text is read for its reason, and nothing is followed. */
export async function refusedTransfer(address: ServerAddress, answer: IncomingMessage): Promise<DriverError> {
  const status = answer.statusCode ?? 0;
  const reason = await textOf(answer);
  const message = `${formatAddress(address)} answered a transfer of disks with HTTP status ${status}${reason && `: ${reason}`}.`;
  if (status === 404 || status === 410) return leaseLost(message);
  // One of the few connections that the NFC service of a host or of vCenter gives.
  if (status === 429 || status === 503)
    return driverError('transient', 'BUSY', message, 'Try again when other backups of this host have ended.');
  if (status >= 500)
    return driverError(
      'transient',
      'TASK_FAILED',
      message,
      "Try again; if it stays, the host's log (hostd.log) has the reason.",
    );
  return driverError(
    'permanent',
    'NOT_SUPPORTED',
    message,
    'Check that no proxy stands between the gateway and the ESXi host.',
  );
}

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = '';
  try {
    for await (const piece of answer.setEncoding('utf8')) {
      text += String(piece);
      if (text.length >= longestReason) break;
    }
  } catch {
    // The status says enough.
  }
  answer.destroy();
  return text
    .slice(0, longestReason)
    .replaceAll(/<[^>]*>|\p{Cc}/gu, ' ')
    .trim();
}
