import { Hono } from 'hono';
import { passwordErrors } from '../../activation/form.ts';
import { accessKeyPage, passwordPage } from '../entrance-views.ts';
import { probePage } from '../probe-view.ts';
import type { PageEnvironment } from '../visit.ts';
import { addressOf, formOf, isLoggedIn, logIn, type PageTools } from './page-context.ts';

/** What an activated gateway's owner can do on its page; all behind the password. */
export function toolRoutes(tools: PageTools): Hono<PageEnvironment> {
  const { model, sessions, clock, logger } = tools;
  const app = new Hono<PageEnvironment>();

  for (const path of ['/probe', '/logs', '/access-key', '/password'])
    app.use(path, async (context, next) => {
      if (!isLoggedIn(context, tools)) return context.redirect('/', 303);
      return next();
    });

  app.get('/probe', (context) => context.redirect('/', 303));
  app.post('/probe', async (context) => {
    const report = await model.probe({ kind: 'PRESENT' }, context.req.raw.signal);
    return context.html(probePage(context.get('visit'), report));
  });

  app.get('/logs', async (context) => {
    const when = new Date(clock.now()).toISOString().replaceAll(/[:.]/g, '-');
    const name = (model.status().gateway?.gatewayName ?? 'gateway').replaceAll(/[^A-Za-z0-9_-]/g, '_');
    context.header('content-disposition', `attachment; filename="holdfast-${name}-${when}.log"`);
    return context.text(await model.logs());
  });

  app.get('/access-key', (context) => {
    const presentId = model.status().accessKeyId;
    return context.html(accessKeyPage(context.get('visit'), { presentId, accessKeyId: '', errors: {} }));
  });
  app.post('/access-key', async (context) => {
    const text = await formOf(context);
    const accessKeyId = text('accessKeyId');
    const pair = { accessKeyId, accessKeySecret: text('accessKeySecret') };
    const errors = await model.replaceAccessKey(pair, context.req.raw.signal);
    if (!errors) return context.redirect('/?done=accessKeyReplaced', 303);
    const presentId = model.status().accessKeyId;
    return context.html(accessKeyPage(context.get('visit'), { presentId, accessKeyId, errors }), 400);
  });

  app.get('/password', (context) => context.html(passwordPage(context.get('visit'), {})));
  app.post('/password', async (context) => {
    const text = await formOf(context);
    const [password, passwordAgain] = [text('password'), text('passwordAgain')];
    const errors = passwordErrors({ password, passwordAgain });
    const hash = model.passwordHash() ?? '';
    const present = await sessions.checkPassword(text('presentPassword'), hash, addressOf(context));
    const { texts } = context.get('visit');
    const told = { wrong: texts.wrongPassword, wait: texts.tooManyWrong, right: undefined }[present];
    if (told !== undefined || Object.keys(errors).length > 0) {
      const page = passwordPage(context.get('visit'), { ...errors, present: told });
      return context.html(page, present === 'wait' ? 429 : 400);
    }
    await model.setPassword(password);
    logger.info({}, 'the password of the page was changed');
    sessions.closeAll();
    logIn(context, tools, model.passwordHash());
    return context.redirect('/?done=passwordChanged', 303);
  });
  return app;
}
