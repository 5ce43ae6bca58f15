import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeVmdk } from './decoder.ts';
import { encodeVmdk } from './encoder.ts';
import { VmdkError } from './format.ts';

const run = promisify(execFile);
const KIB = 1024;
const MIB = 1024 * KIB;

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sandbox-vmdk-'));
});

afterAll(() => rm(directory, { recursive: true, force: true }));

const path = (name: string) => join(directory, name);

const source = (disk: Buffer) => ({
  capacityBytes: disk.length,
  read: async (offset: number, length: number) => disk.subarray(offset, offset + length),
});

async function encode(disk: Buffer): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of encodeVmdk(source(disk), { name: 'disk-0.vmdk', cid: 'fffffffe' })) parts.push(part);
  return Buffer.concat(parts);
}

/** In pieces of an odd size, so that nothing relies on where they end. */
async function* pieces(bytes: Buffer, size = 4093): AsyncIterable<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function decode(stream: AsyncIterable<Uint8Array>, capacityBytes: number): Promise<Buffer> {
  const disk = Buffer.alloc(capacityBytes);
  const write = async (offset: number, data: Buffer) => disk.set(data, offset);
  await decodeVmdk(stream, { capacityBytes, write });
  return disk;
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** Content in every third grain, and in the last sector. */
function sparse(length: number): Buffer {
  const disk = Buffer.alloc(length);
  for (let at = 0; at < length; at += 3 * 64 * KIB) disk.fill(`grain at ${at} `, at, Math.min(at + 5000, length));
  disk.fill(7, length - 512);
  return disk;
}

const disks: readonly (readonly [string, () => Buffer])[] = [
  ['1 MiB, empty', () => Buffer.alloc(MIB)],
  ['1 MiB, full', () => randomBytes(MIB)],
  ['1 MiB and a sector, full', () => randomBytes(MIB + 512)],
  ['a sector less than 5 MiB, sparse', () => sparse(5 * MIB - 512)],
  ['32 MiB, which one grain table covers, sparse', () => sparse(32 * MIB)],
  ['33 MiB and 3 sectors, sparse', () => sparse(33 * MIB + 3 * 512)],
  ['64 MiB with content only behind the first table', () => Buffer.concat([Buffer.alloc(40 * MIB), sparse(24 * MIB)])],
  ['64 MiB, empty', () => Buffer.alloc(64 * MIB)],
];

describe.each(disks)('a disk of %s', (_, make) => {
  it('is read by qemu-img as it was written', async () => {
    const disk = make();
    await writeFile(path('disk.vmdk'), await encode(disk));
    const info: unknown = JSON.parse((await run('qemu-img', ['info', '--output=json', path('disk.vmdk')])).stdout);
    expect(info).toMatchObject({
      format: 'vmdk',
      'virtual-size': disk.length,
      'format-specific': { data: { 'create-type': 'streamOptimized' } },
    });
    await run('qemu-img', ['convert', '-f', 'vmdk', '-O', 'raw', path('disk.vmdk'), path('back.raw')]);
    expect(sha256(await readFile(path('back.raw')))).toBe(sha256(disk));
  });

  it('is read back as it was written', async () => {
    const disk = make();
    expect(sha256(await decode(pieces(await encode(disk)), disk.length))).toBe(sha256(disk));
  });

  it('is read as qemu-img wrote it', async () => {
    const disk = make();
    await writeFile(path('disk.raw'), disk);
    const options = ['-f', 'raw', '-O', 'vmdk', '-o', 'subformat=streamOptimized'];
    await run('qemu-img', ['convert', ...options, path('disk.raw'), path('qemu.vmdk')]);
    expect(sha256(await decode(createReadStream(path('qemu.vmdk')), disk.length))).toBe(sha256(disk));
  });
});

it('leaves out what is zero', async () => {
  expect((await encode(Buffer.alloc(64 * MIB))).length).toBeLessThan(128 * KIB);
});

it('holds a step of the disk and no more, however large it is', async () => {
  const capacityBytes = 3 * 2 ** 40;
  let largest = 0;
  const content = randomBytes(64 * KIB);
  const read = async (offset: number, length: number) => {
    largest = Math.max(largest, length);
    if (offset >= 64 * MIB) throw new Error('far enough');
    return Buffer.concat([content, Buffer.alloc(length - content.length)]);
  };
  const stream = encodeVmdk({ capacityBytes, read }, { name: 'disk-0.vmdk', cid: 'fffffffe' });
  const consume = async () => {
    for await (const part of stream) largest = Math.max(largest, part.length);
  };
  await expect(consume()).rejects.toThrow('far enough');
  expect(largest).toBe(MIB);
});

describe('a decoder refuses', () => {
  const disk = sparse(33 * MIB);
  let good: Buffer;
  beforeAll(async () => {
    good = await encode(disk);
  });

  const refused = async (bytes: Buffer, reason: RegExp) => {
    const result = decode(pieces(bytes, 64 * KIB), disk.length);
    await expect(result).rejects.toThrow(VmdkError);
    await expect(result).rejects.toThrow(reason);
  };
  const changed = (at: number, value: number) => {
    const copy = Buffer.from(good);
    copy.writeUInt8(value, at < 0 ? copy.length + at : at);
    return copy;
  };

  it('what is no VMDK', () => refused(randomBytes(MIB), /magic number/));
  it('nothing at all', () => refused(Buffer.alloc(0), /ends at byte 0/));
  it('another capacity', async () => refused(await encode(Buffer.alloc(32 * MIB)), /sectors, the disk/));
  it('a stream that ends between two grains', () => refused(good.subarray(0, 66_048), /ends at byte/));
  it('a stream without its last sector', () => refused(good.subarray(0, -512), /ends at byte/));
  it('a stream that goes on behind its end', () => refused(Buffer.concat([good, Buffer.alloc(1)]), /follows the end/));
  it('a grain with a flipped bit', () => refused(changed(65_536 + 40, 0xff ^ (good[65_576] ?? 0)), /decompressed/));
  it('a grain where no grain is', () => refused(changed(65_536, 1), /for sector 1 of the disk/));
  it('a footer that names another directory', () => refused(changed(-1024 + 56, 0), /footer does not fit/));
  it('a directory that names other tables', () => refused(changed(-2048, 1), /directory does not name/));
  it('a missing end-of-stream marker', () => refused(changed(-1, 1), /end-of-stream/));
  it('another grain size', () => refused(changed(20, 64), /Grains of 64 sectors/));

  it('a monolithic sparse VMDK, which is no stream', async () => {
    await writeFile(path('disk.raw'), disk);
    await run('qemu-img', ['convert', '-f', 'raw', '-O', 'vmdk', path('disk.raw'), path('sparse.vmdk')]);
    await refused(await readFile(path('sparse.vmdk')), /not streamOptimized/);
  });

  it('tables in front that name grains which did not come', async () => {
    await writeFile(path('disk.raw'), disk);
    const options = ['-f', 'raw', '-O', 'vmdk', '-o', 'subformat=streamOptimized'];
    await run('qemu-img', ['convert', ...options, path('disk.raw'), path('qemu.vmdk')]);
    const bytes = await readFile(path('qemu.vmdk'));
    await refused(bytes.subarray(0, 65_536), /names grains that did not come/);
    await refused(bytes.subarray(0, 65_536 + 40 * 512), /does not name the grains that came/);
  });
});
