import { html } from 'hono/html';
import type { AgentStatus, RunningJob } from '../status.ts';
import type { Markup } from './layout.ts';

/** What a gateway's owner wants to see: is it connected, and what is it doing. `now` in milliseconds. */
export function statusView(status: AgentStatus, now: number): Markup {
  const { gateway, problem } = status;
  return html`<section class="card" aria-labelledby="channels"><h2 id="channels">Connections</h2>
<dl>
<dt>Gateway</dt><dd>${gateway?.gatewayName ?? ''}</dd>
<dt>Vault</dt><dd>${gateway?.vaultName ?? ''} (${gateway?.regionId ?? ''})</dd>
<dt>Control channel</dt><dd>${contact(status.lastControlContactAt, now)}</dd>
<dt>Message channel</dt><dd>${status.messageChannelConnected ? html`<span class="good">connected</span>, ` : html`<span class="bad">not connected</span>, `}${contact(status.lastMessageContactAt, now)}</dd>
</dl>
${problem ? html`<p class="alert" role="alert">${problem.message} ${problem.remedy}</p>` : ''}
</section>
<section class="card" aria-labelledby="jobs"><h2 id="jobs">Running jobs</h2>
${
  status.jobs.length === 0
    ? html`<p class="lead">None at the moment.</p>`
    : html`<table><thead><tr><th scope="col">Job</th><th scope="col">Phase</th><th scope="col">Progress</th></tr></thead>
<tbody>${status.jobs.map(jobRow)}</tbody></table>`
}
</section>`;
}

function jobRow(job: RunningJob): Markup {
  const { progress } = job;
  const total = progress?.bytesTotal ?? 0;
  const done = Math.min(progress?.bytesDone ?? 0, total);
  return html`<tr><th scope="row">${job.kind.toLowerCase()} of ${job.subject}</th><td>${progress?.phase.toLowerCase() ?? 'starting'}</td>
<td>${total > 0 ? html`<progress max="${total}" value="${done}" aria-label="Progress of ${job.subject}"></progress> ${gibibytes(done)} of ${gibibytes(total)} GiB` : ''}</td></tr>`;
}

function contact(at: number | null, now: number): string {
  if (at === null) return 'no contact since the start';
  const seconds = Math.max(0, Math.round((now - at) / 1_000));
  return seconds < 2 ? 'last contact just now' : `last contact ${seconds} s ago (${new Date(at).toISOString()})`;
}

function gibibytes(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(1);
}
