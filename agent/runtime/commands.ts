import { withDeadline } from '../../base/abort.ts';
import { errorDetails, isDriverError } from '../../base/errors.ts';
import type { MissingPrivilege, PlatformSession } from '../../drivers/platform/contract.ts';
import type { InventoryBatch } from '../../protocol/inventory.ts';
import { sealContext, unseal } from '../../protocol/sealed.ts';
import { type Command, type CommandResult, emptyResponse } from '../../protocol/work.ts';
import { replaceAccessKey } from '../identity/replace-access-key.ts';
import { runPreflight } from '../jobs/preflight/preflight.ts';
import type { GatewayContext } from './gateway-context.ts';
import { certificateTrouble, settleSession } from './vcenter-trouble.ts';

/** A role that lacks more has another mistake than a forgotten privilege. */
const missingPrivilegesShown = 200;

/** Of the time there is for an answer, what a preflight may look; the rest is for sending what it found. */
const lookingShare = 0.8;

/** Answers one command before `remainingMs` are over; an answer nobody waits for any more is dropped. Never throws. */
export async function answerCommand(
  gateway: GatewayContext,
  command: Command,
  remainingMs: number,
  signal: AbortSignal,
): Promise<void> {
  const { clock, logger } = gateway.tools;
  const log = logger.child({ commandId: command.commandId, command: command.kind });
  try {
    await withDeadline(
      { clock, ms: Math.max(1, remainingMs), what: 'The command', parent: signal },
      async (limited) => {
        const result = await perform(gateway, command, remainingMs, limited).catch((error: unknown) => {
          limited.throwIfAborted();
          // A test may be of a login that nobody uses yet: it says nothing about the sessions there are.
          if (command.kind === 'REFRESH_INVENTORY' || command.kind === 'PREFLIGHT')
            settleSession(gateway, command.vcenter, error);
          // Nor is a job to try again what was refused to a test.
          if (command.kind === 'TEST_VCENTER' && isDriverError(error) && error.code === 'INVALID_LOGIN')
            gateway.sessions.refused(command.vcenter, error);
          return failure(error);
        });
        log.info({ ok: result.ok, ...(result.ok ? {} : { code: result.error.code }) }, 'command answered');
        await gateway.control.call(`/commands/${command.commandId}/result`, result, emptyResponse, {
          signal: limited,
          persistence: 'persistent',
        });
      },
    );
  } catch (error) {
    if (!signal.aborted) log.warn({ reason: String(error) }, 'command not answered');
  }
}

async function perform(
  gateway: GatewayContext,
  command: Command,
  remainingMs: number,
  signal: AbortSignal,
): Promise<CommandResult> {
  switch (command.kind) {
    case 'TEST_VCENTER': {
      const driver = gateway.tools.drivers.platform(command.vcenter.platformDriver);
      await using session = await driver.connect(gateway.sessions.connection(command.vcenter), signal);
      const result = await session.about(signal);
      const missingPrivileges = await lacking(session, signal);
      gateway.sessions.accepted(command.vcenter);
      gateway.places.learnVcenter(command.vcenter);
      return { ok: true, result: { ...result, missingPrivileges } };
    }
    case 'REPLACE_ACCESS_KEY': {
      const context = sealContext.accessKey(gateway.record.gatewayId);
      const accessKeySecret = unseal(gateway.sealingKey, command.sealedSecret, context).toString('utf8');
      const { accessKeyId } = await replaceAccessKey(
        gateway,
        { accessKeyId: command.accessKeyId, accessKeySecret },
        signal,
      );
      // It was for the key before; the next claim brings another one.
      gateway.identity.ask(undefined);
      return { ok: true, result: { accessKeyId } };
    }
    case 'PREFLIGHT': {
      const reports = await runPreflight(gateway, command, Math.max(1, remainingMs * lookingShare), signal);
      return { ok: true, result: { reports } };
    }
    case 'REFRESH_INVENTORY':
      return { ok: true, result: { virtualMachines: await refreshInventory(gateway, command, signal) } };
  }
}

/** Null where the platform or this server does not tell; a test of the login must not fail for that. */
async function lacking(session: PlatformSession, signal: AbortSignal): Promise<readonly MissingPrivilege[] | null> {
  try {
    return (await session.missingPrivileges?.({}, signal))?.slice(0, missingPrivilegesShown) ?? null;
  } catch (error) {
    if (isDriverError(error) && error.kind === 'permanent') return null;
    throw error;
  }
}

async function refreshInventory(
  gateway: GatewayContext,
  command: Extract<Command, { kind: 'REFRESH_INVENTORY' }>,
  signal: AbortSignal,
): Promise<number> {
  const { refreshId, vcenter } = command;
  using borrowed = await gateway.sessions.borrow(vcenter, signal);
  let count = 0;
  for await (const vms of borrowed.session.inventory(signal)) {
    const batch: InventoryBatch = {
      refreshId,
      vcenterId: vcenter.vcenterId,
      virtualMachines: vms.map((vm) => ({
        ...vm,
        disks: vm.disks.map((disk) => ({ ...disk })),
        networks: [...vm.networks],
      })),
    };
    gateway.places.learnVcenter(vcenter, new Set(vms.flatMap(({ host }) => host ?? [])));
    await gateway.control.call('/inventory', batch, emptyResponse, { signal, persistence: 'persistent' });
    count += vms.length;
  }
  return count;
}

function failure(error: unknown): CommandResult {
  const details = certificateTrouble(error);
  return {
    ok: false,
    error: errorDetails(error, {
      code: 'INTERNAL',
      message: 'Something unexpected happened on the gateway.',
      remedy: "Look at the gateway's log, then try again.",
      retryable: true,
    }),
    ...(details && { details }),
  };
}
