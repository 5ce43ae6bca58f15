import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { IdSource } from '../../base/ids.ts';
import { unexpected } from './ask-http.ts';
import { lost } from './open-connection.ts';
import type { ProbeEndpoint } from './probe-endpoint.ts';

const connackType = 0x20;
const disconnect = Buffer.from([0xe0, 0x00]);

/** Makes sure that an MQTT broker answers, be it with a refusal: the gateway has no credentials yet. Throws a ProbeFailure. */
export async function askBroker(
  endpoint: ProbeEndpoint,
  socket: Socket,
  ids: IdSource,
  signal: AbortSignal,
): Promise<void> {
  const closed = once(socket, 'close').then(() => undefined);
  socket.write(connectPacket(`holdfast-probe-${ids.bytes(4).toString('hex')}`));
  const data: unknown = await Promise.race([once(socket, 'data').then(([first]: unknown[]) => first), closed]).catch(
    () => undefined,
  );
  signal.throwIfAborted();
  if (!Buffer.isBuffer(data)) throw lost(endpoint);
  if (data[0] !== connackType) throw unexpected(endpoint, 'is no MQTT broker');
  socket.end(disconnect);
}

/** CONNECT of MQTT 3.1.1 (section 3.1), clean session, keep-alive of ten seconds, no user name. */
function connectPacket(clientId: string): Buffer {
  const id = Buffer.from(clientId);
  const header = Buffer.from([0x00, 0x04, 0x4d, 0x51, 0x54, 0x54, 0x04, 0x02, 0x00, 0x0a, 0x00, id.length]);
  return Buffer.concat([Buffer.from([0x10, header.length + id.length]), header, id]);
}
