import type { Scope } from '../control/scopes.ts';
import type { SchemaContext } from './context.ts';

/**
 * The options of a boolean field that tells whether the viewer can do something with an object at this moment. The scope and the state of the row at hand
 * are asked, nothing else, so that it costs no statement; whether a request succeeds, only the request itself can tell.
 */
export function viewerCan<Row>(scope: Scope, description: string, allows: (row: Row) => boolean) {
  return {
    description,
    resolve: (row: Row, _args: object, { viewer }: SchemaContext) => viewer.scopes.has(scope) && allows(row),
  };
}
