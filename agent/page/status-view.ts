import { html } from 'hono/html';
import type { FlowWindow } from '../../protocol/flow-control.ts';
import { activeWindows } from '../../protocol/flow-schedule.ts';
import { fillIn } from '../activation/field-problem.ts';
import type { AgentStatus } from '../status.ts';
import { ago, instant, megabytes, number } from './format.ts';
import { type GatewayState, gatewayState, isInContact } from './gateway-state.ts';
import { jobsView } from './job-view.ts';
import { layout, type Markup } from './layout.ts';
import { csrfField, problemMarkup, type Visit } from './visit.ts';

interface StatusView {
  readonly status: AgentStatus;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Of the page's certificate. */
  readonly fingerprint: string;
  /** What was just done, in the visitor's language. */
  readonly done?: string | undefined;
}

const goodStates: readonly GatewayState[] = ['WORKING', 'CONNECTING'];

/** What a gateway's owner wants to see: is it connected, what is it doing, and with which settings. */
export function statusPage(visit: Visit, view: StatusView): Markup {
  const { texts } = visit;
  const { status, fingerprint, done } = view;
  return layout(visit, {
    title: `${texts.gateway} ${status.gateway?.gatewayName ?? ''}`,
    isLive: true,
    body: html`<h1>${texts.gateway} ${status.gateway?.gatewayName ?? ''}</h1>
<div class="actions"><a class="button second" href="/">${texts.refresh}</a><label hidden><input type="checkbox" id="renew" checked>${texts.renewsItself}</label></div>
${done ? html`<div class="note" role="status"><p>${done}</p></div>` : ''}
<div class="alert" role="alert" id="silent" hidden><p>${texts.noAnswer}</p></div>
<div id="live">${liveView(visit, view)}</div>
${toolsView(visit)}
${aboutView(visit, status, fingerprint)}`,
  });
}

/** What changes by itself. */
export function liveView(visit: Visit, view: StatusView): Markup {
  const { status, now } = view;
  return html`${stateView(visit, view)}${channelsView(visit, status, now)}${jobsView(visit, status.jobs)}${settingsView(visit, status, now)}`;
}

function stateView(visit: Visit, { status, now }: StatusView): Markup {
  const { texts } = visit;
  const state = gatewayState(status, now);
  if (goodStates.includes(state))
    return html`<div class="note"><p><strong>${texts[`state${state}`]}</strong></p></div>${findingsView(visit, status)}`;
  const again = html`<a class="button" href="/reactivate">${state === 'DELETED' ? texts.activateTitle : texts.activateAgain}</a>`;
  const replace = html`<a class="button" href="/access-key">${texts.replaceAccessKey}</a>`;
  const needsCertificate = state === 'CERTIFICATE_EXPIRED' || state === 'DELETED';
  return html`<div class="alert"><p><strong>${texts[`state${state}`]}</strong></p>
${status.problem ? html`<p>${problemMarkup(visit, status.problem)}</p>` : ''}
${state === 'CREDENTIALS_EXPIRED' ? html`<p>${replace}</p>` : ''}${needsCertificate ? html`<p>${again}</p>` : ''}</div>`;
}

/** It works, yet there is something that somebody should mend. */
function findingsView(visit: Visit, { findings }: AgentStatus): Markup {
  if (findings.length === 0) return html``;
  return html`<div class="alert" id="findings">${findings.map((finding) => html`<p>${problemMarkup(visit, finding)}</p>`)}</div>`;
}

function channelsView(visit: Visit, status: AgentStatus, now: number): Markup {
  const { texts } = visit;
  const { networks } = status;
  const isMessageUp = status.messageChannelConnected;
  const isControlUp = isInContact(status, now);
  const channel = (isUp: boolean, network: keyof NonNullable<AgentStatus['networks']>, at: number | null) =>
    html`<dd><span class="${isUp ? 'good' : 'bad'}">${isUp ? texts.connected : texts.notConnected}</span> · ${contact(visit, at, now)}
${networks ? html`<br><span class="hint">${fillIn(texts.through, { network: networkName(visit, networks[network]) })}</span>` : ''}</dd>`;
  return html`<section class="card" aria-labelledby="channels"><h2 id="channels">${texts.connections}</h2>
<dl><dt>${texts.controlChannel}</dt>${channel(isControlUp, 'control', status.lastControlContactAt)}
<dt>${texts.messageChannel}</dt>${channel(isMessageUp, 'message', status.lastMessageContactAt)}</dl></section>`;
}

function settingsView(visit: Visit, { settings, networks }: AgentStatus, now: number): Markup {
  if (settings === null) return html``;
  const { texts, tag } = visit;
  return html`<section class="card" aria-labelledby="settings"><h2 id="settings">${texts.settings}</h2>
<dl><dt>${texts.dataHttps}</dt><dd>${settings.useHttps ? texts.yes : texts.noEncryptedAnyway}</dd>
${networks ? html`<dt>${texts.dataNetwork}</dt><dd>${networkName(visit, networks.data)}</dd>` : ''}
<dt>${texts.workers}</dt><dd>${settings.maxWorkers === 0 ? texts.automatic : number(tag, settings.maxWorkers)}</dd>
<dt>${texts.cores}</dt><dd>${settings.maxCpuCores === 0 ? texts.noLimit : number(tag, settings.maxCpuCores)}</dd>
<dt>${texts.flowControl}</dt><dd>${flowText(visit, settings.flowControl ?? [], now)}</dd></dl></section>`;
}

function flowText({ texts, tag }: Visit, windows: readonly FlowWindow[], now: number): string {
  if (windows.length === 0) return texts.flowNone;
  const { BACKUP, RESTORE } = activeWindows(windows, now);
  const active = [BACKUP, RESTORE].filter((window) => window !== null);
  if (active.length === 0) return fillIn(texts.flowNotNow, { count: windows.length });
  const limits = [...new Set(active)].map(({ appliesTo, bytesPerSecond }) =>
    fillIn(texts[`flow${appliesTo}`], { rate: megabytes(tag, bytesPerSecond) }),
  );
  return fillIn(texts.flowNow, { limits: limits.join(' · ') });
}

function toolsView(visit: Visit): Markup {
  const { texts } = visit;
  const link = (path: string, text: string) => html`<a class="button second" href="${path}">${text}</a>`;
  return html`<section class="card" aria-labelledby="tools"><h2 id="tools">${texts.tools}</h2>
<div class="actions"><form method="post" action="/probe">${csrfField(visit)}<button class="second">${texts.checkConnections}</button></form>
${link('/logs', texts.downloadLogs)}${link('/access-key', texts.replaceAccessKey)}${link('/reactivate', texts.activateAgain)}${link('/password', texts.changePassword)}</div></section>`;
}

function aboutView(
  visit: Visit,
  { gateway, version, controlPlaneVersion, accessKeyId, activatedAt }: AgentStatus,
  fingerprint: string,
) {
  const { texts, tag } = visit;
  return html`<section class="card" aria-labelledby="about"><h2 id="about">${texts.about}</h2>
<dl>${
    gateway
      ? html`<dt>${texts.gatewayName}</dt><dd>${gateway.gatewayName}</dd><dt>${texts.gatewayId}</dt><dd>${gateway.gatewayId}</dd>
<dt>${texts.vault}</dt><dd>${gateway.vaultName}</dd><dt>${texts.region}</dt><dd>${gateway.regionId}</dd>`
      : ''
  }
${accessKeyId ? html`<dt>${texts.accessKeyId}</dt><dd>${accessKeyId}</dd>` : ''}
${activatedAt === null ? '' : html`<dt>${texts.activatedAt}</dt><dd>${instant(tag, activatedAt)}</dd>`}
${controlPlaneVersion === null ? '' : html`<dt>${texts.controlPlaneVersion}</dt><dd>${controlPlaneVersion}</dd>`}
<dt>${texts.agentVersion}</dt><dd>${version}</dd><dt>${texts.nodeVersion}</dt><dd>${process.version}</dd>
<dt>${texts.fingerprint}</dt><dd><span class="fingerprint">${fingerprint}</span><p class="hint">${texts.fingerprintHint}</p></dd></dl></section>`;
}

function contact({ texts, tag }: Visit, at: number | null, now: number): Markup {
  if (at === null) return html`${texts.noContact}`;
  const [before = '', after = ''] = texts.lastContact.split('{when}');
  return html`${before}<time datetime="${new Date(at).toISOString()}">${ago(tag, at, now)}</time>${after}`;
}

function networkName({ texts }: Visit, network: 'VPC' | 'INTERNET'): string {
  return network === 'VPC' ? texts.networkVpc : texts.networkInternet;
}
