import { html } from 'hono/html';
import { fillIn } from '../activation/field-problem.ts';
import { allowsActivation, type ProbeCheck, type ProbeReport } from '../probe/probe-report.ts';
import {
  type ActivationPurpose,
  type ActivationValues,
  activationForm,
  activationFormView,
} from './activation-view.ts';
import { milliseconds, number } from './format.ts';
import { layout, type Markup } from './layout.ts';
import { csrfField, problemMarkup, type Visit } from './visit.ts';

/** What an activated gateway reaches. */
export function probePage(visit: Visit, report: ProbeReport): Markup {
  const { texts } = visit;
  return layout(visit, {
    title: texts.probeTitle,
    body: html`<h1>${texts.probeTitle}</h1>
<div class="card">${probeResult(visit, report)}
<div class="actions"><form method="post" action="/probe">${csrfField(visit)}<button>${texts.probeAgain}</button></form>
<a class="button second" href="/">${texts.back}</a></div></div>`,
  });
}

/** Instead of an activation: what cannot be reached, and how to go on. `held`: the form as it was sent, kept in memory. */
export function probeFailedPage(
  visit: Visit,
  view: {
    readonly report: ProbeReport;
    readonly values: ActivationValues;
    readonly held: string;
    readonly purpose: ActivationPurpose;
  },
): Markup {
  const { texts } = visit;
  const mayGoOn = allowsActivation(view.report);
  const goOn = html`<button class="second" name="acceptProbe" value="yes">${texts.goOnAnyway}</button>`;
  return layout(visit, {
    title: texts.probeFailedTitle,
    isError: true,
    form: activationForm,
    body: html`<h1>${texts.probeFailedTitle}</h1>
<div class="alert" role="alert" tabindex="-1" autofocus id="errors"><p>${texts.probeFailedLead}</p></div>
<div class="card">${probeResult(visit, view.report)}
<p class="hint">${mayGoOn ? texts.goOnAnywayHint : texts.goOnImpossible}</p>
<form method="post" action="/activate/held" class="actions">${csrfField(visit)}<input type="hidden" name="held" value="${view.held}">
<button>${texts.tryAgain}</button>${mayGoOn ? goOn : ''}</form>
<p class="hint">${texts.heldForm}</p></div>
<section class="card" aria-labelledby="change"><h2 id="change">${texts.orChange}</h2>
${activationFormView(visit, { values: view.values, errors: {}, purpose: view.purpose })}</section>`,
  });
}

function probeResult(visit: Visit, { checks, clock }: ProbeReport): Markup {
  const { texts } = visit;
  const failed = checks.filter(({ ok }) => !ok);
  const summary =
    checks.length === 0
      ? texts.probeNothing
      : failed.length === 0
        ? texts.probeAllGood
        : fillIn(texts.probeSomeBad, { count: failed.length, total: checks.length });
  return html`<p class="${failed.length === 0 ? 'good' : 'bad'}">${summary}</p>
${checks.length > 0 ? checkTable(visit, checks) : ''}
<p><strong>${texts.clock}</strong> ${clockText(visit, clock)}</p>
${failed.length > 0 ? firewallList(visit, failed) : ''}`;
}

function checkTable(visit: Visit, checks: readonly ProbeCheck[]): Markup {
  const { texts } = visit;
  return html`<table class="stack"><thead><tr><th scope="col">${texts.probeEndpoint}</th><th scope="col">${texts.probeUse}</th>
<th scope="col">${texts.probeResult}</th><th scope="col">${texts.probeTime}</th></tr></thead>
<tbody>${checks.map((check) => checkRow(visit, check))}</tbody></table>`;
}

function checkRow(visit: Visit, check: ProbeCheck): Markup {
  const { texts, tag, language } = visit;
  const { ok, durationMs, error } = check;
  const result = ok ? texts.probeOk : durationMs === null && !error ? texts.probeNotTried : texts.probeBad;
  const need = check.required ? texts.probeRequired : texts.probeOptional;
  const purpose = language === 'en' ? check.purpose : texts[`purpose${check.channel}`];
  return html`<tr><th scope="row">${endpoint(check)}</th><td>${purpose} (${need})</td>
<td><span class="${ok ? 'good' : 'bad'}">${result}</span>${error ? html`<br>${problemMarkup(visit, error)}` : ''}</td>
<td class="time">${durationMs === null ? '–' : milliseconds(tag, durationMs)}</td></tr>`;
}

function clockText({ texts, tag, language }: Visit, clock: ProbeReport['clock']): Markup {
  if (clock === null || clock.offsetMs === null) return html`${texts.clockUnknown}`;
  if (clock.code === 'CLOCK_RIGHT') return html`<span class="good">${texts.clockGood}</span>`;
  const minutes = number(tag, Math.abs(clock.offsetMs) / 60_000);
  const english = `${clock.message} ${clock.remedy}`;
  return html`<span class="bad">${language === 'en' ? english : fillIn(texts.clockWrong, { minutes })}</span>`;
}

/** To be copied to whoever keeps the firewall. */
function firewallList({ texts }: Visit, failed: readonly ProbeCheck[]): Markup {
  const endpoints = [...new Set(failed.map(endpoint))];
  return html`<p><strong>${texts.probeFirewall}</strong></p><ul class="fingerprint">${endpoints.map((name) => html`<li>${name} (TCP)</li>`)}</ul>`;
}

const endpoint = ({ host, port }: ProbeCheck) => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`);
