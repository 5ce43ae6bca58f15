/**
 * The message channel as control needs it; api implements it over the embedded broker, Mosquitto or ApsaraMQ. At most
 * once in the worst case: nothing may depend on a message's arrival. Topics as in protocol/messages.ts; bodies are at
 * most `maxMessageBytes`.
 */
export interface MessageBus {
  publish(topic: string, body: Uint8Array): Promise<void>;
  /** `topicFilter` may hold `+` for one level. Disposing ends the subscription. The handler must not throw. A broker that is away or refuses is no error: it is asked again. */
  subscribe(topicFilter: string, handler: (topic: string, body: Uint8Array) => void): Promise<AsyncDisposable>;
}
