import type { Logger } from '../base/logger.ts';
import type { AccessKeyPair } from '../drivers/identity/contract.ts';
import type { FieldErrors } from './activation/form.ts';
import { AgentProcess } from './agent-process.ts';
import { startLocalServer } from './local/local-server.ts';
import { type AgentLog, logDirectory } from './log/agent-log.ts';
import type { AgentOptions } from './options.ts';
import { HeldForms } from './page/held-forms.ts';
import { createPageApp } from './page/page-app.ts';
import { openPageIdentity } from './page/page-identity.ts';
import { startPageServer } from './page/page-server.ts';
import { PageSessions } from './page/sessions.ts';
import { openStateDirectory } from './state/state-directory.ts';
import type { AgentStatus } from './status.ts';

export interface RunningAgent extends AsyncDisposable {
  /** `https://host:port/` of the activation and status page. */
  readonly pageUrl: string;
  /** SHA-256 of the page's certificate, as browsers show it. */
  readonly pageFingerprint: string;
  status(): AgentStatus;
  /** What the page's form does; undefined when the gateway works with this access key now. */
  replaceAccessKey(pair: AccessKeyPair, signal: AbortSignal): Promise<FieldErrors | undefined>;
  /** Gives running jobs back after tidying up behind them; takes at most half a minute. */
  close(): Promise<void>;
}

/**
 * Starts the gateway: its page at once, and its channels and jobs as soon as it is activated. Throws STATE_DIRECTORY_IN_USE,
 * BAD_CONFIGURATION or ADDRESS_IN_USE.
 */
export async function startAgent(options: AgentOptions): Promise<RunningAgent> {
  await using stack = new AsyncDisposableStack();
  const state = stack.use(await openStateDirectory(options.stateDirectory, options));
  const { clock, logger } = options;
  const { host } = options.page;
  const identity = stack.use(await openPageIdentity({ file: state.pageCertificate, host, clock, logger }));
  if (options.log) await keepLog(stack.use(options.log), state.path, options.logger);
  const agent = stack.use(await AgentProcess.start(options, state));
  stack.use(await startLocalServer(agent, { ...options, stateDirectory: state.path }));
  const app = createPageApp({
    model: agent,
    sessions: new PageSessions(options.clock, options.ids),
    held: stack.use(new HeldForms(options.clock, options.ids)),
    identity,
    clock,
    logger,
  });
  const page = stack.use(await startPageServer(app, { ...options.page, identity }));
  logger.info({ pageUrl: page.url, fingerprint: identity.fingerprint }, "the gateway's page is open");
  const open = stack.move();
  return {
    pageUrl: page.url,
    get pageFingerprint() {
      return identity.fingerprint;
    },
    status: () => agent.status(),
    replaceAccessKey: (pair, signal) => agent.replaceAccessKey(pair, signal),
    close: () => open.disposeAsync(),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

/** A disk that takes no log is no reason not to work. */
async function keepLog(log: AgentLog, stateDirectory: string, logger: Logger): Promise<void> {
  try {
    await log.open(logDirectory(stateDirectory));
  } catch (error) {
    logger.warn({ err: error }, 'the log is kept in memory only');
  }
}
