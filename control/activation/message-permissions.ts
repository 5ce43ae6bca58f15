import { withDeadline } from '../../base/abort.ts';
import { HoldfastError } from '../../base/errors.ts';
import type { ControlContext } from '../context.ts';
import type { GatewayLogin } from '../message-access.ts';
import { installationName, messageLogin, messageLogins } from './message-login.ts';

/** A gateway that waits for its credentials does not wait for the broker longer than this. Milliseconds. */
const patienceMs = 3_000;
/** One look at all gateways, and what follows from it. */
const auditPatienceMs = 120_000;
/** How often a secret may be replaced while it is being written before the next look has to do. */
const rounds = 3;

/**
 * Brings what the broker knows of one gateway in line with the database: its present secret, or nothing when it is gone. The channel is a hint, so a broker that
 * is away is logged and no error; the next look at all gateways makes it good.
 */
export async function updateMessagePermissions(
  control: ControlContext,
  gatewayId: string,
  options: { readonly refused?: boolean } = {},
): Promise<void> {
  try {
    await withDeadline(
      { clock: control.clock, ms: patienceMs, what: 'Telling the message broker about a gateway' },
      (signal) => bringInLine(control, gatewayId, options.refused ?? false, signal),
    );
  } catch (error) {
    control.logger.warn(
      { gatewayId, ...told(error) },
      "A gateway's permissions at the message broker could not be set yet; it polls meanwhile.",
    );
  }
}

/** Looks at all gateways once and mends what differs. Returns how many gateways that were. Throws what keeps it from looking. */
export async function auditMessagePermissions(control: ControlContext, signal: AbortSignal): Promise<number> {
  return withDeadline(
    {
      clock: control.clock,
      ms: auditPatienceMs,
      what: 'Checking the permissions at the message broker',
      parent: signal,
    },
    async (signal) => {
      await control.messageAccess.prepare(signal);
      const installation = await installationName(control);
      const differing = await control.messageAccess.differing(installation, await messageLogins(control), signal);
      for (const gatewayId of differing) await bringInLine(control, gatewayId, false, signal);
      return differing.length;
    },
  );
}

/**
 * Looks at all gateways at its start, after each new connection to the broker (it may have lost its state) and at each interval (a gateway activated while it was
 * away), until disposed. Every api process runs one.
 */
export function startMessagePermissions(
  control: ControlContext,
  options: { readonly intervalMs: number },
): AsyncDisposable {
  const stop = new AbortController();
  let again = Promise.withResolvers<void>();
  const uncertain = control.messageAccess.onUncertain(() => again.resolve());
  const loop = async () => {
    while (!stop.signal.aborted) {
      again = Promise.withResolvers();
      await auditOnce(control, stop.signal);
      const pause = new AbortController();
      const signal = AbortSignal.any([stop.signal, pause.signal]);
      const waiting = control.clock.sleep(options.intervalMs, signal).catch(() => undefined);
      await Promise.race([waiting, again.promise]);
      pause.abort();
    }
  };
  const running = loop();
  return {
    async [Symbol.asyncDispose]() {
      uncertain[Symbol.dispose]();
      stop.abort(new Error('the control plane is stopping'));
      await running;
    },
  };
}

async function auditOnce(control: ControlContext, signal: AbortSignal): Promise<void> {
  try {
    const gateways = await auditMessagePermissions(control, signal);
    if (gateways > 0) control.logger.info({ gateways }, "Gateways' permissions at the message broker were set.");
  } catch (error) {
    if (signal.aborted) return;
    control.logger.warn(told(error), 'The permissions at the message broker could not be checked; it is tried again.');
  }
}

/** The database is read again after each writing: of two processes that write different secrets, the one with the older one sees it and writes the newer one. */
async function bringInLine(
  control: ControlContext,
  gatewayId: string,
  refused: boolean,
  signal: AbortSignal,
): Promise<void> {
  let wanted = await messageLogin(control, gatewayId);
  for (let round = 0; round < rounds; round += 1) {
    if (wanted) await control.messageAccess.ensureGateway(wanted, { refused: refused && round === 0 }, signal);
    else await control.messageAccess.removeGateway(gatewayId, signal);
    const written: GatewayLogin | undefined = wanted;
    wanted = await messageLogin(control, gatewayId);
    if (wanted?.password === written?.password) return;
  }
}

function told(error: unknown): Record<string, unknown> {
  if (error instanceof HoldfastError) return { code: error.code, reason: error.message, remedy: error.remedy };
  return { err: error };
}
