import { Hono } from 'hono';
import { messagePage } from './entrance-views.ts';
import { contentSecurityPolicy } from './layout.ts';
import { activationRoutes } from './routes/activation-routes.ts';
import { entranceRoutes } from './routes/entrance-routes.ts';
import { browserOf, isLoggedIn, languageOf, type PageTools, sentBrowser } from './routes/page-context.ts';
import { toolRoutes } from './routes/tool-routes.ts';
import { type PageEnvironment, visitOf } from './visit.ts';

/** The largest form: a certificate with a CA inside, and room to spare. Bytes. */
const largestForm = 256 * 1_024;

/** The gateway's own page: activation, log-in and status. Every form post is checked for origin and token. */
export function createPageApp(tools: PageTools): Hono<PageEnvironment> {
  const { sessions, logger } = tools;
  const app = new Hono<PageEnvironment>();

  app.use(async (context, next) => {
    await next();
    context.header('content-security-policy', contentSecurityPolicy);
    context.header('x-content-type-options', 'nosniff');
    context.header('referrer-policy', 'same-origin');
    context.header('cross-origin-opener-policy', 'same-origin');
    context.header('cache-control', 'no-store');
  });
  app.get('/healthz', (context) => context.json({ status: 'ok' }));
  app.use(async (context, next) => {
    const csrfToken = sessions.formToken(browserOf(context, tools));
    context.set('visit', visitOf(languageOf(context), csrfToken, isLoggedIn(context, tools, 'page')));
    return next();
  });
  app.onError((error, context) => {
    logger.error({ err: error }, 'gateway page: unexpected error');
    const visit = context.get('visit') ?? visitOf('en', '', false);
    return context.html(messagePage(visit, visit.texts.somethingWrong, visit.texts.somethingWrongText), 500);
  });
  app.notFound((context) => {
    const visit = context.get('visit');
    return context.html(messagePage(visit, visit.texts.notFound, visit.texts.notFoundText), 404);
  });

  app.use(async (context, next) => {
    if (context.req.method !== 'POST') return next();
    const visit = context.get('visit');
    if (Number(context.req.header('content-length') ?? largestForm + 1) > largestForm)
      return context.html(messagePage(visit, visit.texts.tooLarge, visit.texts.tooLargeText), 413);
    const origin = context.req.header('origin');
    const isForeign = origin !== undefined && origin !== `https://${context.req.header('host')}`;
    const site = context.req.header('sec-fetch-site');
    // What is no form holds no token either.
    const { csrfToken: token } = await context.req.parseBody().catch(() => ({ csrfToken: undefined }));
    const isKnown = typeof token === 'string' && sessions.isFormToken(token, sentBrowser(context));
    if (isForeign || site === 'cross-site' || !isKnown)
      return context.html(messagePage(visit, visit.texts.tryFormAgain, visit.texts.tryFormAgainText), 403);
    return next();
  });

  app.route('/', entranceRoutes(tools));
  app.route('/', activationRoutes(tools));
  app.route('/', toolRoutes(tools));
  return app;
}
