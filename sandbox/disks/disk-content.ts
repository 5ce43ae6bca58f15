import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DiskFile } from './disk-file.ts';
import { GRAIN, GrainMap } from './grains.ts';

const STEP = 16 * GRAIN;
const zeros = Buffer.alloc(STEP);

export function isZero(bytes: Buffer): boolean {
  return bytes.equals(zeros.subarray(0, bytes.length));
}

/** Copies a raw image: by reference where the file system can, else leaving out what is zero. Answers the size. */
export async function copySparse(from: string, to: string): Promise<number> {
  const { size } = await stat(from);
  await mkdir(dirname(to), { recursive: true });
  try {
    await copyFile(from, to, constants.COPYFILE_FICLONE_FORCE);
    return size;
  } catch {
    // Most file systems cannot share blocks.
  }
  await using source = await open(from, 'r');
  await using target = await open(to, 'w');
  await target.truncate(size);
  const buffer = Buffer.allocUnsafe(STEP);
  for (let offset = 0; offset < size; offset += STEP) {
    const { bytesRead } = await source.read(buffer, 0, STEP, offset);
    const bytes = buffer.subarray(0, bytesRead);
    if (!isZero(bytes)) await target.write(bytes, 0, bytesRead, offset);
  }
  return size;
}

async function* steps(disk: DiskFile): AsyncIterable<readonly [offset: number, bytes: Buffer]> {
  for (let offset = 0; offset < disk.capacityBytes; offset += STEP) yield [offset, await disk.read(offset, STEP)];
}

/** Writes the disk as `disk` shows it to a raw sparse file. */
export async function exportDisk(disk: DiskFile, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  if (!disk.parent) {
    await copySparse(disk.path, path);
    return;
  }
  await using target = await open(path, 'w');
  await target.truncate(disk.capacityBytes);
  for await (const [offset, bytes] of steps(disk)) {
    if (!isZero(bytes)) await target.write(bytes, 0, bytes.length, offset);
  }
}

/** SHA-256 of the disk as `disk` shows it, lower-case hex. */
export async function hashDisk(disk: DiskFile): Promise<string> {
  const hash = createHash('sha256');
  for await (const [, bytes] of steps(disk)) hash.update(bytes);
  return hash.digest('hex');
}

/** The grains that hold anything but zeros. */
export async function allocatedGrains(disk: DiskFile): Promise<GrainMap> {
  const map = new GrainMap(disk.capacityBytes);
  for await (const [offset, bytes] of steps(disk)) {
    if (isZero(bytes)) continue;
    for (let at = 0; at < bytes.length; at += GRAIN) {
      if (!isZero(bytes.subarray(at, at + GRAIN))) map.addRange(offset + at, 1);
    }
  }
  return map;
}

/**
 * Calls `write` for each run of grains in which the raw image at `path` differs from the disk. The image must be as
 * long as the disk.
 */
export async function differences(
  disk: DiskFile,
  path: string,
  write: (offset: number, bytes: Buffer) => Promise<void>,
): Promise<void> {
  await using image = await open(path, 'r');
  const { size } = await image.stat();
  if (size !== disk.capacityBytes) {
    throw new RangeError(`The image has ${size} bytes, the disk ${disk.capacityBytes}.`);
  }
  for await (const [offset, before] of steps(disk)) {
    const after = Buffer.alloc(before.length);
    await image.read(after, 0, after.length, offset);
    if (after.equals(before)) continue;
    for (let at = 0; at < after.length; at += GRAIN) {
      const grain = after.subarray(at, at + GRAIN);
      if (!grain.equals(before.subarray(at, at + GRAIN))) await write(offset + at, grain);
    }
  }
}
