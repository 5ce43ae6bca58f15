import type { ControlEvent } from './event.ts';
import type { EventTailer } from './event-tailer.ts';

/** Tells `listener` of every event from now on, as a hint: none after disposal, and none are told again after a gap. It must not throw. */
export function watchEvents(tailer: EventTailer, listener: (event: ControlEvent) => void): Disposable {
  const stop = new AbortController();
  void (async () => {
    for await (const followed of tailer.follow({ signal: stop.signal })) {
      if (followed.kind === 'EVENT') listener(followed.event);
    }
  })().catch(() => undefined);
  return { [Symbol.dispose]: () => stop.abort() };
}
