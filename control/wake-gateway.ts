import { type DownMessage, downTopic } from '../protocol/messages.ts';
import type { ControlContext } from './context.ts';

/** Asks a gateway to look at the control channel now. A hint: it polls anyway, so a failure is logged and forgotten. */
export async function wakeGateway(
  control: ControlContext,
  gatewayId: string,
  wake: DownMessage['wake'],
): Promise<void> {
  const message: DownMessage = { version: 1, wake };
  try {
    await control.bus.publish(downTopic(gatewayId), Buffer.from(JSON.stringify(message)));
  } catch (error) {
    control.logger.warn(
      { gatewayId, wake, error: String(error) },
      'A gateway could not be woken up; it will see at its next poll.',
    );
  }
}
