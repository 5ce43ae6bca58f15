import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { GatewayPackageConfig } from '../config.ts';
import type { ControlContext } from '../context.ts';
import { PackageNotPublishedError } from '../errors.ts';

/** The file gateways are deployed from, as it is now. */
export interface GatewayPackage {
  readonly fileName: string;
  readonly sizeBytes: number;
  /** Hex. */
  readonly sha256: string;
  /** As the operator says; null: not said. */
  readonly version: string | null;
  readonly modifiedAt: Date;
}

/** An open file together with what is known of exactly this file. */
export interface OpenGatewayPackage extends GatewayPackage, AsyncDisposable {
  readonly handle: FileHandle;
}

type Control = Pick<ControlContext, 'config'>;

interface Known {
  readonly stamp: string;
  readonly sha256: Promise<string>;
}
/** Hashing gigabytes takes seconds, so it is done once for each state of the file. */
const cache = new WeakMap<GatewayPackageConfig, Known>();

const readBytes = 1_048_576;

/** Throws PackageNotPublishedError; its code says whether nothing is configured, or what is wrong with the file. */
export async function gatewayPackage(control: Control): Promise<GatewayPackage> {
  await using opened = await openGatewayPackage(control);
  const { fileName, sizeBytes, sha256, version, modifiedAt } = opened;
  return { fileName, sizeBytes, sha256, version, modifiedAt };
}

/** As {@link gatewayPackage}, with the file, which stays the same one should another be put in its place. */
export async function openGatewayPackage({ config }: Control): Promise<OpenGatewayPackage> {
  const settings = config.gatewayPackage;
  if (settings === null) throw notPublished();
  await using stack = new AsyncDisposableStack();
  try {
    const handle = stack.use(await open(settings.path, 'r'));
    const stats = await handle.stat();
    if (!stats.isFile()) throw unreadable('it is not a file');
    const sha256 = await checksumOf(settings, handle, stats);
    if (settings.sha256 !== null && settings.sha256 !== sha256) throw damaged(sha256, settings.sha256);
    const opened = stack.move();
    return {
      fileName: basename(settings.path).replaceAll(/[^A-Za-z0-9._-]+/g, '-'),
      sizeBytes: stats.size,
      sha256,
      version: settings.version,
      modifiedAt: stats.mtime,
      handle,
      [Symbol.asyncDispose]: () => opened.disposeAsync(),
    };
  } catch (error) {
    if (error instanceof PackageNotPublishedError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'it cannot be read';
    throw unreadable(code, error);
  }
}

async function checksumOf(settings: GatewayPackageConfig, handle: FileHandle, stats: Stats): Promise<string> {
  const stamp = stampOf(stats);
  const known = cache.get(settings);
  if (known?.stamp === stamp) return known.sha256;
  const sha256 = hash(handle, stats);
  const entry = { stamp, sha256 };
  cache.set(settings, entry);
  sha256.catch(() => {
    if (cache.get(settings) === entry) cache.delete(settings);
  });
  return sha256;
}

async function hash(handle: FileHandle, before: Stats): Promise<string> {
  const digest = createHash('sha256');
  const buffer = Buffer.allocUnsafe(readBytes);
  for (let position = 0; ; ) {
    const { bytesRead } = await handle.read(buffer, 0, readBytes, position);
    if (bytesRead === 0) break;
    digest.update(buffer.subarray(0, bytesRead));
    position += bytesRead;
  }
  if (stampOf(await handle.stat()) !== stampOf(before)) throw unreadable('it is being written');
  return digest.digest('hex');
}

function stampOf({ dev, ino, size, mtimeMs }: Stats): string {
  return [dev, ino, size, mtimeMs].join(' ');
}

function notPublished(): PackageNotPublishedError {
  return new PackageNotPublishedError(
    'PACKAGE_NOT_PUBLISHED',
    'This installation offers no gateway package yet.',
    'Let the operator set HOLDFAST_GATEWAY_PACKAGE to the path of the gateway’s OVA file and restart the control plane.',
  );
}

function unreadable(why: string, cause?: unknown): PackageNotPublishedError {
  return new PackageNotPublishedError(
    'PACKAGE_UNREADABLE',
    `The gateway package the operator configured cannot be given out (${why}).`,
    'Let the operator check the file that HOLDFAST_GATEWAY_PACKAGE names and its permissions, then try again.',
    { cause },
  );
}

function damaged(found: string, wanted: string): PackageNotPublishedError {
  return new PackageNotPublishedError(
    'PACKAGE_DAMAGED',
    `The gateway package’s SHA-256 is ${found}, and not ${wanted} as configured.`,
    'Let the operator put the right file in its place, or correct HOLDFAST_GATEWAY_PACKAGE_SHA256.',
  );
}
