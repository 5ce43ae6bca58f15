import { Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { html } from 'hono/html';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { FieldProblem } from '../activation/field-problem.ts';
import type { ActivationForm, FieldErrors } from '../activation/form.ts';
import type { ProbeReport } from '../probe/probe-report.ts';
import type { AgentStatus } from '../status.ts';
import { type ActivationValues, activationFormView, emptyActivationValues } from './activation-view.ts';
import { contentSecurityPolicy, layout, type Markup } from './layout.ts';
import type { PageModel } from './page-model.ts';
import type { PageSessions } from './sessions.ts';
import { statusView } from './status-view.ts';

export interface PageOptions {
  readonly model: PageModel;
  readonly sessions: PageSessions;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The largest form: a certificate with a CA inside, and room to spare. Bytes. */
const largestForm = 256 * 1_024;
/** `__Host-`: no plain-HTTP answer and no other host can set them. */
const browserCookie = '__Host-holdfast-browser';
const sessionCookie = '__Host-holdfast-session';
const cookieOptions = { httpOnly: true, secure: true, sameSite: 'Strict', path: '/' } as const;

/** The gateway's own page: activation, log-in and status. Plain HTML; every form post is checked for origin and token. */
export function createPageApp({ model, sessions, clock, logger }: PageOptions): Hono {
  const app = new Hono();

  app.use(async (context, next) => {
    await next();
    context.header('content-security-policy', contentSecurityPolicy);
    context.header('x-content-type-options', 'nosniff');
    context.header('referrer-policy', 'same-origin');
    context.header('cache-control', 'no-store');
  });
  app.onError((error, context) => {
    logger.error({ err: error }, 'gateway page: unexpected error');
    return context.html(message('Something went wrong', "The gateway's log says more. Try again."), 500);
  });
  app.notFound((context) => context.html(message('Not found', 'There is no such page.'), 404));

  const browserOf = (context: Parameters<typeof getCookie>[0]): string => {
    const present = getCookie(context, browserCookie);
    if (present && present.length === 32) return present;
    const fresh = sessions.newBrowserId();
    setCookie(context, browserCookie, fresh, cookieOptions);
    return fresh;
  };
  const isLoggedIn = (context: Parameters<typeof getCookie>[0]) => sessions.isOpen(getCookie(context, sessionCookie));

  app.use('*', async (context, next) => {
    if (context.req.method !== 'POST') return next();
    if (Number(context.req.header('content-length') ?? largestForm + 1) > largestForm)
      return context.html(message('Too large', 'This form is larger than the gateway accepts.'), 413);
    const origin = context.req.header('origin');
    const isForeign = origin !== undefined && origin !== `https://${context.req.header('host')}`;
    const site = context.req.header('sec-fetch-site');
    const token = (await context.req.parseBody()).csrfToken;
    const isKnown = typeof token === 'string' && sessions.isFormToken(token, getCookie(context, browserCookie));
    if (isForeign || site === 'cross-site' || !isKnown)
      return context.html(
        message('Please try again', 'This form was too old or came from another site. Open the page again.'),
        403,
      );
    return next();
  });

  app.get('/healthz', (context) => context.json({ status: 'ok' }));

  app.get('/', (context) => {
    const csrfToken = sessions.formToken(browserOf(context));
    if (model.passwordHash() === undefined)
      return context.html(activationPage({ values: emptyActivationValues, errors: {}, csrfToken }));
    if (!isLoggedIn(context)) return context.html(logInPage(csrfToken));
    return context.html(statusPage(model.status(), clock.now(), csrfToken));
  });

  app.get('/reactivate', (context) => {
    if (model.passwordHash() === undefined || !isLoggedIn(context)) return context.redirect('/', 303);
    const csrfToken = sessions.formToken(browserOf(context));
    return context.html(activationPage({ values: emptyActivationValues, errors: {}, csrfToken }));
  });

  app.post('/login', async (context) => {
    const passwordHash = model.passwordHash();
    if (passwordHash === undefined) return context.redirect('/', 303);
    const { password } = await context.req.parseBody();
    const result = await sessions.logIn(typeof password === 'string' ? password.slice(0, 512) : '', passwordHash);
    const csrfToken = sessions.formToken(browserOf(context));
    if (result === 'wait') {
      context.header('retry-after', '60');
      return context.html(logInPage(csrfToken, 'Too many wrong passwords. Wait a moment, then try again.'), 429);
    }
    if (result === 'wrong') return context.html(logInPage(csrfToken, 'This is not the password of this page.'), 403);
    setCookie(context, sessionCookie, result.session, cookieOptions);
    return context.redirect('/', 303);
  });

  app.post('/logout', (context) => {
    sessions.close(getCookie(context, sessionCookie));
    return context.redirect('/', 303);
  });

  app.post('/activate', async (context) => {
    if (model.passwordHash() !== undefined && !isLoggedIn(context)) return context.redirect('/', 303);
    const form = await readForm(await context.req.parseBody());
    const outcome = await model.activate(form, context.req.raw.signal);
    if (outcome.kind !== 'activated') {
      const errors = outcome.kind === 'errors' ? outcome.errors : { form: unreachable(outcome.probe) };
      const csrfToken = sessions.formToken(browserOf(context));
      const { accessKeyId, certificate, controlNetwork, messageNetwork } = form;
      const values = { accessKeyId, certificate, controlNetwork, messageNetwork };
      return context.html(activationPage({ values, errors, csrfToken }), 400);
    }
    sessions.closeAll();
    setCookie(context, sessionCookie, sessions.open(), cookieOptions);
    return context.redirect('/', 303);
  });
  return app;
}

type FormBody = Readonly<Record<string, string | File>>;

/** A chosen file wins over pasted text. */
async function readForm(body: FormBody): Promise<ActivationForm> {
  const text = (name: string) => {
    const value = body[name];
    return typeof value === 'string' ? value : '';
  };
  const file = body.certificateFile;
  const uploaded = file instanceof File && file.size > 0 ? await file.text() : '';
  return {
    accessKeyId: text('accessKeyId'),
    accessKeySecret: text('accessKeySecret'),
    password: text('password'),
    passwordAgain: text('passwordAgain'),
    certificate: uploaded || text('certificate'),
    controlNetwork: text('controlNetwork'),
    messageNetwork: text('messageNetwork'),
    acceptProbe: text('acceptProbe') !== '',
  };
}

/** What cannot be reached, in one line. */
function unreachable({ checks, clock }: ProbeReport): FieldProblem {
  const problems = [...checks.flatMap(({ error }) => error ?? []), ...(clock?.ok === false ? [clock] : [])];
  return {
    code: 'PROBE_FAILED',
    message: `Nothing was activated. ${problems.map(({ message }) => message).join(' ')}`,
    remedy: problems.map(({ remedy }) => remedy).join(' '),
  };
}

function activationPage(view: {
  readonly values: ActivationValues;
  readonly errors: FieldErrors;
  readonly csrfToken: string;
}): Markup {
  return layout({
    title: Object.keys(view.errors).length > 0 ? 'Error: Activate this gateway' : 'Activate this gateway',
    body: html`<h1>Activate this gateway</h1>
<p class="lead">Connects this appliance to its vault. You need the gateway's certificate and an access key.</p>
<div class="card">${activationFormView(view)}</div>`,
  });
}

function logInPage(csrfToken: string, error?: string): Markup {
  return layout({
    title: error ? 'Error: Log in' : 'Holdfast gateway: log in',
    body: html`<h1>Holdfast gateway</h1>
<form class="card" method="post" action="/login"><input type="hidden" name="csrfToken" value="${csrfToken}">
<div class="field"><label for="password">Password of this page</label>
<input id="password" name="password" type="password" required autocomplete="current-password" ${error ? html`aria-invalid="true" aria-describedby="password-error"` : ''}>
${error ? html`<p class="error" id="password-error" role="alert">${error}</p>` : ''}</div>
<button>Log in</button></form>`,
  });
}

function statusPage(status: AgentStatus, now: number, csrfToken: string): Markup {
  return layout({
    title: `Gateway ${status.gateway?.gatewayName ?? ''}`,
    refreshSeconds: 10,
    body: html`<h1>Gateway ${status.gateway?.gatewayName ?? ''}</h1>
<p class="lead">This page renews itself every ten seconds.</p>
${statusView(status, now)}
<p><a href="/reactivate">Activate again with a new certificate</a></p>
<form method="post" action="/logout"><input type="hidden" name="csrfToken" value="${csrfToken}"><button>Log out</button></form>`,
  });
}

function message(title: string, text: string): Markup {
  return layout({ title, body: html`<h1>${title}</h1><p>${text}</p><p><a href="/">Back to the gateway</a></p>` });
}
