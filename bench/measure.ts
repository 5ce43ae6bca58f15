import { spawn } from 'node:child_process';

/** One measured process with all its threads and children. */
export interface Measurement {
  readonly wallSeconds: number;
  /** User and system time. */
  readonly cpuSeconds: number;
  readonly peakMiB: number;
}

// Node cannot ask for a child's rusage. Python is there wherever borg is, and wait4 is what /usr/bin/time uses.
const wrapper = `
import os, resource, sys, time
start = time.monotonic()
pid = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(pid, 0)
wall = time.monotonic() - start
os.write(3, ("%f %f %d" % (wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)).encode())
sys.exit(os.waitstatus_to_exitcode(status) & 255)
`;

/** Runs a command to its end and measures it. Throws with what it wrote when it fails. */
export async function measure(
  command: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Measurement> {
  const child = spawn('python3', ['-c', wrapper, ...command], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  let output = '';
  let result = '';
  child.stdout?.on('data', (data: Buffer) => {
    output += data;
  });
  child.stderr?.on('data', (data: Buffer) => {
    output += data;
  });
  child.stdio[3]?.on('data', (data: Buffer) => {
    result += data;
  });
  const code = await new Promise((resolve, reject) => {
    child.on('close', resolve);
    child.on('error', reject);
  });
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${String(code)}:\n${output}`);
  const [wall = 0, cpu = 0, peakKiB = 0] = result.split(' ').map(Number);
  return { wallSeconds: wall, cpuSeconds: cpu, peakMiB: peakKiB / 1024 };
}
