import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { z } from 'zod';

export const program = fileURLToPath(new URL('../../bin/holdfast.ts', import.meta.url));
const readyLine = z.looseObject({ ready: z.literal(true), process: z.string() });

export interface HoldfastProcess extends AsyncDisposable {
  readonly ready: z.output<typeof readyLine>;
  readonly pid: number;
  /** Everything on standard output and standard error so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** SIGTERM; resolves with the exit status. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export interface HoldfastOptions {
  /** What {@link runHoldfast} gives it on standard input; nothing unless given. */
  readonly input?: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly directory: string;
}

/** A clean environment: nothing of the person's own configuration reaches a test. What one process has compiled the others need not. */
export function environmentOf(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env;
  return { PATH, HOME, NODE_COMPILE_CACHE: join(inject('runDirectory'), 'compiled'), ...more };
}

/** Starts `holdfast …` and waits for its ready line; rejects with its standard error when it ends before. */
export async function startHoldfast({ args, environment, directory }: HoldfastOptions): Promise<HoldfastProcess> {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: directory,
    env: environmentOf({ HOLDFAST_STOP_ON_STDIN_END: 'true', ...environment }),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const stderr = textOf(child.stderr);
  let stdout = '';
  const exited = once(child, 'exit').then(([code]) => z.number().nullable().parse(code));
  const ready = new Promise<z.output<typeof readyLine>>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      stdout += `${line}\n`;
      if (line.startsWith('{"ready":')) resolve(readyLine.parse(JSON.parse(line)));
    });
    void exited.then((code) => reject(new Error(`holdfast ${args.join(' ')} ended with ${code}:\n${stderr()}`)));
  });
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal);
    return exited;
  };
  return {
    ready: await ready,
    pid: child.pid ?? 0,
    stdout: () => stdout,
    stderr,
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
    },
  };
}

/** Runs `holdfast …` to its end. */
export async function runHoldfast({ args, environment, directory, input = '' }: HoldfastOptions) {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: directory,
    env: environmentOf(environment),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => undefined).end(input);
  const [stdout, stderr] = [textOf(child.stdout), textOf(child.stderr)];
  const [code] = await once(child, 'close');
  return { code: z.number().nullable().parse(code), stdout: stdout(), stderr: stderr() };
}

/** Collects a stream; answers with everything it has given so far. */
export function textOf(stream: Readable): () => string {
  let all = '';
  stream.setEncoding('utf8').on('data', (text: string) => {
    all += text;
  });
  return () => all;
}
