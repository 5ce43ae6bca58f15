import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { seededRandom } from '../../../tests/vault-fixture.ts';
import { readVmdk } from './vmdk-reader.ts';
import { VmdkWriter } from './vmdk-writer.ts';

const run = promisify(execFile);
const never = new AbortController().signal;
const KiB = 1024;
const MiB = 1024 * KiB;

vi.setConfig({ testTimeout: 60_000 });

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vmdk-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** Text that compresses and noise that does not, in `share` of the grains; the others are zeros. */
function disk(bytes: number, share: number, seed = 1): Buffer {
  const random = seededRandom(seed);
  const image = Buffer.alloc(bytes);
  for (let at = 0; at < bytes; at += 64 * KiB) {
    if (random(1000) >= share * 1000) continue;
    const grain = image.subarray(at, at + 64 * KiB);
    if (random(4) > 0) grain.fill(`grain ${random(1000)} `);
    else for (let byte = 0; byte < grain.length; byte++) grain[byte] = random(256);
  }
  return image;
}

async function write(image: Buffer, pieceBytes = MiB): Promise<Buffer> {
  const writer = new VmdkWriter(image.length);
  const giving = (async () => {
    for (let at = 0; at < image.length; at += pieceBytes)
      await writer.write(at, image.subarray(at, at + pieceBytes), never);
    writer.finish();
  })();
  const body = await Array.fromAsync(writer.body(never));
  await giving;
  return Buffer.concat(body);
}

/** `pieceBytes`: how the network cuts the stream. */
async function read(vmdk: Buffer, capacityBytes: number, pieceBytes = 10_007): Promise<Buffer> {
  const image = Buffer.alloc(capacityBytes);
  let position = 0;
  for await (const { start, data } of readVmdk(pieces(vmdk, pieceBytes), capacityBytes, never)) {
    if (start < position) throw new Error('out of order');
    position = start + data.length;
    image.set(data, start);
  }
  return image;
}

async function* pieces(bytes: Buffer, length: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

const images: readonly (readonly [name: string, image: Buffer])[] = [
  ['empty', Buffer.alloc(3 * MiB)],
  ['full', disk(5 * MiB, 1)],
  ['sparse, of several tables', disk(70 * MiB, 0.02)],
  ['of one sector', Buffer.alloc(512, 7)],
  ['of half a grain more', disk(2 * MiB + 33 * KiB, 1)],
  ['of a sector more', disk(34 * MiB + 512, 0.2, 5)],
  ['of nothing but its last sector', Buffer.concat([Buffer.alloc(33 * MiB), Buffer.alloc(512, 1)])],
  ['of 1 KiB less', disk(MiB - KiB, 1, 3)],
];

describe.each(images)('a disk %s', (_name, image) => {
  it('is written so that qemu-img and the reader read the same', async () => {
    const vmdk = await write(image);
    const file = join(directory, 'written.vmdk');
    const raw = join(directory, 'plain.raw');
    await writeFile(file, vmdk);
    await writeFile(raw, image);
    await run('qemu-img', ['compare', '-f', 'vmdk', '-F', 'raw', file, raw]);
    const { stdout } = await run('qemu-img', ['info', '--output=json', file]);
    expect(JSON.parse(stdout)).toMatchObject({
      'virtual-size': image.length,
      'format-specific': { data: { 'create-type': 'streamOptimized' } },
    });
    expect((await read(vmdk, image.length)).equals(image)).toBe(true);
  });

  it.each([[], ['adapter_type=buslogic'], ['compat6'], ['adapter_type=lsilogic,hwversion=13']])(
    'is read from what qemu-img wrote (%s)',
    async (...options) => {
      const raw = join(directory, 'source.raw');
      const file = join(directory, 'converted.vmdk');
      await writeFile(raw, image);
      const variant = ['subformat=streamOptimized', ...options].join(',');
      await run('qemu-img', ['convert', '-f', 'raw', '-O', 'vmdk', '-o', variant, raw, file]);
      const vmdk = await readFile(file);
      const reading = read(vmdk, image.length);
      // It sets no end mark: without a single grain nothing tells an empty disk from a stream that was cut.
      if (image.every((byte) => byte === 0)) await expect(reading).rejects.toMatchObject({ code: 'CORRUPT_STREAM' });
      else expect((await reading).equals(image)).toBe(true);
    },
  );
});

it('writes the same whatever is written at a time, and reads it however it arrives', async () => {
  const image = disk(5 * MiB + 512, 0.6, 9);
  const vmdk = await write(image);
  expect((await write(image, 64 * KiB)).equals(vmdk)).toBe(true);
  for (const pieceBytes of [1, 511, 512, 513, 65_536, vmdk.length])
    expect((await read(vmdk.subarray(), image.length, pieceBytes)).equals(image)).toBe(true);
});

it('waits for a reader that is slow, with few grains in memory', async () => {
  const image = disk(16 * MiB, 1);
  const writer = new VmdkWriter(image.length);
  let given = 0;
  const giving = (async () => {
    for (; given < image.length; given += 64 * KiB)
      await writer.write(given, image.subarray(given, given + 64 * KiB), never);
    writer.finish();
  })();
  const body = writer.body(never);
  await body.next();
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(given).toBeLessThanOrEqual(33 * 64 * KiB);
  for await (const _ of body);
  await giving;
});

it('ends the writing and the reading with the reason of the signal', async () => {
  const stop = new AbortController();
  const writer = new VmdkWriter(16 * MiB);
  const writing = writer.write(0, disk(16 * MiB, 1), stop.signal);
  const sending = Array.fromAsync(new VmdkWriter(MiB).body(stop.signal));
  stop.abort(new Error('enough'));
  await expect(writing).rejects.toThrow('enough');
  await expect(sending).rejects.toThrow('enough');
  const image = disk(4 * MiB, 1);
  const reading = Array.fromAsync(readVmdk(pieces(await write(image), 1000), image.length, stop.signal));
  await expect(reading).rejects.toThrow('enough');
});

it('takes no bytes out of order, beyond the end or after it', async () => {
  const writer = new VmdkWriter(MiB);
  await writer.write(128 * KiB, new Uint8Array(64 * KiB), never);
  await expect(writer.write(0, new Uint8Array(64 * KiB), never)).rejects.toThrow(RangeError);
  await expect(writer.write(192 * KiB, new Uint8Array(KiB), never)).rejects.toThrow(RangeError);
  await expect(writer.write(MiB, new Uint8Array(64 * KiB), never)).rejects.toThrow(RangeError);
  writer.finish();
  await expect(writer.write(192 * KiB, new Uint8Array(64 * KiB), never)).rejects.toThrow(RangeError);
});
