import { type DocumentNode, type GraphQLSchema, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';

const hourMs = 60 * 60_000;
/** Pairs of access key and coordinate that are remembered; beyond that the hour begins anew. */
const mostPairs = 10_000;

/** What of a document is deprecated, as schema coordinates: `Type.field`, `Type.field(argument:)`, `Input.field`, `Enum.VALUE`. Variables' values are not looked at. */
export function deprecatedUses(schema: GraphQLSchema, document: DocumentNode): ReadonlySet<string> {
  const found = new Set<string>();
  const info = new TypeInfo(schema);
  const note = (coordinate: string, element: { readonly deprecationReason?: string | null } | null | undefined) => {
    if (element?.deprecationReason) found.add(coordinate);
  };
  const fieldName = () => `${info.getParentType()?.name}.${info.getFieldDef()?.name}`;
  visit(
    document,
    visitWithTypeInfo(info, {
      Field: () => note(fieldName(), info.getFieldDef()),
      Argument: ({ name }) => note(`${fieldName()}(${name.value}:)`, info.getArgument()),
      ObjectField({ name }) {
        const parent = info.getParentInputType();
        const field = parent && 'getFields' in parent ? parent.getFields()[name.value] : undefined;
        note(`${parent}.${name.value}`, field);
      },
      EnumValue: ({ value }) =>
        note(`${info.getInputType()}`.replace(/[!\]]+$/, '').concat(`.${value}`), info.getEnumValue()),
    }),
  );
  return found;
}

/**
 * Tells the operator who still uses what is to be removed: one line an hour for each access key and coordinate, with how often it was used since the
 * last one. Costs nothing while nothing is deprecated.
 */
export class DeprecationLog {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #deprecating = new WeakMap<GraphQLSchema, boolean>();
  readonly #uses = new Map<string, { toldAt: number; count: number }>();

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  note(schema: GraphQLSchema, document: DocumentNode, keyId: string): void {
    if (!this.#hasDeprecated(schema)) return;
    for (const coordinate of deprecatedUses(schema, document)) this.#count(keyId, coordinate);
  }

  #count(keyId: string, coordinate: string): void {
    const pair = `${keyId} ${coordinate}`;
    const now = this.#clock.monotonic();
    if (this.#uses.size >= mostPairs && !this.#uses.has(pair)) this.#uses.clear();
    const use = this.#uses.get(pair) ?? { toldAt: Number.NEGATIVE_INFINITY, count: 0 };
    use.count += 1;
    this.#uses.set(pair, use);
    if (now - use.toldAt < hourMs) return;
    this.#logger.warn({ keyId, coordinate, uses: use.count }, 'a deprecated part of the schema is used');
    use.toldAt = now;
    use.count = 0;
  }

  #hasDeprecated(schema: GraphQLSchema): boolean {
    const known = this.#deprecating.get(schema);
    if (known !== undefined) return known;
    const has = Object.values(schema.getTypeMap()).some(
      (type) => !type.name.startsWith('__') && partsOf(type).some((part) => Boolean(part.deprecationReason)),
    );
    this.#deprecating.set(schema, has);
    return has;
  }
}

interface Part {
  readonly deprecationReason?: string | null | undefined;
}

/** Fields, their arguments and enum values. */
function partsOf(type: object): readonly Part[] {
  if ('getValues' in type && typeof type.getValues === 'function') return type.getValues();
  if (!('getFields' in type) || typeof type.getFields !== 'function') return [];
  const fields: readonly (Part & { readonly args?: readonly Part[] })[] = Object.values(type.getFields());
  return fields.flatMap((field) => [field, ...(field.args ?? [])]);
}
