import { Hono } from 'hono';
import type { ActivationForm, FieldErrors } from '../../activation/form.ts';
import type { ActivationOutcome } from '../../activation/outcome.ts';
import {
  type ActivationPurpose,
  type ActivationValues,
  activationPage,
  emptyActivationValues,
} from '../activation-view.ts';
import type { PageModel } from '../page-model.ts';
import { probeFailedPage } from '../probe-view.ts';
import type { PageEnvironment } from '../visit.ts';
import { browserOf, formOf, isLoggedIn, logIn, type PageContext, type PageTools } from './page-context.ts';

/** Whether this visitor may activate: anybody before the first time, later who knows the password. */
export function mayActivate(context: PageContext, tools: PageTools): boolean {
  return tools.model.passwordHash() === undefined || isLoggedIn(context, tools);
}

export function activationRoutes(tools: PageTools): Hono<PageEnvironment> {
  const { model, sessions, held } = tools;
  const app = new Hono<PageEnvironment>();

  app.get('/reactivate', (context) => {
    if (!isLoggedIn(context, tools)) return context.redirect('/', 303);
    return showForm(context, tools, emptyActivationValues, {});
  });

  app.post('/activate', async (context) => {
    if (!mayActivate(context, tools)) return context.redirect('/', 303);
    const { form, isFromFile } = await readActivation(context);
    const outcome = await model.activate(form, context.req.raw.signal);
    return answer(context, form, isFromFile, outcome);
  });

  app.post('/activate/held', async (context) => {
    if (!mayActivate(context, tools)) return context.redirect('/', 303);
    const text = await formOf(context);
    const form = held.take(text('held'), browserOf(context, tools));
    if (!form) {
      const { heldFormGone } = context.get('visit').texts;
      const gone = { code: '', message: heldFormGone, remedy: '' };
      return showForm(context, tools, emptyActivationValues, { form: gone }, 400);
    }
    const again = { ...form, acceptProbe: text('acceptProbe') === 'yes' };
    return answer(context, again, false, await model.activate(again, context.req.raw.signal));
  });

  const answer = (context: PageContext, form: ActivationForm, isFromFile: boolean, outcome: ActivationOutcome) => {
    if (outcome.kind === 'errors') return showForm(context, tools, valuesOf(form, isFromFile), outcome.errors, 400);
    if (outcome.kind === 'probe-failed') {
      const view = {
        report: outcome.probe,
        values: valuesOf(form, isFromFile),
        held: held.hold(form, browserOf(context, tools)),
        purpose: purposeOf(model),
      };
      return context.html(probeFailedPage(context.get('visit'), view), 409);
    }
    held.clear();
    sessions.closeAll();
    logIn(context, tools, model.passwordHash());
    return context.redirect('/?done=activated', 303);
  };
  return app;
}

export function showForm(
  context: PageContext,
  { model }: PageTools,
  values: ActivationValues,
  errors: FieldErrors,
  status: 200 | 400 = 200,
) {
  const view = { values, errors, purpose: purposeOf(model) };
  return context.html(activationPage(context.get('visit'), view), status);
}

function purposeOf(model: PageModel): ActivationPurpose {
  if (model.passwordHash() === undefined) return 'FIRST';
  return model.status().problem?.code === 'GATEWAY_DELETED' ? 'ANEW' : 'AGAIN';
}

export function valuesOf(form: ActivationForm, isFromFile: boolean): ActivationValues {
  const { accessKeyId, certificate, controlNetwork, messageNetwork } = form;
  return { accessKeyId, certificate, isFromFile, controlNetwork, messageNetwork };
}

/** A chosen file wins over pasted text. */
export async function readActivation(context: PageContext): Promise<{ form: ActivationForm; isFromFile: boolean }> {
  const text = await formOf(context);
  const { certificateFile: file } = await context.req.parseBody();
  const uploaded = file instanceof File && file.size > 0 ? await file.text() : '';
  const form = {
    accessKeyId: text('accessKeyId'),
    accessKeySecret: text('accessKeySecret'),
    password: text('password'),
    passwordAgain: text('passwordAgain'),
    certificate: uploaded || text('certificate'),
    controlNetwork: text('controlNetwork'),
    messageNetwork: text('messageNetwork'),
  };
  return { form, isFromFile: uploaded !== '' };
}
