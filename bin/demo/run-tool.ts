import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { HoldfastError } from '../../base/errors.ts';

export interface ToolResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program without a shell and collects what it printed; its standard input is empty. Rejects when it cannot be started. */
export async function runTool(
  program: string,
  parameters: readonly string[],
  options: { readonly signal: AbortSignal },
): Promise<ToolResult> {
  // Debian keeps the file system tools where the PATH of an ordinary user does not look.
  const PATH = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`;
  const child = spawn(program, parameters, { signal: options.signal, env: { ...process.env, PATH, LC_ALL: 'C' } });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end();
  const [exitCode] = await once(child, 'close');
  return { exitCode: typeof exitCode === 'number' ? exitCode : -1, stdout, stderr };
}

/** Like {@link runTool}, and throws when the program ends with another code than 0. */
export async function mustRunTool(
  program: string,
  parameters: readonly string[],
  options: { readonly signal: AbortSignal },
): Promise<ToolResult> {
  const result = await runTool(program, parameters, options);
  if (result.exitCode === 0) return result;
  throw new HoldfastError({
    code: 'TOOL_FAILED',
    message: `${program} ended with ${result.exitCode}: ${result.stderr.trim().slice(0, 500)}`,
    remedy: `Run ${program} by hand on the same file to see what it dislikes.`,
    retryable: false,
  });
}

/** Whether a program can be started at all. */
export async function hasTool(program: string, signal: AbortSignal): Promise<boolean> {
  try {
    await runTool(program, ['-V'], { signal });
    return true;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}
