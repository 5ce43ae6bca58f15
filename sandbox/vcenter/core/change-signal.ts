/** Tells waiting property collectors that something in the inventory changed. */
export class ChangeSignal {
  #version = 0;
  #waiting = new Set<() => void>();

  get version(): number {
    return this.#version;
  }

  raise(): void {
    this.#version += 1;
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const wake of waiting) wake();
  }

  /** Resolves once the version differs from `since`, or when `signal` is aborted. Never rejects. */
  async changedSince(since: number, signal: AbortSignal): Promise<void> {
    if (this.#version !== since || signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.add(resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
    await promise;
    this.#waiting.delete(resolve);
  }
}
