import type { Plugin } from 'graphql-yoga';
import type { IdSource } from '../../../base/ids.ts';

/** The ids of HTTP requests. */
export class RequestIds {
  readonly #ids: IdSource;
  readonly #known = new WeakMap<Request, string>();

  constructor(ids: IdSource) {
    this.#ids = ids;
  }

  of(request: Request): string {
    const id = this.#known.get(request) ?? this.#ids.uuid();
    this.#known.set(request, id);
    return id;
  }
}

/** Tells the request's id in the header `x-request-id` of every answer. */
export function useRequestId(requestIds: RequestIds): Plugin {
  return {
    onResponse({ request, response }) {
      response.headers.set('x-request-id', requestIds.of(request));
    },
  };
}
