import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { PlatformConnection } from '../../drivers/platform/contract.ts';

const python = '/usr/bin/python3';
const answerWithinMs = 30_000;
const answer = z.union([z.object({ ok: z.unknown() }), z.object({ error: z.string() })]);

/** Whether pyVmomi is installed here; says how to get it where it is not. In CI nothing may be left out. */
export function hasPyvmomi(): boolean {
  if (spawnSync(python, ['-c', 'import pyVmomi'], { stdio: 'ignore' }).status === 0) return true;
  const remedy = 'pyVmomi is not installed; sudo apt-get install python3-pyvmomi';
  if (process.env.CI) throw new Error(remedy);
  console.warn(`Skipped: ${remedy}.`);
  return false;
}

/** A vSphere client written without us, logged in; pyvmomi-client.py tells what can be called. */
export class PyvmomiClient implements AsyncDisposable {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: Interface;

  constructor({ address, username, password }: PlatformConnection) {
    const script = fileURLToPath(new URL('./pyvmomi-client.py', import.meta.url));
    this.#child = spawn(python, [script]);
    this.#child.stderr.pipe(process.stderr);
    this.#lines = createInterface(this.#child.stdout);
    this.#send({ address, username, password });
  }

  /** One call at a time. Throws what the server or the client said. */
  async call<T>(name: string, schema: z.ZodType<T>, args: object = {}): Promise<T> {
    const signal = AbortSignal.timeout(answerWithinMs);
    const line = once(this.#lines, 'line', { signal });
    this.#send({ call: name, ...args });
    const [text] = z.tuple([z.string()]).parse(await line);
    const answered = answer.parse(JSON.parse(text));
    if ('error' in answered) throw new Error(`${name}: ${answered.error}`);
    return schema.parse(answered.ok);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.stdin.end();
    await ended;
  }

  #send(message: object): void {
    this.#child.stdin.write(`${JSON.stringify(message)}\n`);
  }
}
