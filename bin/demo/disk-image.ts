import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HoldfastError } from '../../base/errors.ts';
import { gatherRealFiles } from './real-files.ts';
import { hasTool, mustRunTool } from './run-tool.ts';

export interface DemoDisk {
  readonly path: string;
  /** `ext4`: can be changed with debugfs and checked with e2fsck. */
  readonly kind: 'ext4' | 'raw';
  readonly capacityBytes: number;
  readonly description: string;
}

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const fileSources = [join(checkout, 'node_modules'), '/usr/lib', '/usr/share', '/usr/bin', dirname(process.execPath)];

/** Makes the disk of the demonstration's virtual machine: two thirds real files, one third empty. */
export async function makeDemoDisk(directory: string, capacityBytes: number, signal: AbortSignal): Promise<DemoDisk> {
  const path = join(directory, 'demo-disk.img');
  const staging = join(directory, 'files');
  await mkdir(staging, { recursive: true });
  const wanted = Math.floor((capacityBytes * 2) / 3) - 48 * 1_048_576;
  const found = await gatherRealFiles({ sources: fileSources, target: staging, bytes: wanted, signal });
  await using file = await open(path, 'w');
  await file.truncate(capacityBytes);
  try {
    if ((await hasTool('mke2fs', signal)) && (await hasTool('debugfs', signal))) {
      await mustRunTool('mke2fs', ['-q', '-F', '-t', 'ext4', '-m', '0', '-L', 'holdfast', '-d', staging, path], {
        signal,
      });
      return {
        path,
        kind: 'ext4',
        capacityBytes,
        description: `ext4 with ${Math.round(found / 1_048_576)} MiB of this machine's own files`,
      };
    }
    await packFiles(staging, file, signal);
    return {
      path,
      kind: 'raw',
      capacityBytes,
      description: `raw image with ${Math.round(found / 1_048_576)} MiB of this machine's own files (install e2fsprogs for an ext4 file system)`,
    };
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** Uses a person's own image: raw as it is, any other format converted by qemu-img. The original is never written. */
export async function importDisk(original: string, directory: string, signal: AbortSignal): Promise<DemoDisk> {
  const info = await stat(original).catch(() => undefined);
  if (!info?.isFile()) {
    throw new HoldfastError({
      code: 'DISK_NOT_FOUND',
      message: `--disk names no file: ${original}`,
      remedy: 'Give the path of a raw, qcow2 or VMDK disk image that you may read.',
      retryable: false,
    });
  }
  const path = join(directory, 'demo-disk.img');
  const format = await imageFormat(original, signal);
  if (format === 'raw') await mustRunTool('cp', ['--sparse=always', '--reflink=auto', original, path], { signal });
  else await mustRunTool('qemu-img', ['convert', '-O', 'raw', '-S', '4k', original, path], { signal });
  await padToSector(path);
  const isExt4 = (await hasTool('debugfs', signal)) && (await looksLikeExt4(path));
  const capacityBytes = (await stat(path)).size;
  return { path, kind: isExt4 ? 'ext4' : 'raw', capacityBytes, description: `${original} (${format})` };
}

async function imageFormat(path: string, signal: AbortSignal): Promise<string> {
  if (await hasTool('qemu-img', signal)) {
    const { stdout } = await mustRunTool('qemu-img', ['info', '--output=json', path], { signal });
    const parsed: unknown = JSON.parse(stdout);
    if (parsed && typeof parsed === 'object' && 'format' in parsed && typeof parsed.format === 'string')
      return parsed.format;
  }
  const head = await readAt(path, 0, 4);
  if (head.equals(Buffer.from('QFI\xfb', 'latin1')) || head.toString('latin1') === 'KDMV') {
    throw new HoldfastError({
      code: 'QEMU_IMG_MISSING',
      message: `${path} is a qcow2 or VMDK image, and qemu-img is not installed.`,
      remedy: 'Install qemu-utils, or convert the image to raw first.',
      retryable: false,
    });
  }
  return 'raw';
}

async function looksLikeExt4(path: string): Promise<boolean> {
  const magic = await readAt(path, 1_024 + 56, 2);
  return magic.length === 2 && magic.readUInt16LE(0) === 0xef53;
}

async function readAt(path: string, position: number, length: number): Promise<Buffer> {
  await using file = await open(path, 'r');
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}

/** A virtual disk is a whole number of sectors; an image file need not be. */
async function padToSector(path: string): Promise<void> {
  await using file = await open(path, 'r+');
  const { size } = await file.stat();
  if (size % 512 !== 0) await file.truncate(size + 512 - (size % 512));
}

async function packFiles(
  staging: string,
  target: Awaited<ReturnType<typeof open>>,
  signal: AbortSignal,
): Promise<void> {
  let position = 1_048_576;
  for (const entry of await readdir(staging, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    for await (const data of createReadStream(join(entry.parentPath, entry.name), { signal })) {
      await target.write(data, 0, data.length, position);
      position += data.length;
    }
    position = Math.ceil(position / 4_096) * 4_096;
  }
}
