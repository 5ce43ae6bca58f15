import { Hono } from 'hono';
import { emptyActivationValues } from '../activation-view.ts';
import { logInPage } from '../entrance-views.ts';
import { isLanguage } from '../languages.ts';
import { liveView, statusPage } from '../status-view.ts';
import type { PageEnvironment } from '../visit.ts';
import { mayActivate, readActivation, showForm, valuesOf } from './activation-routes.ts';
import {
  addressOf,
  formOf,
  isLoggedIn,
  keepLanguage,
  logIn,
  logOut,
  type PageContext,
  type PageTools,
} from './page-context.ts';

/** Pages that another language may come back to. */
const ownPages: readonly string[] = ['/', '/reactivate', '/access-key', '/password'];
/** What the status page may say was just done. */
const doneTexts = ['activated', 'accessKeyReplaced', 'passwordChanged'] as const;

/** The first page, whatever that is for the visitor; log-in, log-out and language. */
export function entranceRoutes(tools: PageTools): Hono<PageEnvironment> {
  const { model, sessions, clock, identity } = tools;
  const app = new Hono<PageEnvironment>();

  app.get('/', (context) => {
    if (model.passwordHash() === undefined) return showForm(context, tools, emptyActivationValues, {});
    if (!isLoggedIn(context, tools)) return showLogIn(context);
    const visit = context.get('visit');
    const done = doneTexts.find((name) => name === context.req.query('done'));
    return context.html(statusPage(visit, { ...viewOf(), done: done && visit.texts[done] }));
  });

  app.get('/live', (context) => {
    if (!isLoggedIn(context, tools, 'page')) return context.text('', 403);
    return context.html(liveView(context.get('visit'), viewOf()));
  });

  app.post('/login', async (context) => {
    const passwordHash = model.passwordHash();
    if (passwordHash === undefined) return context.redirect('/', 303);
    const password = (await formOf(context))('password');
    const result = await sessions.checkPassword(password, passwordHash, addressOf(context));
    const { texts } = context.get('visit');
    if (result === 'wait') {
      context.header('retry-after', '60');
      return showLogIn(context, texts.tooManyWrong, 429);
    }
    if (result === 'wrong') return showLogIn(context, texts.wrongPassword, 403);
    logIn(context, tools, passwordHash);
    return context.redirect('/', 303);
  });

  app.post('/logout', (context) => {
    logOut(context, tools);
    return context.redirect('/', 303);
  });

  app.post('/language', async (context) => {
    const text = await formOf(context);
    const language = text('language');
    if (isLanguage(language)) keepLanguage(context, language);
    if (text('form') !== '' && mayActivate(context, tools)) {
      const { form, isFromFile } = await readActivation(context);
      return showForm(context, tools, valuesOf(form, isFromFile), {});
    }
    const to = text('to');
    return context.redirect(ownPages.includes(to) ? to : '/', 303);
  });

  const viewOf = () => ({
    status: model.status(),
    now: clock.now(),
    fingerprint: identity.fingerprint,
  });
  const showLogIn = (context: PageContext, error?: string, status: 200 | 403 | 429 = 200) => {
    const view = { gatewayName: model.status().gateway?.gatewayName ?? '', ...(error !== undefined && { error }) };
    return context.html(logInPage(context.get('visit'), view), status);
  };
  return app;
}
