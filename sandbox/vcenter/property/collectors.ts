import type { World } from '../core/world.ts';
import type { Session } from '../sessions.ts';
import type { MoRef } from '../soap/values.ts';
import { PropertyCollector } from './property-collector.ts';

export const DEFAULT_COLLECTOR: MoRef = { type: 'PropertyCollector', value: 'propertyCollector' };

/** Each session has a default collector of its own behind the one well-known reference. */
export class Collectors {
  readonly #defaults = new WeakMap<Session, PropertyCollector>();
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  of(session: Session): PropertyCollector {
    const known = this.#defaults.get(session);
    if (known) return known;
    const collector = new PropertyCollector(DEFAULT_COLLECTOR, this.#world);
    this.#defaults.set(session, collector);
    session.ended.signal.addEventListener('abort', () => this.release(collector), { once: true });
    return collector;
  }

  create(session: Session): PropertyCollector {
    const ref = this.#world.objects.newRef('PropertyCollector', 'session-collector');
    const collector = this.#world.objects.add(new PropertyCollector(ref, this.#world));
    session.ended.signal.addEventListener('abort', () => this.release(collector), { once: true });
    return collector;
  }

  release(collector: PropertyCollector): void {
    collector.cancelWait();
    for (const filter of collector.filters.values()) this.#world.objects.remove(filter.ref);
    collector.filters.clear();
    if (collector.ref !== DEFAULT_COLLECTOR) this.#world.objects.remove(collector.ref);
  }
}
