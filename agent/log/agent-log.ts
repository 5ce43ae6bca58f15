import { appendFile, mkdir, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { holdsCode } from '../state/durable-file.ts';
import { scrub } from './scrub.ts';

/** Where an agent with this state directory keeps its log. */
export function logDirectory(stateDirectory: string): string {
  return join(stateDirectory, 'log');
}

/** Bytes of one of the two files; when it is full it becomes the older one, and the older one goes. */
const fileBytes = 2 * 1_024 * 1_024;
/** Lines that are given out at most. */
const mostLines = 5_000;
/** Lines that wait to be written; older ones are lost when the disk does not take them. */
const mostWaiting = 2_000;
const longestLine = 32 * 1_024;

/**
 * The last lines of the agent's log, kept in its state directory so that they can be downloaded and survive a restart. Nobody waits for it: a disk
 * that is full or slow costs lines, and a line says how many.
 */
export class AgentLog implements AsyncDisposable {
  readonly #clock: Clock;
  readonly #fileBytes: number;
  readonly #waiting: string[] = [];
  #directory: string | undefined;
  #size = 0;
  #lost = 0;
  #writing: Promise<void> | undefined;

  constructor(options: { readonly clock: Clock; readonly fileBytes?: number }) {
    this.#clock = options.clock;
    this.#fileBytes = options.fileBytes ?? fileBytes;
  }

  /** Takes one line, its end included. Never throws, never waits. */
  readonly write = (line: string): void => {
    this.#waiting.push(
      line.length > longestLine ? this.#say(`a line of ${line.length} characters is left out`) : scrub(line),
    );
    if (this.#waiting.length > mostWaiting) this.#lost += this.#waiting.splice(0, 1).length;
    this.#flush();
  };

  /** Where to write, from now on. What was written before is kept. Mode 0700, the files 0600. */
  async open(directory: string): Promise<void> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    this.#size = await stat(join(directory, 'agent.log')).then(
      ({ size }) => size,
      () => 0,
    );
    this.#directory = directory;
    this.#flush();
  }

  /** The newest lines, the oldest first. */
  async lines(): Promise<readonly string[]> {
    await this.#writing;
    const files = this.#directory === undefined ? [] : await readLogFiles(this.#directory);
    return [...files, ...this.#waiting.map((line) => line.trimEnd())].slice(-mostLines);
  }

  #flush(): void {
    if (this.#writing || this.#directory === undefined || this.#waiting.length === 0) return;
    this.#writing = this.#writeAll(this.#directory).finally(() => {
      this.#writing = undefined;
    });
  }

  async #writeAll(directory: string): Promise<void> {
    while (this.#waiting.length > 0) {
      const lines = this.#waiting.splice(0);
      const lost = this.#lost;
      const note = lost > 0 ? `\n${this.#say(`${lost} lines are lost: the log could not be written`)}` : '';
      try {
        await this.#append(directory, note + lines.join(''));
        this.#lost -= lost;
      } catch {
        // Full, or read-only: the next line tries again.
        this.#lost += lines.length;
        return;
      }
    }
  }

  async #append(directory: string, text: string): Promise<void> {
    const path = join(directory, 'agent.log');
    const bytes = Buffer.from(text);
    if (this.#size > 0 && this.#size + bytes.length > this.#fileBytes) {
      await rename(path, join(directory, 'agent.1.log')).catch((error: unknown) => {
        // Somebody has removed it: then there is room, and the new one begins.
        if (!holdsCode(error, 'ENOENT')) throw error;
      });
      this.#size = 0;
    }
    await appendFile(path, bytes, { mode: 0o600 });
    this.#size += bytes.length;
  }

  /** A line of the log's own. */
  #say(msg: string): string {
    return `${JSON.stringify({ level: 40, time: this.#clock.now(), name: 'log', msg })}\n`;
  }

  /** Resolves when what waits is written, or the disk did not take it. */
  async flushed(): Promise<void> {
    this.#flush();
    await this.#writing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.flushed();
  }
}

/** The lines of the log in this directory, the oldest first; a line that was cut off is left out. Also while an agent writes to it. */
export async function readLogFiles(directory: string): Promise<readonly string[]> {
  const texts = await Promise.all(
    ['agent.1.log', 'agent.log'].map((name) => readFile(join(directory, name), 'utf8').catch(() => '')),
  );
  return texts.flatMap((text) => text.split('\n').filter(isWhole)).slice(-mostLines);
}

function isWhole(line: string): boolean {
  return line.startsWith('{') && line.endsWith('}');
}
