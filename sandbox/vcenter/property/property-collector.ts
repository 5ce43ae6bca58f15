import type { ManagedObject } from '../core/managed-object.ts';
import type { World } from '../core/world.ts';
import { VimFault } from '../soap/faults.ts';
import type { MoRef, VimObject, VimValue } from '../soap/values.ts';
import type { KnownState, PropertyFilter } from './property-filter.ts';

export interface WaitOptions {
  /** Undefined: wait without end. Zero: do not wait. */
  readonly maxWaitSeconds: number | undefined;
  readonly maxObjectUpdates: number | undefined;
}

/** How many versions a client may go back. */
const HISTORY = 16;

/** A PropertyCollector of one session: its filters, the version it reported last, its pages. */
export class PropertyCollector implements ManagedObject {
  readonly ref: MoRef;
  readonly filters = new Map<string, PropertyFilter>();
  readonly pages = new Map<string, { readonly rest: readonly VimObject[]; readonly size: number }>();
  readonly #world: World;
  #version = 0;
  /** What each filter had reported with the last versions, because a client that lost an answer asks again with the one before. */
  readonly #history = new Map<string, ReadonlyMap<string, KnownState>>();
  #cancel = new AbortController();

  constructor(ref: MoRef, world: World) {
    this.ref = ref;
    this.#world = world;
  }

  read(property: string): VimValue | undefined {
    return property === 'filter' ? [...this.filters.values()].map((filter) => filter.ref) : undefined;
  }

  cancelWait(): void {
    this.#cancel.abort();
    this.#cancel = new AbortController();
  }

  /** An UpdateSet, or undefined when nothing changed in time. Throws InvalidCollectorVersion and RequestCanceled. */
  async waitForUpdates(version: string, options: WaitOptions, signal: AbortSignal): Promise<VimObject | undefined> {
    this.#resume(version);
    const cancel = this.#cancel.signal;
    const timeout = new AbortController();
    const finished = new AbortController();
    const stop = AbortSignal.any([signal, cancel, timeout.signal]);
    if (options.maxWaitSeconds !== undefined) {
      this.#world.clock.sleep(options.maxWaitSeconds * 1000, finished.signal).then(
        () => timeout.abort(),
        () => undefined,
      );
    }
    try {
      for (;;) {
        const seen = this.#world.changes.version;
        const updates = this.#collect(options.maxObjectUpdates);
        if (updates) return updates;
        if (options.maxWaitSeconds === 0) return undefined;
        await this.#world.changes.changedSince(seen, stop);
        signal.throwIfAborted();
        if (cancel.aborted) throw new VimFault('RequestCanceled', 'The request was canceled by a user.');
        if (timeout.signal.aborted) return undefined;
      }
    } finally {
      finished.abort();
    }
  }

  #resume(version: string): void {
    if (version !== '' && version === String(this.#version)) return;
    const states = version === '' ? new Map<string, KnownState>() : this.#history.get(version);
    if (!states) throw new VimFault('InvalidCollectorVersion', 'The version is not one this collector knows.');
    for (const [key, filter] of this.filters) filter.resume(states.get(key));
  }

  #collect(maxObjectUpdates = Number.POSITIVE_INFINITY): VimObject | undefined {
    const filterSet: VimObject[] = [];
    let room = maxObjectUpdates;
    let truncated = false;
    for (const filter of this.filters.values()) {
      const { updates, more } = filter.updates(this.#world, room);
      room -= updates.length;
      truncated ||= more;
      if (updates.length > 0) filterSet.push({ $type: 'PropertyFilterUpdate', filter: filter.ref, objectSet: updates });
    }
    if (filterSet.length === 0) return undefined;
    this.#version += 1;
    this.#history.set(String(this.#version), new Map([...this.filters].map(([key, filter]) => [key, filter.known()])));
    this.#history.delete(String(this.#version - HISTORY));
    return { $type: 'UpdateSet', version: String(this.#version), filterSet, ...(truncated ? { truncated } : {}) };
  }
}
