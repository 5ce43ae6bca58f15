import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { isUuid } from './input.ts';

/** The rows in the order of `ids`, undefined where there is none. */
export function inOrder<Row extends { readonly id: string }>(
  ids: readonly string[],
  rows: readonly Row[],
): readonly (Row | undefined)[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id));
}

/** Rows grouped by what `key` says, in the order of `ids`; an empty list where there is none. */
export function groupedInOrder<Row>(
  ids: readonly string[],
  rows: readonly Row[],
  key: (row: Row) => string,
): readonly (readonly Row[])[] {
  const groups = Map.groupBy(rows, key);
  return ids.map((id) => groups.get(id) ?? []);
}

/** `column = any(ids)`, once each, and without what cannot be an id: that would be an error of the database instead of "not found". */
export function isOneOf(column: string, ids: readonly string[]): RawBuilder<SqlBool> {
  return sql<SqlBool>`${sql.ref(column)} = any(${[...new Set(ids.filter(isUuid))]}::uuid[])`;
}

/** `column = any(values)`, for texts such as statuses; nothing is equal to any of none. */
export function equalsAny(column: string, values: readonly string[]): RawBuilder<SqlBool> {
  return sql<SqlBool>`${sql.ref(column)} = any(${[...values]})`;
}
