import { open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { IdSource } from '../../base/ids.ts';
import type { DemoDisk } from './disk-image.ts';
import { mustRunTool, runTool } from './run-tool.ts';

/** Changes an exported copy of the disk as the guest's own programs would: files written and removed, or bytes where there is no file system. */
export async function changeDisk(
  disk: Pick<DemoDisk, 'kind' | 'capacityBytes'>,
  imagePath: string,
  directory: string,
  ids: IdSource,
  signal: AbortSignal,
): Promise<string> {
  if (disk.kind === 'raw') {
    await using file = await open(imagePath, 'r+');
    for (let index = 1; index <= 4; index += 1) {
      const data = ids.bytes(256 * 1_024);
      const position = Math.floor((disk.capacityBytes * index) / 5 / 4_096) * 4_096;
      await file.write(data, 0, Math.min(data.length, disk.capacityBytes - position), position);
    }
    return '4 places overwritten with 256 KiB each';
  }
  const report = join(directory, 'report.bin');
  const notes = join(directory, 'notes.txt');
  const commands = join(directory, 'debugfs.commands');
  await writeFile(report, ids.bytes(6 * 1_048_576));
  await writeFile(notes, `Changed between two backups.\n${ids.bytes(2_000).toString('hex')}\n`);
  try {
    await writeFile(
      commands,
      `mkdir changed-by-guest\ncd changed-by-guest\nwrite ${report} report.bin\nwrite ${notes} notes.txt\n`,
    );
    await mustRunTool('debugfs', ['-w', '-f', commands, imagePath], { signal });
    return 'a folder with two new files (6 MiB) written by debugfs';
  } finally {
    for (const file of [report, notes, commands]) await rm(file, { force: true });
  }
}

/** `clean` when e2fsck finds nothing to mend; undefined where the disk has no file system that it knows. */
export async function checkFileSystem(
  disk: Pick<DemoDisk, 'kind'>,
  imagePath: string,
  signal: AbortSignal,
): Promise<{ readonly clean: boolean; readonly output: string } | undefined> {
  if (disk.kind !== 'ext4') return undefined;
  const result = await runTool('e2fsck', ['-fn', imagePath], { signal });
  return { clean: result.exitCode === 0, output: `${result.stdout}${result.stderr}` };
}
