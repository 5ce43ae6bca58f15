import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { seededRandom } from '../../../tests/vault-fixture.ts';
import { readVmdk } from './vmdk-reader.ts';
import { VmdkWriter } from './vmdk-writer.ts';

const never = new AbortController().signal;
const KiB = 1024;
const MiB = 1024 * KiB;
const SECTOR = 512;

vi.setConfig({ testTimeout: 60_000 });

/** Two tables, few grains, each small when compressed. */
const image = Buffer.alloc(33 * MiB + 3 * KiB);
const written = [0, 1, 7, 511, 512, 528].map((grain) => grain * 64 * KiB);
for (const at of written) image.fill(`grain at ${at} `, at, Math.min(at + 20 * KiB, image.length));

async function ours(): Promise<Buffer> {
  const writer = new VmdkWriter(image.length);
  const giving = writer.write(0, image, never).then(() => writer.finish());
  const body = await Array.fromAsync(writer.body(never));
  await giving;
  return Buffer.concat(body);
}

async function qemus(): Promise<Buffer> {
  const directory = await mkdtemp(join(tmpdir(), 'vmdk-'));
  try {
    const [raw, file] = [join(directory, 'raw'), join(directory, 'vmdk')];
    await writeFile(raw, image);
    const options = ['-f', 'raw', '-O', 'vmdk', '-o', 'subformat=streamOptimized'];
    await promisify(execFile)('qemu-img', ['convert', ...options, raw, file]);
    return await readFile(file);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function* once(bytes: Buffer): AsyncIterable<Uint8Array> {
  yield bytes;
}

/** `same` when the whole disk came and is right, `refused` for CORRUPT_STREAM; nothing else may happen. */
async function outcome(vmdk: Buffer): Promise<'same' | 'refused'> {
  const seen = new Map<number, Uint8Array>();
  try {
    for await (const { start, data } of readVmdk(once(vmdk), image.length, never)) seen.set(start, data);
  } catch (error) {
    expect(error).toMatchObject({ name: 'DriverError', code: 'CORRUPT_STREAM', kind: 'transient' });
    return 'refused';
  }
  if (written.some((at) => !seen.has(at))) throw new Error('A grain is missing.');
  for (const [at, data] of seen)
    if (!image.subarray(at, at + 64 * KiB).equals(data)) throw new Error(`The grain at ${at} is wrong.`);
  return 'same';
}

describe.each([
  ['ours', ours],
  ["qemu-img's", qemus],
])('a VMDK of %s', (name, make) => {
  it('is right as it is', async () => {
    expect(await outcome(await make())).toBe('same');
  });

  it('is detected or gives the same data when any byte of it changes (seeded)', async () => {
    const vmdk = await make();
    const random = seededRandom(20261126);
    // Most bytes are zeros or the descriptor's text: the others have their turn more often.
    const isText = (at: number) => at >= SECTOR && at < 4 * SECTOR;
    const share = (at: number) => (vmdk[at] === 0 ? 300 : isText(at) ? 20 : 2);
    const places = [...vmdk.keys()].filter((at) => at < 80 || random(share(at)) === 0);
    const counts = { same: 0, refused: 0 };
    for (const at of places) {
      const changed = Buffer.from(vmdk);
      changed[at] = (changed[at] ?? 0) ^ (1 << random(8));
      counts[await outcome(changed)] += 1;
    }
    expect(counts.refused).toBeGreaterThan(100);
    expect(counts.same).toBeGreaterThan(100);
  });

  it('is never shorter for having been cut anywhere (seeded)', async () => {
    const vmdk = await make();
    const random = seededRandom(7);
    const ends = [...vmdk.keys()].filter((at) => at % SECTOR === 0 || random(100) === 0);
    for (const end of ends) {
      // What pads the file may be missing where no end mark is set.
      const isWhole = vmdk.subarray(end).every((byte) => byte === 0) && end % SECTOR === 0 && name !== 'ours';
      expect([end, await outcome(vmdk.subarray(0, end))]).toEqual([end, isWhole ? 'same' : 'refused']);
    }
  });

  it('is refused when a sector was lost, doubled or swapped (seeded)', async () => {
    const vmdk = await make();
    const random = seededRandom(11);
    const from = vmdk.lastIndexOf(Buffer.from('KDMV')) > SECTOR ? 128 : 0;
    const sectors = vmdk.length / SECTOR;
    for (let round = 0; round < 100; round++) {
      const at = (from + random(sectors - from)) * SECTOR;
      const sector = vmdk.subarray(at, at + SECTOR);
      await outcome(Buffer.concat([vmdk.subarray(0, at), vmdk.subarray(at + SECTOR)]));
      await outcome(Buffer.concat([vmdk.subarray(0, at), sector, vmdk.subarray(at)]));
      const other = (from + random(sectors - from)) * SECTOR;
      const swapped = Buffer.from(vmdk);
      vmdk.copy(swapped, at, other, other + SECTOR);
      vmdk.copy(swapped, other, at, at + SECTOR);
      await outcome(swapped);
    }
  });
});

/** Our VMDK with one thing written otherwise. */
async function altered(change: (vmdk: Buffer) => Buffer | undefined): Promise<Buffer> {
  const vmdk = await ours();
  return change(vmdk) ?? vmdk;
}

describe('what is refused by name', () => {
  it.each<[string, (vmdk: Buffer) => Buffer | undefined, RegExp]>([
    ['another kind of file', (vmdk) => void vmdk.write('QFI\xfb', 'latin1'), /does not begin as a VMDK/],
    ['a VMDK that is not stream-optimised', (vmdk) => void vmdk.writeUInt32LE(3, 8), /not a stream-optimised/],
    ['a VMDK with a feature we do not know', (vmdk) => void vmdk.writeUInt32LE(0x70001, 8), /not a stream-optimised/],
    ['a disk of another size', (vmdk) => void vmdk.writeBigUInt64LE(8n, 12), /of a disk of 4096 bytes/],
    ['line ends changed by a text transfer', (vmdk) => void vmdk.write('\n \n\n', 73), /line ends/],
    ['no end mark', (vmdk) => vmdk.subarray(0, -SECTOR), /without its end mark/],
    ['something behind the end', (vmdk) => Buffer.concat([vmdk, Buffer.alloc(1024, 1)]), /follows its end/],
    ['half a sector behind the end', (vmdk) => Buffer.concat([vmdk, Buffer.alloc(100)]), /too early/],
    [
      'a marker of a type nobody knows',
      (vmdk) => void vmdk.writeUInt32LE(9, vmdk.length - SECTOR + 12),
      /marker of type 9|unknown type 9/,
    ],
  ])('%s', async (_name, change, message) => {
    await expect(outcomeOf(await altered(change))).rejects.toThrow(message);
  });

  it('takes padding before the footer and after the end', async () => {
    const vmdk = await ours();
    const pad = Buffer.alloc(3 * SECTOR);
    expect(await outcome(Buffer.concat([vmdk, pad]))).toBe('same');
    const footer = vmdk.length - 3 * SECTOR;
    expect(await outcome(Buffer.concat([vmdk.subarray(0, footer), pad, vmdk.subarray(footer)]))).toBe('same');
  });
});

async function outcomeOf(vmdk: Buffer): Promise<void> {
  for await (const _ of readVmdk(once(vmdk), image.length, never));
}
