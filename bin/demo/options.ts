import { Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';

export interface DemoOptions {
  /** A person's own disk image; a generated one when undefined. */
  readonly disk?: string | undefined;
  /** MiB of the generated disk. */
  readonly size: number;
  readonly keep: boolean;
  readonly json: boolean;
}

const parsed = z.object({
  disk: z.string().optional(),
  size: z.number(),
  keep: z.boolean().default(false),
  json: z.boolean().default(false),
});

/** Reads the options of `holdfast demo`; prints help or what is wrong and ends the process as commander does. */
export function readDemoOptions(parameters: readonly string[]): DemoOptions {
  const command = new Command('holdfast demo')
    .description('watch the main job on this machine: backup, change, incremental, restore, compare')
    .option('--disk <file>', 'use this disk image: raw; qcow2 and VMDK where qemu-img is installed')
    .option('--size <MiB>', 'size of the generated disk', wholeMebibytes, 1_024)
    .option('--keep', 'leave everything running and say how to reach it')
    .option('--json', 'print the result as JSON on standard output')
    .showHelpAfterError();
  return parsed.parse(command.parse([...parameters], { from: 'user' }).opts());
}

function wholeMebibytes(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 128 && value <= 1_048_576) return value;
  throw new InvalidArgumentError('Give a whole number of MiB from 128 to 1048576.');
}
