import { type Change, ChangeType, CriticalityLevel, diff } from '@graphql-inspector/core';
import { type GraphQLSchema, isEnumType, isInputObjectType, isInterfaceType, isObjectType } from 'graphql';

/** How every deprecation is worded, so that people and programs can plan: what to use, and the day it goes. docs/api-stability.md. */
const reasonPattern = /^Use .+\. Removal on (\d{4}-\d{2}-\d{2}) UTC\.$/s;
/** Between the release that deprecates something and the day it may go, in days: six months. */
export const noticeDays = 183;
const dayMs = 24 * 60 * 60_000;

const removals: ReadonlySet<string> = new Set([
  ChangeType.FieldRemoved,
  ChangeType.FieldArgumentRemoved,
  ChangeType.InputFieldRemoved,
  ChangeType.EnumValueRemoved,
]);

/** Everything deprecated, by coordinate (`Type.field`, `Type.field.argument`, `Enum.VALUE`), with its reason. */
export function deprecations(schema: GraphQLSchema): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const note = (coordinate: string, { deprecationReason }: { readonly deprecationReason?: string | null }) => {
    if (deprecationReason) found.set(coordinate, deprecationReason);
  };
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    if (isEnumType(type)) for (const value of type.getValues()) note(`${type.name}.${value.name}`, value);
    if (isInputObjectType(type))
      for (const field of Object.values(type.getFields())) note(`${type.name}.${field.name}`, field);
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      note(`${type.name}.${field.name}`, field);
      for (const argument of field.args) note(`${type.name}.${field.name}.${argument.name}`, argument);
    }
  }
  return found;
}

/** Deprecations that do not say what to use instead and when the old goes. */
export function wordingProblems(schema: GraphQLSchema): readonly string[] {
  return [...deprecations(schema)].flatMap(([coordinate, reason]) =>
    Number.isNaN(removalDay(reason))
      ? [`${coordinate}: a deprecation reads "Use X. Removal on YYYY-MM-DD UTC.", not "${reason}"`]
      : [],
  );
}

/** What of the way from one schema to the next breaks the promise; `now` in milliseconds since the epoch. */
export async function brokenPromises(
  before: GraphQLSchema,
  after: GraphQLSchema,
  now: number,
): Promise<readonly string[]> {
  const announced = deprecations(before);
  const broken = (await diff(before, after)).flatMap((change) => breakage(change, announced, now));
  const early = [...deprecations(after)].flatMap(([coordinate, reason]) => {
    const isNew = !announced.has(coordinate);
    return isNew && removalDay(reason) < now + noticeDays * dayMs
      ? [`${coordinate}: is deprecated with less than six months' notice`]
      : [];
  });
  return [...broken, ...early];
}

function breakage(change: Change, announced: ReadonlyMap<string, string>, now: number): readonly string[] {
  if (!removals.has(change.type))
    return change.criticality.level === CriticalityLevel.Breaking ? [`${change.message}`] : [];
  const reason = announced.get(change.path ?? '');
  if (reason === undefined) return [`${change.message}, and it was never deprecated`];
  const day = removalDay(reason);
  return day <= now ? [] : [`${change.message} before the day that was announced: ${reason}`];
}

/** Midnight UTC of the day a reason names; NaN when it names none. */
function removalDay(reason: string): number {
  const [, day] = reasonPattern.exec(reason) ?? [];
  return day === undefined ? Number.NaN : Date.parse(`${day}T00:00:00Z`);
}
