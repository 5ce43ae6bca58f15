import { readFile, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Clock } from '../../../base/clock.ts';
import { DriverError } from '../../../base/errors.ts';

/** How long Linux and udev may take to show a disk that was just attached. */
const appearWithinMs = 30_000;
const goneWithinMs = 5_000;
const pollMs = 100;

/**
 * The name Linux gives a virtual disk under /dev/disk/by-id: `wwn-0x` and the disk's uuid without its dashes. udev makes
 * it from the SCSI identification page, which a VM shows to its guest only with disk.EnableUUID=TRUE.
 */
export function deviceName(uuid: string): string {
  return `wwn-0x${uuid.replaceAll('-', '').toLowerCase()}`;
}

/** Waits for the device of disk `uuid` and gives its path. DEVICE_NOT_FOUND when it does not appear in time. */
export async function waitForDevice(
  clock: Clock,
  directory: string,
  uuid: string,
  signal: AbortSignal,
): Promise<string> {
  const path = join(directory, deviceName(uuid));
  const giveUpAt = clock.monotonic() + appearWithinMs;
  for (;;) {
    signal.throwIfAborted();
    if (await exists(path)) return path;
    if (clock.monotonic() >= giveUpAt) break;
    await clock.sleep(pollMs, signal);
  }
  throw new DriverError({
    kind: 'transient',
    code: 'DEVICE_NOT_FOUND',
    message: `The attached disk did not appear as ${path} within ${appearWithinMs / 1000} s.`,
    remedy: "Set disk.EnableUUID to TRUE on the gateway's virtual machine while it is powered off, then try again.",
  });
}

/** Whether no device of disk `uuid` is there, or it goes away in time: one that was just detached lingers for a moment. */
export async function waitUntilGone(
  clock: Clock,
  directory: string,
  uuid: string,
  signal: AbortSignal,
): Promise<boolean> {
  const path = join(directory, deviceName(uuid));
  const giveUpAt = clock.monotonic() + goneWithinMs;
  while (await exists(path)) {
    if (clock.monotonic() >= giveUpAt) return false;
    await clock.sleep(pollMs, signal);
  }
  return true;
}

/** Bytes of a block device, or of the regular file that stands for one. */
export async function deviceSize(path: string): Promise<number> {
  const target = await realpath(path);
  const { size, isBlock } = await stat(target).then((found) => ({ size: found.size, isBlock: found.isBlockDevice() }));
  if (!isBlock) return size;
  // A block device's own size is 0 in stat; the kernel counts it in sectors of 512 bytes whatever the disk's are.
  return Number(await readFile(`/sys/class/block/${basename(target)}/size`, 'utf8')) * 512;
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}
