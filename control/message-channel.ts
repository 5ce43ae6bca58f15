import { maxMessageBytes, type UpMessage, upMessage, upTopic, upTopicFilter } from '../protocol/messages.ts';
import { touchGateway } from './activation/touch-gateway.ts';
import type { ControlContext } from './context.ts';
import { acceptProgress } from './jobs/accept-progress.ts';

/**
 * Listens to what gateways publish: their heartbeat and the progress of their attempts. Every api process does, so all of it is idempotent. While one message of
 * a gateway is worked on only the newest of those that arrive is kept: a slow database never makes a queue. Disposing waits for what is under way.
 */
export async function attachMessageChannel(control: ControlContext): Promise<AsyncDisposable> {
  const newest = new Map<string, UpMessage>();
  const busy = new Map<string, Promise<void>>();
  const workOff = async (gatewayId: string): Promise<void> => {
    for (let message = newest.get(gatewayId); message; message = newest.get(gatewayId)) {
      newest.delete(gatewayId);
      await acceptMessage(control, message).catch((error: unknown) =>
        control.logger.warn({ gatewayId, error: String(error) }, "A gateway's message could not be worked on."),
      );
    }
    busy.delete(gatewayId);
  };
  const subscription = await control.bus.subscribe(upTopicFilter, (topic, body) => {
    const message = readMessage(topic, body);
    if (!message) {
      control.logger.warn({ topic, bytes: body.byteLength }, 'A message of a gateway was not understood and dropped.');
      return;
    }
    newest.set(message.gatewayId, message);
    if (!busy.has(message.gatewayId)) busy.set(message.gatewayId, workOff(message.gatewayId));
  });
  return {
    async [Symbol.asyncDispose]() {
      await subscription[Symbol.asyncDispose]();
      await Promise.all(busy.values());
    },
  };
}

/** Undefined for anything that is not a message of the gateway whose topic it came on. */
function readMessage(topic: string, body: Uint8Array): UpMessage | undefined {
  if (body.byteLength > maxMessageBytes) return undefined;
  try {
    const message = upMessage.safeParse(JSON.parse(Buffer.from(body).toString('utf8')));
    return message.success && topic === upTopic(message.data.gatewayId) ? message.data : undefined;
  } catch {
    return undefined;
  }
}

async function acceptMessage(control: ControlContext, message: UpMessage): Promise<void> {
  const { gatewayId, instanceId, progress } = message;
  await touchGateway(control, gatewayId, 'message', instanceId);
  for (const update of progress) await acceptProgress(control, gatewayId, update);
}
