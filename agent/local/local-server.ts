import { chmod } from 'node:fs/promises';
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { z } from 'zod';
import { errorDetails, HoldfastError } from '../../base/errors.ts';
import type { IdSource } from '../../base/ids.ts';
import type { Logger } from '../../base/logger.ts';
import type { PageModel } from '../page/page-model.ts';
import { activateBody, localPaths, probeBody, replaceAccessKeyBody } from './local-api.ts';
import { prepareSocketPlace, removeSocketPlace } from './socket-place.ts';

/** Room for a certificate file with its CAs, twice. Bytes. */
const largestBody = 256 * 1_024;

/**
 * Listens for the command line on a socket in the state directory, for whoever holds its lock. Mode 0600 in a directory of mode 0700: who may read the
 * gateway's keys may also command it, and nobody else. An agent that cannot listen works without it.
 */
export async function startLocalServer(
  model: PageModel,
  options: { readonly stateDirectory: string; readonly ids: IdSource; readonly logger: Logger },
): Promise<AsyncDisposable> {
  const { stateDirectory, ids, logger } = options;
  const server = createServer(getRequestListener(localApp(model, logger).fetch));
  try {
    const path = await prepareSocketPlace(stateDirectory, ids);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.once('error', reject);
    server.listen(path, resolve);
    await promise;
    await chmod(path, 0o600);
  } catch (error) {
    logger.warn({ err: error }, 'no socket for the command line: it cannot speak to this agent while it runs');
  }
  return {
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((done) => server.close(() => done()));
      server.closeAllConnections();
      await closed;
      await removeSocketPlace(stateDirectory).catch(() => undefined);
    },
  };
}

function localApp(model: PageModel, logger: Logger): Hono {
  const app = new Hono();
  app.use(bodyLimit({ maxSize: largestBody }));
  app.onError((error, context) => {
    const details = errorDetails(error, {
      code: 'INTERNAL',
      message: 'Something unexpected happened.',
      remedy: "See the gateway's log.",
      retryable: false,
    });
    if (details.code === 'INTERNAL') logger.error({ err: error }, 'command line: unexpected error');
    const { code, message, remedy } = details;
    return context.json({ error: { code, message, remedy } }, 422);
  });
  app.get(localPaths.status, (context) => context.json(model.status()));
  app.get(localPaths.logs, async (context) => context.text(await model.logs()));
  app.post(localPaths.probe, async (context) =>
    context.json(await model.probe(await readBody(context, probeBody), context.req.raw.signal)),
  );
  app.post(localPaths.activate, async (context) =>
    context.json(await model.activate(await readBody(context, activateBody), context.req.raw.signal)),
  );
  app.post(localPaths.replaceAccessKey, async (context) => {
    const pair = await readBody(context, replaceAccessKeyBody);
    return context.json({ errors: (await model.replaceAccessKey(pair, context.req.raw.signal)) ?? null });
  });
  return app;
}

async function readBody<Schema extends z.ZodType>(context: Context, schema: Schema): Promise<z.output<Schema>> {
  const parsed = schema.safeParse(await context.req.json().catch(() => undefined));
  if (parsed.success) return parsed.data;
  throw new HoldfastError({
    code: 'INVALID_BODY',
    message: 'The agent does not understand this request.',
    remedy: 'Use the command line of the same version as the agent.',
    retryable: false,
  });
}
