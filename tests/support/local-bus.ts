import type { MessageBus } from '../../control/message-bus.ts';

/** A message bus within one process, for tests of what publishes and listens. */
export function createLocalBus(): MessageBus {
  const subscriptions = new Set<{ matches: RegExp; handler: (topic: string, body: Uint8Array) => void }>();
  return {
    async publish(topic, body) {
      const copy = Uint8Array.from(body);
      queueMicrotask(() => {
        for (const { matches, handler } of subscriptions) if (matches.test(topic)) handler(topic, copy);
      });
    },
    async subscribe(topicFilter, handler) {
      const levels = topicFilter
        .split('/')
        .map((level) => (level === '+' ? '[^/]+' : level.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')));
      const subscription = { matches: new RegExp(`^${levels.join('/')}$`), handler };
      subscriptions.add(subscription);
      return {
        async [Symbol.asyncDispose]() {
          subscriptions.delete(subscription);
        },
      };
    },
  };
}
