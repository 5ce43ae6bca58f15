import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { withDeadline } from '../../base/abort.ts';
import { systemClock } from '../../base/clock.ts';
import { HoldfastError } from '../../base/errors.ts';

const entryPoint = fileURLToPath(
  new URL(`../holdfast${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url),
);
const readyLine = z.looseObject({ ready: z.literal(true) });

export interface HoldfastProcess extends AsyncDisposable {
  readonly name: string;
  /** What the process said of itself on its ready line. */
  readonly ready: Record<string, unknown>;
  readonly pid: number;
  /** Resolves with the exit code (or the signal's name) when the process has ended. */
  readonly ended: Promise<number | string>;
  kill(signal: NodeJS.Signals): void;
}

/**
 * Starts `holdfast <name>` in a process of its own and waits for its ready line. Disposing asks it to stop, then kills it.
 * Should the parent die without a word, the child sees its standard input end and stops by itself.
 */
export async function startHoldfast(options: {
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly signal: AbortSignal;
}): Promise<HoldfastProcess> {
  const log = createWriteStream(options.logFile, { flags: 'a' });
  const child = spawn(process.execPath, [entryPoint, options.name], {
    // A group of its own: Ctrl-C reaches the demonstration only, which then stops its processes in order.
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...inheritedEnvironment(), HOLDFAST_STOP_ON_STDIN_END: 'true', ...options.environment },
  });
  child.stdin.on('error', () => undefined);
  let lastLines = '';
  child.stderr.on('data', (data: Buffer) => {
    log.write(data);
    lastLines = (lastLines + data.toString('utf8')).slice(-2_000);
  });
  const ended = once(child, 'close').then(([code, signal]): number | string => {
    log.end();
    return typeof code === 'number' ? code : String(signal);
  });
  try {
    const ready = await withDeadline(
      { clock: systemClock, ms: 60_000, what: `Starting holdfast ${options.name}`, parent: options.signal },
      (signal) => waitForReady(child, ended, signal),
    );
    const { pid } = child;
    if (pid === undefined) throw new Error('a process that said it was ready has no id');
    return {
      name: options.name,
      ready,
      pid,
      ended,
      kill: (signal) => void child.kill(signal),
      [Symbol.asyncDispose]: () => stop(child, ended),
    };
  } catch (error) {
    await stop(child, ended);
    options.signal.throwIfAborted();
    throw new HoldfastError(
      {
        code: 'PROCESS_NOT_READY',
        message: `holdfast ${options.name} did not start: ${lastLines.trim() || String(error)}`,
        remedy: `Read its log, ${options.logFile}.`,
        retryable: false,
      },
      { cause: error },
    );
  }
}

async function waitForReady(
  child: ChildProcess,
  ended: Promise<number | string>,
  signal: AbortSignal,
): Promise<Record<string, unknown>> {
  if (!child.stdout) throw new Error('the process has no standard output');
  const lines = createInterface({ input: child.stdout, signal });
  const { promise, resolve, reject } = Promise.withResolvers<Record<string, unknown>>();
  lines.on('line', (line) => {
    try {
      resolve(readyLine.parse(JSON.parse(line)));
    } catch {
      // Lines for people come before the ready line.
    }
  });
  child.on('error', reject);
  ended.then((code) => reject(new Error(`it ended with ${code}`)));
  return promise;
}

async function stop(child: ChildProcess, ended: Promise<number | string>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const waiting = new AbortController();
  const late = systemClock.sleep(15_000, waiting.signal).then(
    () => void child.kill('SIGKILL'),
    () => undefined,
  );
  await ended;
  waiting.abort();
  await late;
}

/** The person's own settings must not leak into the demonstration's processes. */
function inheritedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || name.startsWith('HOLDFAST_') || name === 'DATABASE_URL' || name === 'MQTT_URL'
        ? []
        : [[name, value]],
    ),
  );
}
