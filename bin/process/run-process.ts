import { z } from 'zod';
import { errorDetails } from '../../base/errors.ts';
import type { PlannedFault } from '../../base/faults.ts';
import { createLogger, type Logger } from '../../base/logger.ts';
import { knownVariables } from '../configuration/documentation.ts';
import { badConfiguration, type Environment, unknownVariables } from '../configuration/read.ts';
import { storagePrefix } from '../configuration/storage-settings.ts';
import { waitForStop } from './stop-signal.ts';

/** What a started process tells whoever started it, and how it is stopped. */
export interface Running {
  /** Becomes the ready line: `{"ready":true,…}` on standard output. */
  readonly ready: Readonly<Record<string, unknown>>;
  /** Lines for a person, on standard error. */
  readonly lines: readonly string[];
  close(): Promise<void>;
}

export interface ProcessOptions {
  /** `api`, `agent`, `sandbox`: names the log lines. */
  readonly name: string;
  readonly environment: Environment;
  readonly variables: {
    readonly HOLDFAST_LOG_LEVEL: string;
    readonly HOLDFAST_STOP_TIMEOUT_MS: number;
    readonly HOLDFAST_STOP_ON_STDIN_END: boolean;
    readonly HOLDFAST_FAULTS?: readonly PlannedFault[] | undefined;
  };
  /** Gets every line of the log too. */
  readonly alsoLog?: (line: string) => void;
  /** `signal` is aborted when the process is told to stop before it is ready. */
  readonly start: (logger: Logger, signal: AbortSignal) => Promise<Running>;
}

/**
 * Starts, says so, waits for SIGTERM, SIGINT or the end of standard input, and stops within the deadline. A second signal,
 * or a stop that takes too long, ends the process with status 1.
 */
export async function runProcess({ name, environment, variables, alsoLog, start }: ProcessOptions): Promise<void> {
  const logger = createLogger({ name, level: variables.HOLDFAST_LOG_LEVEL, ...(alsoLog && { also: alsoLog }) });
  for (const variable of unknownVariables(environment, knownVariables, [storagePrefix]))
    logger.warn({ variable }, 'unknown variable ignored: see docs/configuration.md');
  const faults = variables.HOLDFAST_FAULTS;
  if (faults) logger.warn({ faults }, 'things will go wrong in this process on purpose');

  using stop = waitForStop({ onStdinEnd: variables.HOLDFAST_STOP_ON_STDIN_END });
  const running = await start(logger, stop.signal);
  if (!stop.signal.aborted) {
    for (const line of running.lines) process.stderr.write(`${line}\n`);
    process.stdout.write(`${JSON.stringify({ ready: true, process: name, ...running.ready })}\n`);
    await stop.requested;
  }
  logger.info({ reason: String(stop.signal.reason) }, 'stopping');
  exitAfter(variables.HOLDFAST_STOP_TIMEOUT_MS, logger);
  await running.close();
  logger.info({}, 'stopped');
}

/** Does not keep a process alive that has nothing left to do. */
function exitAfter(milliseconds: number, logger: Logger): void {
  const deadline = AbortSignal.timeout(milliseconds);
  deadline.addEventListener('abort', () => {
    logger.error({ milliseconds }, 'the stop took too long: ending now');
    process.exit(1);
  });
}

/** Prints what a person needs and ends with 2 for a wrong configuration, 1 for everything else. */
export function failWith(error: unknown, logger = createLogger({ name: 'holdfast' })): void {
  const details = errorDetails(fromSystem(error), { code: 'INTERNAL', message: '', remedy: '', retryable: false });
  if (details.code === 'INTERNAL') logger.error({ err: error }, 'unexpected error');
  else process.stderr.write(`holdfast: ${details.message}\n${details.remedy}\n`);
  process.exitCode = details.code === 'BAD_CONFIGURATION' ? 2 : 1;
}

const systemError = z.object({
  code: z.string(),
  message: z.string(),
  address: z.string().optional(),
  port: z.number().optional(),
});

/** What the operating system refuses at start is mostly a matter of configuration. */
function fromSystem(error: unknown): unknown {
  const parsed = systemError.safeParse(error);
  if (!parsed.success || !(error instanceof Error)) return error;
  const { code, message, address, port } = parsed.data;
  if (code === 'EADDRINUSE')
    return badConfiguration(
      `Something else listens on ${address}:${port} already.`,
      'Stop it, or choose another port.',
    );
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return badConfiguration(
      `The operating system refuses it: ${message}.`,
      'Check permissions, or choose another place.',
    );
  return error;
}
