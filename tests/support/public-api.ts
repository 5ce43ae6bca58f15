import { type ApiOptions, type RunningApi, startApi } from '../../api/start.ts';
import { issueAccessKey } from '../../control/access-keys/issue-access-key.ts';
import type { ControlContext } from '../../control/context.ts';
import { type Scope, scopes } from '../../control/scopes.ts';

/** A GraphQL answer as a test reads it: anything may be in it. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the document asked for
  readonly data: any;
  readonly errors:
    | readonly {
        readonly message: string;
        readonly path?: readonly (string | number)[];
        readonly extensions: Record<string, unknown>;
      }[]
    | undefined;
  readonly extensions: Record<string, unknown> | undefined;
}

/**
 * The API on a free port of loopback. It lets any number of gateways be activated: all of a test's come from one address. Webhooks are looked after when
 * something happens; between that seldom, so that suites that count statements count their own.
 */
export function openApi(
  control: ControlContext,
  graceMs = 200,
  options: Partial<ApiOptions> = {},
): Promise<RunningApi> {
  const usual = { activationsPerMinute: 10_000, webhookNetworks: 'PRIVATE', webhookIntervalMs: 30_000 } as const;
  return startApi({ control, host: '127.0.0.1', port: 0, graceMs, ...usual, ...options });
}

/** `<keyId>.<secret>` of a new access key; everything is allowed unless it says otherwise. */
export async function newKey(
  control: ControlContext,
  rights: {
    readonly scopes?: readonly Scope[];
    readonly resourceGroups?: 'ALL' | readonly string[];
    readonly expiresAt?: Date;
  } = {},
): Promise<string> {
  const { secret } = await issueAccessKey(control, {
    name: 'test',
    scopes: rights.scopes ?? scopes,
    resourceGroups: rights.resourceGroups ?? 'ALL',
    expiresAt: rights.expiresAt ?? null,
  });
  return secret;
}

/** Posts one document. */
export async function ask(
  api: Pick<RunningApi, 'url'>,
  key: string,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<Answer> {
  const response = await fetch(`${api.url}/graphql`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      accept: 'application/graphql-response+json',
    },
    body: JSON.stringify({ query, variables }),
  });
  const body = JSON.parse(await response.text());
  return {
    status: response.status,
    headers: response.headers,
    data: body.data,
    errors: body.errors,
    extensions: body.extensions,
  };
}

/** Posts one document that must not have errors; answers with its data. */
export async function read(
  api: Pick<RunningApi, 'url'>,
  key: string,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<Answer['data']> {
  const { data, errors } = await ask(api, key, query, variables);
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}
