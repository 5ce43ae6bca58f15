import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import type { z } from 'zod';
import { HoldfastError, isDriverError } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import { issueActivationChallenge } from '../../control/activation/activation-challenge.ts';
import { activateGatewayAudited, replaceAccessKeyAudited } from '../../control/activation/audited-activation.ts';
import { authenticateGateway } from '../../control/activation/authenticate-gateway.ts';
import type { GatewayPrincipal } from '../../control/activation/gateway-principal.ts';
import { hello } from '../../control/activation/hello.ts';
import { issueAccessKeyChallenge } from '../../control/activation/replace-access-key.ts';
import { issueToken, issueTokenChallenge } from '../../control/activation/token.ts';
import { aliveAttempts } from '../../control/attempts/alive.ts';
import { appendJobLog } from '../../control/attempts/append-job-log.ts';
import { claimWork } from '../../control/attempts/claim-work.ts';
import { completeAttempt } from '../../control/attempts/complete.ts';
import { renewAttempt } from '../../control/attempts/renew.ts';
import { issueStorageCredentials } from '../../control/attempts/storage-credentials.ts';
import { openVaultSession } from '../../control/attempts/vault-session.ts';
import type { RequestOrigin } from '../../control/audit/record.ts';
import { finishCommand } from '../../control/commands/finish-command.ts';
import type { ControlContext } from '../../control/context.ts';
import { commitRecoveryPoint } from '../../control/recovery-points/commit.ts';
import { acceptInventoryBatch } from '../../control/vcenters/accept-inventory-batch.ts';
import {
  accessKeyChallengeRequest,
  accessKeyRequest,
  activationChallengeRequest,
  activationRequest,
  helloRequest,
  tokenChallengeRequest,
  tokenRequest,
} from '../../protocol/activation.ts';
import { inventoryBatchRequest } from '../../protocol/inventory.ts';
import { jobLogRequest } from '../../protocol/job-log.ts';
import { type ErrorBody, uuid } from '../../protocol/primitives.ts';
import type { ProbeResponse } from '../../protocol/probe.ts';
import {
  aliveRequest,
  claimRequest,
  commandResultRequest,
  commitRequest,
  completeRequest,
  renewRequest,
  storageCredentialsRequest,
  vaultSessionRequest,
} from '../../protocol/work.ts';
import { clientAddress } from '../client-origin.ts';
import { RateLimit } from './rate-limit.ts';
import { kibibyte, readBody } from './request-body.ts';
import { statusOf } from './status-table.ts';

export interface GatewayRoutesOptions {
  readonly control: ControlContext;
  readonly logger: Logger;
  /** Take the caller's address from the last entry of `x-forwarded-for`; only behind a proxy that sets it. */
  readonly trustProxy?: boolean;
  /** Calls a minute and address of the two that activate; 10 unless given. Each activation takes two. */
  readonly activationsPerMinute?: number;
}

type Environment = { Bindings: Partial<HttpBindings>; Variables: { requestId: string } };

const ordinaryLimit = 64 * kibibyte;
const activationLimit = 128 * kibibyte;
const resultLimit = 1_024 * kibibyte;
const logLimit = 512 * kibibyte;
const inventoryLimit = 8_192 * kibibyte;
/** Attempts a minute and address, for what needs no bearer. */
const usualActivationsPerMinute = 10;
const tokensPerMinute = 120;

/**
 * The control channel's routes, to be mounted at `/gateway/v1` (protocol/PROTOCOL.md). Bodies are checked here, and nothing of them is
 * logged; control decides everything else.
 */
export function createGatewayRoutes(options: GatewayRoutesOptions): Hono<Environment> {
  const { control, logger } = options;
  const app = new Hono<Environment>();
  const activations = new RateLimit(control.clock, options.activationsPerMinute ?? usualActivationsPerMinute);
  const replacements = new RateLimit(control.clock, options.activationsPerMinute ?? usualActivationsPerMinute);
  const tokens = new RateLimit(control.clock, tokensPerMinute);

  app.use(async (context, next) => {
    const wanted = context.req.header('x-request-id');
    const requestId = wanted && /^[A-Za-z0-9._-]{1,64}$/.test(wanted) ? wanted : control.ids.uuid();
    context.set('requestId', requestId);
    context.header('x-request-id', requestId);
    context.header('cache-control', 'no-store');
    await next();
  });
  app.onError((error, context) => {
    const body = errorBodyOf(error, context.get('requestId'), logger);
    const status = statusOf(body);
    if (status === 429) context.header('retry-after', '60');
    if (status === 503) context.header('retry-after', '5');
    return context.json({ error: body }, status);
  });
  const originOf = (context: Context<Environment>): RequestOrigin => {
    const socketAddress = context.env?.incoming?.socket.remoteAddress;
    return {
      requestId: context.get('requestId'),
      address: clientAddress(socketAddress, context.req.header('x-forwarded-for'), options.trustProxy ?? false),
      userAgent: context.req.header('user-agent') ?? null,
    };
  };
  const open = <Schema extends z.ZodType>(
    path: string,
    schema: Schema,
    limits: { readonly rate: RateLimit; readonly bytes: number },
    handle: (body: z.output<Schema>, signal: AbortSignal, origin: RequestOrigin) => Promise<object>,
  ) =>
    app.post(path, async (context) => {
      const origin = originOf(context);
      limits.rate.take(origin.address ?? 'unknown');
      const body = await readBody(context, schema, limits.bytes);
      return context.json(await handle(body, context.req.raw.signal, origin));
    });

  const authenticated = <Schema extends z.ZodType>(
    path: string,
    schema: Schema,
    bytes: number,
    handle: (call: {
      readonly principal: GatewayPrincipal;
      readonly body: z.output<Schema>;
      readonly id: string;
      readonly signal: AbortSignal;
      readonly origin: RequestOrigin;
    }) => Promise<object>,
  ) =>
    app.post(path, async (context) => {
      const principal = await authenticateGateway(control, bearerOf(context.req.header('authorization')));
      const id = context.req.param('id') ?? '';
      if (path.includes(':id') && !uuid.safeParse(id).success) throw notFound();
      const body = await readBody(context, schema, bytes);
      return context.json(
        await handle({ principal, body, id, signal: context.req.raw.signal, origin: originOf(context) }),
      );
    });

  app.get('/probe', (context) => {
    const answer: ProbeResponse = { controlPlane: 'holdfast', serverTime: new Date(control.clock.now()).toISOString() };
    return context.json(answer);
  });
  open('/activation/challenge', activationChallengeRequest, { rate: activations, bytes: activationLimit }, (body) =>
    issueActivationChallenge(control, body),
  );
  open('/activation', activationRequest, { rate: activations, bytes: activationLimit }, (body, signal, origin) =>
    activateGatewayAudited(control, body, origin, signal),
  );
  open('/token/challenge', tokenChallengeRequest, { rate: tokens, bytes: ordinaryLimit }, (body) =>
    issueTokenChallenge(control, body),
  );
  open('/token', tokenRequest, { rate: tokens, bytes: ordinaryLimit }, (body) => issueToken(control, body));

  authenticated('/hello', helloRequest, ordinaryLimit, ({ principal, body }) => hello(control, principal, body));
  authenticated('/claim', claimRequest, ordinaryLimit, ({ principal, body }) => claimWork(control, principal, body));
  authenticated('/access-key/challenge', accessKeyChallengeRequest, ordinaryLimit, ({ principal }) =>
    issueAccessKeyChallenge(control, principal),
  );
  authenticated('/access-key', accessKeyRequest, ordinaryLimit, ({ principal, body, signal, origin }) => {
    // Whoever holds a gateway's bearer could guess secrets here.
    replacements.take(principal.gatewayId);
    return replaceAccessKeyAudited(control, principal, body, origin, signal);
  });
  authenticated('/inventory', inventoryBatchRequest, inventoryLimit, async ({ principal, body }) => {
    await acceptInventoryBatch(control, principal.gatewayId, body);
    return {};
  });
  authenticated('/commands/:id/result', commandResultRequest, resultLimit, ({ principal, id, body }) =>
    finishCommand(control, principal, id, body),
  );
  authenticated('/attempts/alive', aliveRequest, ordinaryLimit, ({ principal, body }) =>
    aliveAttempts(control, principal, body),
  );
  authenticated('/attempts/:id/renew', renewRequest, ordinaryLimit, ({ principal, id, body }) =>
    renewAttempt(control, principal, id, body),
  );
  authenticated('/attempts/:id/log', jobLogRequest, logLimit, ({ principal, id, body }) =>
    appendJobLog(control, principal, id, body),
  );
  authenticated('/attempts/:id/vault-session', vaultSessionRequest, ordinaryLimit, ({ principal, id, body }) =>
    openVaultSession(control, principal, id, body),
  );
  authenticated('/attempts/:id/storage-credentials', storageCredentialsRequest, ordinaryLimit, (call) =>
    issueStorageCredentials(control, call.principal, call.id, call.body, call.signal),
  );
  authenticated('/attempts/:id/commit', commitRequest, ordinaryLimit, ({ principal, id, body }) =>
    commitRecoveryPoint(control, principal, id, body),
  );
  authenticated('/attempts/:id/complete', completeRequest, ordinaryLimit, ({ principal, id, body }) =>
    completeAttempt(control, principal, id, body),
  );
  // Not notFound: that of a mounted app is never asked.
  app.all('*', (context) => {
    const error: ErrorBody = {
      code: 'NOT_FOUND',
      message: 'There is no such call of the control channel.',
      remedy: 'Use an agent of the version that belongs to this control plane.',
      retryable: false,
    };
    return context.json({ error }, 404);
  });
  return app;
}

function bearerOf(header: string | undefined): string {
  const token = /^Bearer ([A-Za-z0-9._~+/=-]{1,4096})$/i.exec(header ?? '')?.[1];
  if (token) return token;
  throw new HoldfastError({
    code: 'UNAUTHENTICATED',
    message: 'This call needs a bearer token.',
    remedy: 'Get a token with the signed challenge first.',
    retryable: false,
  });
}

const notFound = () =>
  new HoldfastError({
    code: 'NOT_FOUND',
    message: 'There is no such attempt or command of this gateway.',
    remedy: 'Nothing to do: it ended, or belongs to another gateway.',
    retryable: false,
  });

function errorBodyOf(error: unknown, requestId: string, logger: Logger): ErrorBody {
  if (error instanceof HoldfastError || isDriverError(error)) {
    const { code, message, remedy, retryable } = error;
    logger.debug({ requestId, code }, 'control channel: refused');
    return { code, message: message.slice(0, 4_000), remedy: remedy.slice(0, 4_000), retryable };
  }
  logger.error({ requestId, err: error }, 'control channel: unexpected error');
  return {
    code: 'INTERNAL',
    message: `Something went wrong in the control plane. Request id: ${requestId}.`,
    remedy: "Look for this request id in the control plane's log.",
    retryable: true,
  };
}
