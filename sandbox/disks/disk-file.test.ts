import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemIds } from '../../base/ids.ts';
import { allocatedGrains, copySparse, differences, exportDisk, hashDisk } from './disk-content.ts';
import { DiskStore } from './disk-store.ts';
import { GRAIN } from './grains.ts';

const CAPACITY = 20 * GRAIN + 1024;

let directory: string;
let store: DiskStore;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sandbox-disks-'));
  store = new DiskStore(directory, systemIds);
});

afterEach(() => rm(directory, { recursive: true, force: true }));

const newDisk = () => store.create('[ds] vm/vm.vmdk', { capacityBytes: CAPACITY, thin: true });

describe('a chain of disk files', () => {
  it('keeps the parent as it was and shows what was written over it', async () => {
    const base = await newDisk();
    await base.write(GRAIN - 2, Buffer.from('base'));
    const delta = await store.createDelta(base);
    await delta.write(GRAIN, Buffer.from('XY'));
    expect((await delta.read(GRAIN - 2, 4)).toString()).toBe('baXY');
    expect((await base.read(GRAIN - 2, 4)).toString()).toBe('base');
    expect((await readFile(base.path)).subarray(GRAIN - 2, GRAIN + 2).toString()).toBe('base');
    expect(delta.name).toBe('[ds] vm/vm-000001.vmdk');
    expect(delta.uuid).toBe(base.uuid);
  });

  it('merges into the parent what the delta changed, to the last partial grain', async () => {
    const base = await newDisk();
    const delta = await store.createDelta(base);
    const top = await store.createDelta(delta);
    await delta.write(3 * GRAIN + 5, Buffer.alloc(2 * GRAIN, 1));
    await top.write(CAPACITY - 3, Buffer.from('end'));
    const before = await hashDisk(top);
    expect(await top.mergeIntoParent()).toBe(delta);
    expect(await hashDisk(delta)).toBe(before);
    await delta.mergeIntoParent();
    expect(await hashDisk(base)).toBe(before);
  });

  it('refuses a write beyond the end', async () => {
    const base = await newDisk();
    await expect(base.write(CAPACITY - 1, Buffer.alloc(2))).rejects.toThrow(RangeError);
  });
});

describe('content', () => {
  it('exports a chain as one sparse file and finds what was allocated', async () => {
    const base = await newDisk();
    await base.write(0, Buffer.from('a'));
    const delta = await store.createDelta(base);
    await delta.write(7 * GRAIN, Buffer.from('b'));
    const path = join(directory, 'export.raw');
    await exportDisk(delta, path);
    const { size, blocks } = await stat(path);
    expect(size).toBe(CAPACITY);
    expect(blocks * 512).toBeLessThan(CAPACITY);
    const exported = await readFile(path);
    expect([exported[0], exported[7 * GRAIN]]).toEqual([0x61, 0x62]);
    expect([...(await allocatedGrains(delta)).runs()]).toEqual([
      [0, 1],
      [7, 1],
    ]);
  });

  it('tells the grains in which an image differs, and refuses one of another size', async () => {
    const base = await newDisk();
    const image = join(directory, 'image.raw');
    await copySparse(base.path, image);
    const changed = await readFile(image);
    changed[2 * GRAIN + 9] = 1;
    changed[CAPACITY - 1] = 1;
    await writeFile(image, changed);
    const found: [number, number][] = [];
    await differences(base, image, async (offset, bytes) => void found.push([offset, bytes.length]));
    expect(found).toEqual([
      [2 * GRAIN, GRAIN],
      [20 * GRAIN, 1024],
    ]);
    await writeFile(image, 'short');
    await expect(differences(base, image, async () => undefined)).rejects.toThrow(RangeError);
  });

  it('refuses an image that is not whole sectors', async () => {
    const image = join(directory, 'odd.raw');
    await writeFile(image, 'odd');
    await expect(store.import('[ds] vm/odd.vmdk', image, true)).rejects.toThrow('whole sectors');
  });
});
