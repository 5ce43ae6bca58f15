import { html } from 'hono/html';
import { fillIn } from '../activation/field-problem.ts';
import type { RunningJob } from '../status.ts';
import { bytes, duration, percent } from './format.ts';
import type { Markup } from './layout.ts';
import type { Visit } from './visit.ts';

export function jobsView(visit: Visit, jobs: readonly RunningJob[]): Markup {
  const { texts } = visit;
  return html`<section class="card" aria-labelledby="jobs"><h2 id="jobs">${texts.jobs}</h2>
${jobs.length === 0 ? html`<p class="lead">${texts.noJobs}</p>` : jobs.map((job) => jobView(visit, job))}</section>`;
}

function jobView(visit: Visit, { kind, subject, progress, transport }: RunningJob): Markup {
  const { texts, tag } = visit;
  const total = progress?.bytesTotal ?? 0;
  const done = Math.min(progress?.bytesDone ?? 0, total);
  const rate = progress?.rate ?? 0;
  const facts = [
    texts[`phase${progress?.phase ?? 'STARTING'}`],
    ...(total > 0
      ? [percent(tag, done / total), fillIn(texts.amount, { done: bytes(tag, done), total: bytes(tag, total) })]
      : []),
    ...(rate > 0 ? [fillIn(texts.rate, { rate: bytes(tag, rate) })] : []),
    ...(rate > 0 && done < total
      ? [fillIn(texts.timeLeft, { time: duration(tag, ((total - done) / rate) * 1_000) })]
      : []),
    ...(transport === 'auto' ? [] : [fillIn(texts.transport, { transport })]),
  ];
  const bar = html`<progress max="${total}" value="${done}" aria-label="${fillIn(texts.progressOf, { name: subject })}"></progress>`;
  return html`<div class="job"><h3>${fillIn(texts[`job${kind}`], { name: subject })}</h3>
<p class="hint">${facts.join(' · ')}</p>${total > 0 ? bar : ''}</div>`;
}
