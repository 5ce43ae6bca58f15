import { type Collectors, DEFAULT_COLLECTOR } from '../property/collectors.ts';
import { evaluateFilter, objectContent } from '../property/object-content.ts';
import { PropertyCollector } from '../property/property-collector.ts';
import { PropertyFilter } from '../property/property-filter.ts';
import { checkFilterSpec } from '../property/selection.ts';
import { invalidArgument, managedObjectNotFound, notAuthenticated } from '../soap/faults.ts';
import { booleanOf, numberOf, objectOf, objectsOf, stringOf, type VimObject } from '../soap/values.ts';
import type { Call, OperationTable } from './operation.ts';

/** The operations of PropertyCollector and PropertyFilter. */
export function propertyOperations(collectors: Collectors): OperationTable {
  const collectorOf = ({ self, session }: Call): PropertyCollector => {
    if (!session) throw notAuthenticated(self.ref);
    if (self.ref.value === DEFAULT_COLLECTOR.value) return collectors.of(session);
    if (self instanceof PropertyCollector) return self;
    throw managedObjectNotFound(self.ref);
  };

  const retrieve = ({ world, params }: Call): readonly VimObject[] => {
    const specs = objectsOf(params, 'specSet');
    for (const spec of specs) checkFilterSpec(spec);
    return specs.flatMap((spec) => evaluateFilter(world, spec, true)).map(objectContent);
  };

  const page = (call: Call, objects: readonly VimObject[], size: number): VimObject => {
    const rest = objects.slice(size);
    if (rest.length === 0) return { $type: 'RetrieveResult', objects };
    const token = call.world.ids.uuid();
    collectorOf(call).pages.set(token, { rest, size });
    return { $type: 'RetrieveResult', token, objects: objects.slice(0, size) };
  };

  const takePage = (call: Call) => {
    const { pages } = collectorOf(call);
    const token = stringOf(call.params, 'token') ?? '';
    const found = pages.get(token);
    if (!found) throw invalidArgument('token');
    pages.delete(token);
    return found;
  };

  const wait = async (call: Call, maxWaitSeconds: number | undefined, maxObjectUpdates?: number) =>
    collectorOf(call).waitForUpdates(
      stringOf(call.params, 'version') ?? '',
      { maxWaitSeconds, maxObjectUpdates },
      call.session ? AbortSignal.any([call.signal, call.session.ended.signal]) : call.signal,
    );

  return {
    RetrieveProperties: (call) => retrieve(call),

    RetrievePropertiesEx: (call) => {
      const options = objectOf(call.params, 'options');
      const maxObjects = options && numberOf(options, 'maxObjects');
      if (maxObjects !== undefined && maxObjects <= 0) throw invalidArgument('options.maxObjects');
      const objects = retrieve(call);
      return objects.length === 0 ? undefined : page(call, objects, maxObjects ?? objects.length);
    },

    ContinueRetrievePropertiesEx: (call) => {
      const { rest, size } = takePage(call);
      return page(call, rest, size);
    },

    CancelRetrievePropertiesEx: (call) => {
      takePage(call);
      return undefined;
    },

    CreateFilter: (call) => {
      const spec = objectOf(call.params, 'spec');
      if (!spec) throw invalidArgument('spec');
      checkFilterSpec(spec);
      evaluateFilter(call.world, spec, true);
      const ref = call.world.objects.newRef('PropertyFilter', 'session-filter');
      const filter = new PropertyFilter(ref, spec, booleanOf(call.params, 'partialUpdates') ?? false);
      const collector = collectorOf(call);
      collector.filters.set(ref.value, filter);
      call.world.objects.add(filter);
      return ref;
    },

    DestroyPropertyFilter: (call) => {
      const { world, self, session } = call;
      for (const object of [...world.objects.all(), ...(session ? [collectors.of(session)] : [])]) {
        if (object instanceof PropertyCollector) object.filters.delete(self.ref.value);
      }
      world.objects.remove(self.ref);
      return undefined;
    },

    CreatePropertyCollector: (call) => {
      if (!call.session) throw notAuthenticated(call.self.ref);
      return collectors.create(call.session).ref;
    },

    DestroyPropertyCollector: (call) => {
      collectors.release(collectorOf(call));
      return undefined;
    },

    WaitForUpdatesEx: (call) => {
      const options = objectOf(call.params, 'options');
      return wait(
        call,
        options && numberOf(options, 'maxWaitSeconds'),
        options && numberOf(options, 'maxObjectUpdates'),
      );
    },

    WaitForUpdates: (call) => wait(call, undefined),

    CheckForUpdates: (call) => wait(call, 0),

    CancelWaitForUpdates: (call) => {
      collectorOf(call).cancelWait();
      return undefined;
    },
  };
}
