import { type Kysely, type RawBuilder, type SelectQueryBuilder, sql } from 'kysely';
import { z } from 'zod';
import type { Database } from './database/tables.ts';
import { InvalidInputError } from './errors.ts';
import { isUuid } from './input.ts';

/** What every list takes. */
export interface PageInput<Filter = Record<string, never>, Order extends string = string> {
  /** 1 to 100; 20 when not given. */
  readonly first?: number | null;
  /** A cursor of an earlier page of the same list and order. */
  readonly after?: string | null;
  readonly filter?: Filter | null;
  readonly orderBy?: Order | null;
}

/** One page. `cursors` has one entry per row. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly cursors: readonly string[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** Exact up to 10,000, null beyond. */
  readonly totalCount: number | null;
}

/** A column to order by; equal values are ordered by id in the same direction. The column is never null. */
export interface Ordering {
  readonly column: string;
  /** The column's type in SQL, for comparing with what a cursor carries. */
  readonly type: 'timestamptz' | 'text' | 'bigint';
  readonly direction: 'asc' | 'desc';
}

export const defaultFirst = 20;
export const maxFirst = 100;
const maxCounted = 10_000;

const cursorSchema = z.tuple([z.string(), z.string(), z.string()]);

/**
 * Two statements, whatever the size: the page and the count. Keyset paging: a row that is added or removed elsewhere neither
 * repeats nor hides another one. `query` has all conditions and the selection, no order and no limit.
 */
export async function paginate<TB extends keyof Database, Row extends { id: string }>(
  db: Kysely<Database>,
  query: SelectQueryBuilder<Database, TB, Row>,
  options: {
    readonly page: PageInput<unknown>;
    readonly orderings: Readonly<Record<string, Ordering>>;
    readonly defaultOrder: string;
    /** The id column, with its table. */
    readonly id: string;
  },
): Promise<Page<Row>> {
  const first = checkFirst(options.page.first);
  const order = options.page.orderBy ?? options.defaultOrder;
  const ordering = options.orderings[order];
  if (!ordering) throw invalid('orderBy', 'INVALID_VALUE', 'is not an order of this list');
  const column = sql.ref(ordering.column);
  const id = sql.ref(options.id);
  const after = options.page.after ? decodeCursor(options.page.after, order) : undefined;

  let paged = query
    .select(sql<string>`${column}::text`.as('page_key'))
    .orderBy(collated(column, ordering), ordering.direction)
    .orderBy(id, ordering.direction)
    .limit(first + 1);
  if (after) {
    const comparison = ordering.direction === 'asc' ? sql`>` : sql`<`;
    const value = collated(sql`${after.value}::${sql.raw(ordering.type)}`, ordering);
    paged = paged.where(
      sql<boolean>`(${collated(column, ordering)}, ${id}) ${comparison} (${value}, ${after.id}::uuid)`,
    );
  }
  const found = await paged.execute().catch((error: unknown) => {
    if (!isDataException(error)) throw error;
    throw invalid(after ? 'after' : 'filter', 'INVALID_FORMAT', 'holds a value that cannot be read');
  });
  const countable = query
    .clearSelect()
    .select(sql<number>`1`.as('one'))
    .limit(maxCounted + 1);
  const counted = await sql<{
    count: number;
  }>`select count(*)::integer as count from (${countable}) as counted`.execute(db);
  const rows = found.slice(0, first);
  const cursors = rows.map((row) => encodeCursor(order, String(row.page_key), String(row.id)));
  for (const row of rows) Reflect.deleteProperty(row, 'page_key');
  const count = counted.rows[0]?.count ?? 0;
  return {
    rows,
    cursors,
    hasNextPage: found.length > first,
    hasPreviousPage: after !== undefined,
    totalCount: count > maxCounted ? null : count,
  };
}

/** Text in byte order: the same everywhere, whatever collation the server was made with. */
function collated(expression: RawBuilder<unknown>, ordering: Ordering): RawBuilder<unknown> {
  return ordering.type === 'text' ? sql`${expression} collate "C"` : expression;
}

/** The page size; InvalidInputError outside 1 to 100. */
export function checkFirst(first: number | null | undefined): number {
  if (first === null || first === undefined) return defaultFirst;
  if (Number.isInteger(first) && first >= 1 && first <= maxFirst) return first;
  throw invalid('first', first < 1 ? 'TOO_SMALL' : 'TOO_BIG', `must be from 1 to ${maxFirst}`);
}

function encodeCursor(order: string, value: string, id: string): string {
  return Buffer.from(JSON.stringify([order, value, id])).toString('base64url');
}

function decodeCursor(cursor: string, order: string): { readonly value: string; readonly id: string } {
  const text = Buffer.from(cursor, 'base64url').toString();
  const parsed = cursorSchema.safeParse(parseJson(text));
  if (!parsed.success || !isUuid(parsed.data[2]))
    throw invalid('after', 'INVALID_FORMAT', 'is not a cursor of this list');
  if (parsed.data[0] !== order) throw invalid('after', 'INVALID_VALUE', 'is a cursor of another order');
  return { value: parsed.data[1], id: parsed.data[2] };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A value the database cannot read as the type it is compared with, or text with a zero character in it. */
function isDataException(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('22');
}

function invalid(field: string, code: string, message: string): InvalidInputError {
  return new InvalidInputError([{ path: [field], code, message }]);
}
