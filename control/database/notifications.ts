/** PostgreSQL's LISTEN. A hint only: a notification may be lost with its connection, so every listener also polls. */
export interface NotificationSource {
  /** `channel`: a lower-case identifier. The handler gets the payload and must not throw. Disposing stops it. */
  listen(channel: string, handler: (payload: string) => void): Promise<AsyncDisposable>;
}

/** Channels in use, so that two subjects never share one. */
export const channels = { event: 'holdfast_event', command: 'holdfast_command' } as const;
