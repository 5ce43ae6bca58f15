import type { InputFieldBuilder, InterfaceRef, ObjectRef } from '@pothos/core';
import { defaultFirst, maxFirst, type Page } from '../control/paging.ts';
import { type BuilderTypes, builder } from './builder.ts';

interface PageInfo {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly startCursor: string | null;
  readonly endCursor: string | null;
}

const PageInfoType = builder.objectRef<PageInfo>('PageInfo').implement({
  description: 'Where a page of a list stands.',
  fields: (t) => ({
    hasNextPage: t.exposeBoolean('hasNextPage', {
      description: 'Whether there is more: ask again with `after: endCursor`.',
    }),
    hasPreviousPage: t.exposeBoolean('hasPreviousPage', { description: 'Whether this page began after a cursor.' }),
    startCursor: t.exposeString('startCursor', {
      nullable: true,
      description: 'Cursor of the first entry; null on an empty page.',
    }),
    endCursor: t.exposeString('endCursor', {
      nullable: true,
      description: 'Cursor of the last entry; null on an empty page.',
    }),
  }),
});

/**
 * The Relay connection over `node`, with `nodes` beside `edges`. The two `never` below stand where Pothos cannot relate a generic
 * row to the shape of its own reference.
 */
export function connectionType<Row, OnePage extends Page<Row> = Page<Row>>(
  name: string,
  node: ObjectRef<BuilderTypes, Row> | InterfaceRef<BuilderTypes, Row>,
) {
  const Edge = builder.objectRef<{ readonly cursor: string; readonly node: Row }>(`${name}Edge`).implement({
    description: `An entry of a list of ${name} objects, with the cursor to go on from.`,
    fields: (t) => ({
      cursor: t.exposeString('cursor', { description: 'Pass it as `after` to read what comes next.' }),
      node: t.field({ type: node, description: 'The entry itself.', resolve: (edge) => edge.node as never }),
    }),
  });
  return builder.objectRef<OnePage>(`${name}Connection`).implement({
    description: `A page of a list of ${name} objects.`,
    fields: (t) => ({
      edges: t.field({
        type: [Edge],
        description: 'The entries, each with its cursor.',
        complexity: { field: 1, multiplier: 1 },
        resolve: ({ rows, cursors }) => rows.map((row, index) => ({ cursor: cursors[index] ?? '', node: row })),
      }),
      nodes: t.field({
        type: [node],
        description: 'The entries alone.',
        complexity: { field: 1, multiplier: 1 },
        resolve: ({ rows }) => rows as never,
      }),
      pageInfo: t.field({
        type: PageInfoType,
        description: 'Where this page stands in the list.',
        resolve: ({ cursors, hasNextPage, hasPreviousPage }) => ({
          hasNextPage,
          hasPreviousPage,
          startCursor: cursors[0] ?? null,
          endCursor: cursors.at(-1) ?? null,
        }),
      }),
      totalCount: t.int({
        nullable: true,
        resolve: (page) => page.totalCount,
        description: 'How many entries match the filter, exact up to 10,000; null when there are more.',
      }),
    }),
  });
}

/** The cost of a connection: everything below it counts once per requested entry. */
export const connectionComplexity = (args: { readonly first?: number | null }) => ({
  field: 1,
  multiplier: Math.min(Math.max(args.first ?? defaultFirst, 1), maxFirst),
});

/** `first` and `after` of every list. */
export function pageArgs(t: { readonly arg: Pick<InputFieldBuilder<BuilderTypes, 'Arg'>, 'int' | 'string'> }) {
  return {
    first: t.arg.int({ required: false, description: 'How many entries at most, 1 to 100; 20 when left out.' }),
    after: t.arg.string({
      required: false,
      description: 'Go on after this cursor (`pageInfo.endCursor` of the page before). Keep filter and order the same.',
    }),
  };
}
