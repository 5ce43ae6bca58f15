import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hash } from '@node-rs/argon2';
import { formProblem } from '../../agent/activation/field-problem.ts';
import type { ActivationOutcome } from '../../agent/activation/outcome.ts';
import { HeldForms } from '../../agent/page/held-forms.ts';
import { createPageApp } from '../../agent/page/page-app.ts';
import { openPageIdentity } from '../../agent/page/page-identity.ts';
import type { PageModel } from '../../agent/page/page-model.ts';
import { startPageServer } from '../../agent/page/page-server.ts';
import { PageSessions } from '../../agent/page/sessions.ts';
import type { ProbeCheck, ProbeReport } from '../../agent/probe/probe-report.ts';
import { openStateDirectory } from '../../agent/state/state-directory.ts';
import type { AgentStatus } from '../../agent/status.ts';
import { type Clock, systemClock } from '../../base/clock.ts';
import { systemIds } from '../../base/ids.ts';
import { silentLogger } from '../../base/logger.ts';
import type { PageAddress } from '../../bin/demo/page-client.ts';

export const scenePassword = 'page p@ssword';

/**
 * The page itself, real in everything, of a gateway in any state a test wants to see. The gateway behind it is a script, which the house otherwise does not
 * allow: states such as an expired certificate, a problem nobody translated or a clock ten minutes off would take a plant and minutes each, and each is looked at in
 * three languages. That real gateways come into these states, and what the page then does, is shown with real ones: tests/browser/gateway-page.test.ts,
 * tests/gateway-page.test.ts and tests/deleted-gateway.test.ts.
 */
export interface PageScene extends AsyncDisposable, PageAddress {
  status: AgentStatus;
  isActivated: boolean;
  outcome: ActivationOutcome;
  probe: ProbeReport;
  /** What was asked of the gateway. */
  readonly asked: string[];
}

const gibibyte = 2 ** 30;

export const workingStatus = (now: number): AgentStatus => ({
  version: '0.1.0',
  controlPlaneVersion: '0.2.0',
  activated: true,
  gateway: { gatewayId: '0190-0001', gatewayName: 'shanghai-1', vaultName: 'production', regionId: 'cn-shanghai' },
  networks: { control: 'VPC', message: 'VPC', data: 'INTERNET' },
  accessKeyId: 'LTAI5tExampleKeyId',
  activatedAt: now - 86_400_000,
  settings: {
    useHttps: false,
    maxWorkers: 8,
    maxCpuCores: 0,
    flowControl: [
      {
        days: ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'],
        start: '00:00',
        end: '24:00',
        timeZone: 'Asia/Shanghai',
        bytesPerSecond: 50_000_000,
        appliesTo: 'BOTH',
      },
    ],
  },
  lastControlContactAt: now - 3_000,
  lastMessageContactAt: now - 1_000,
  messageChannelConnected: true,
  problem: null,
  findings: [],
  jobs: [
    {
      jobId: 'j1',
      attemptId: 'a1',
      kind: 'BACKUP',
      subject: 'web-01 <production>',
      transport: 'hotadd',
      startedAt: now - 60_000,
      progress: {
        phase: 'TRANSFER',
        bytesTotal: 120 * gibibyte,
        bytesDone: 45 * gibibyte,
        bytesRead: 45 * gibibyte,
        bytesZero: 10 * gibibyte,
        bytesDeduplicated: gibibyte,
        bytesStored: 20 * gibibyte,
        rate: 180_000_000,
      },
    },
    {
      jobId: 'j2',
      attemptId: 'a2',
      kind: 'RESTORE',
      subject: 'db-02',
      transport: 'nfc',
      startedAt: now,
      progress: null,
    },
  ],
});

const check = (
  host: string,
  port: number,
  channel: ProbeCheck['channel'],
  rest: Partial<ProbeCheck> = {},
): ProbeCheck => ({
  host,
  port,
  channel,
  purpose: `for ${channel}`,
  ok: true,
  required: channel === 'CONTROL',
  durationMs: 12,
  error: null,
  ...rest,
});

/** A report in which the message channel is cut off, and perhaps what is required too. */
export function troubledProbe(now: number, isRequiredCut: boolean): ProbeReport {
  const cut = (code: 'TIMEOUT' | 'DNS_FAILED') =>
    ({
      ok: false,
      durationMs: 5_000,
      error: { code, message: 'Nothing answers.', remedy: 'Open it.', parameters: { host: 'x', port: 1 } },
    }) as const;
  return {
    startedAt: now,
    clock: {
      code: isRequiredCut ? 'CLOCK_WRONG' : 'CLOCK_RIGHT',
      offsetMs: isRequiredCut ? 600_000 : 12,
      ok: !isRequiredCut,
      message: 'This clock is 10 minutes ahead.',
      remedy: 'Set it.',
    },
    checks: [
      check('hbr-vpc.cn-shanghai.aliyuncs.com', 443, 'CONTROL', isRequiredCut ? cut('DNS_FAILED') : {}),
      check('post-cn-example-internal-vpc.mqtt.aliyuncs.com', 8883, 'MESSAGE', cut('TIMEOUT')),
      check('bucket.oss-cn-shanghai-internal.aliyuncs.com', 443, 'DATA'),
    ],
  };
}

export async function startPageScene(clock: Clock = systemClock): Promise<PageScene> {
  await using stack = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-scene-'));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const state = stack.use(await openStateDirectory(directory, { clock: systemClock, ids: systemIds }));
  const tools = { clock, ids: systemIds, logger: silentLogger };
  const file = state.pageCertificate;
  const identity = stack.use(await openPageIdentity({ ...tools, clock: systemClock, file, host: '127.0.0.1' }));
  let passwordHash = await hash(scenePassword);
  const asked: string[] = [];
  const say = (what: string, ...with_: unknown[]) => void asked.push([what, ...with_.map(String)].join(' '));
  const model: PageModel = {
    status: () => scene.status,
    passwordHash: () => (scene.isActivated ? passwordHash : undefined),
    async setPassword(password) {
      say('setPassword', password);
      passwordHash = await hash(password);
    },
    async activate(form) {
      say('activate', form.accessKeyId, form.accessKeySecret, form.acceptProbe === true);
      if (scene.outcome.kind === 'activated') scene.isActivated = true;
      return scene.outcome;
    },
    async replaceAccessKey({ accessKeyId, accessKeySecret }) {
      say('replaceAccessKey', accessKeyId, accessKeySecret);
      return accessKeySecret ? undefined : { accessKeySecret: formProblem('ACCESS_KEY_SECRET_MISSING') };
    },
    async probe() {
      say('probe');
      return scene.probe;
    },
    logs: async () => '{"level":"info"}\n',
  };
  const held = stack.use(new HeldForms(clock, systemIds));
  const app = createPageApp({ ...tools, model, identity, held, sessions: new PageSessions(clock, systemIds) });
  const server = stack.use(await startPageServer(app, { host: '127.0.0.1', port: 0, identity }));
  const open = stack.move();
  const now = clock.now();
  const scene: PageScene = {
    pageUrl: server.url,
    pageFingerprint: identity.fingerprint,
    status: workingStatus(now),
    isActivated: false,
    outcome: { kind: 'activated', findings: [], probe: null },
    probe: troubledProbe(now, false),
    asked,
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
  return scene;
}
