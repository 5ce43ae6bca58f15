import { Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';

export interface DemoOptions {
  /** A person's own disk image; a generated one when undefined. */
  readonly disk?: string | undefined;
  /** MiB of the generated disk. */
  readonly size: number;
  /** Where the vault's objects are kept. */
  readonly storage: 'file' | 'oss';
  /** How the disks are read and written. */
  readonly transport: 'hotadd' | 'nfc';
  /** The data channel without TLS. */
  readonly http: boolean;
  readonly keep: boolean;
  readonly json: boolean;
}

const parsed = z.object({
  disk: z.string().optional(),
  size: z.number(),
  storage: z.enum(['file', 'oss']),
  transport: z.enum(['hotadd', 'nfc']),
  http: z.boolean().default(false),
  keep: z.boolean().default(false),
  json: z.boolean().default(false),
});

/** Reads the options of `holdfast demo`; prints help or what is wrong and ends the process as commander does. */
export function readDemoOptions(parameters: readonly string[]): DemoOptions {
  const command = new Command('holdfast demo')
    .description('watch the main job on this machine: backup, change, incremental, restore, compare')
    .option('--disk <file>', 'use this disk image: raw; qcow2 and VMDK where qemu-img is installed')
    .option('--size <MiB>', 'size of the generated disk', wholeMebibytes, 1_024)
    .addOption(new Option('--storage <driver>', 'where the vault is kept').choices(['file', 'oss']).default('file'))
    .addOption(
      new Option('--transport <driver>', 'how disks are read and written').choices(['hotadd', 'nfc']).default('hotadd'),
    )
    .option('--http', 'send the data, which is encrypted already, without TLS')
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
