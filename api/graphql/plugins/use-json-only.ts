import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/**
 * POST bodies are JSON and nothing else. A page of another origin can send forms and plain text without asking first,
 * but not JSON, so this is what stands against cross-site requests.
 */
export function useJsonOnly(): Plugin {
  return {
    onRequestParse({ request }) {
      if (request.method !== 'POST') return;
      const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
      if (type === 'application/json') return;
      throw new GraphQLError('The body has to be JSON.', {
        extensions: {
          code: 'UNSUPPORTED_MEDIA_TYPE',
          remedy: 'Send the header `Content-Type: application/json`.',
          retryable: false,
          http: { status: 415, headers: { Accept: 'application/json' } },
        },
      });
    },
  };
}
