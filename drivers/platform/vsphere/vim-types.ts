import { dataTypes, faultParents, type MemberMetadata } from './gen/metadata.ts';
import type { DataTypes } from './gen/types.ts';

const memberCache = new Map<string, readonly MemberMetadata[]>();

/** All members of a data type in the order vCenter wants them: those of the base type first. */
export function membersOf(type: string): readonly MemberMetadata[] {
  const cached = memberCache.get(type);
  if (cached) return cached;
  const own = dataTypes[type];
  if (!own) throw new TypeError(`${type} is not a known vim25 data type`);
  const members = own.base ? [...membersOf(own.base), ...own.members] : own.members;
  memberCache.set(type, members);
  return members;
}

export function isDataType(type: string): boolean {
  return Object.hasOwn(dataTypes, type);
}

/** Whether data type `type` is `base` or derived from it. */
export function derivesFrom(type: string, base: string): boolean {
  for (let current: string | null = type; current; current = dataTypes[current]?.base ?? null) {
    if (current === base) return true;
  }
  return false;
}

/** Whether a decoded value is of data type `name` or of one derived from it. */
export function isA<K extends keyof DataTypes>(value: unknown, name: K): value is DataTypes[K] {
  return (
    typeof value === 'object' &&
    value !== null &&
    '$type' in value &&
    typeof value.$type === 'string' &&
    derivesFrom(value.$type, name)
  );
}

/** A fault's name and those of its ancestors, nearest first. */
export function faultChain(type: string): readonly string[] {
  const chain: string[] = [];
  for (let current: string | undefined = type; current; current = faultParents[current]) chain.push(current);
  return chain;
}
