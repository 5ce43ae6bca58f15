import type { WebSocketServer } from 'ws';
import type { Clock } from '../../base/clock.ts';

/** What may wait to be sent to one client, in bytes. */
const maxBufferedBytes = 1_048_576;
const checkEveryMs = 5_000;
/** A client that takes nothing for this many checks is cut. */
const maxStalledChecks = 4;

/** "Try again later": clients connect again and go on after their last cursor. */
export const tryAgainLater = 1013;

/** Cuts clients that do not read what is sent to them, so that nothing is buffered for them without end. */
export function cutSlowClients(clock: Clock, sockets: WebSocketServer): Disposable {
  const stopped = new AbortController();
  const stalls = new WeakMap<object, number>();

  function check(): void {
    for (const socket of sockets.clients) {
      const stalled = socket.bufferedAmount > 0 ? (stalls.get(socket) ?? 0) + 1 : 0;
      stalls.set(socket, stalled);
      if (socket.bufferedAmount <= maxBufferedBytes && stalled <= maxStalledChecks) continue;
      socket.close(tryAgainLater, 'Slow client');
      socket.terminate();
    }
  }

  async function run(): Promise<void> {
    for (;;) {
      await clock.sleep(checkEveryMs, stopped.signal);
      check();
    }
  }
  run().catch(() => undefined);
  return { [Symbol.dispose]: () => stopped.abort() };
}
