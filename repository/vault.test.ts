import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backupDisk } from '../agent/mover/backup-disk.ts';
import { systemClock } from '../base/clock.ts';
import { systemIds } from '../base/ids.ts';
import {
  sampleBytes,
  sampleDisk,
  sampleManifest,
  seededRandom,
  type VaultFixture,
  vaultFixture,
} from '../tests/vault-fixture.ts';
import { sealCondemnedList } from './condemned.ts';
import { sealIndexSegment } from './index-segment.ts';
import { generateVaultKeys } from './keys/vault-keys.ts';
import { manifestKey } from './manifest.ts';
import type { Vault } from './vault.ts';

const MiB = 1 << 20;
const never = new AbortController().signal;

let fixture: VaultFixture;
beforeEach(async () => {
  fixture = await vaultFixture();
});
afterEach(() => fixture[Symbol.asyncDispose]());

async function backUp(vault: Vault, jobId: string, bytes: Uint8Array) {
  const source = await fixture.image(jobId, bytes);
  const spoolDirectory = join(fixture.directory, 'spool');
  const options = { vault, source, workers: 1, spoolDirectory, signal: never, clock: systemClock, ids: systemIds };
  const { mapRef, statistics } = await backupDisk(options);
  const manifest = sampleManifest(vault.vaultId, jobId, [sampleDisk({ map: mapRef, statistics })]);
  const put = await vault.putManifest(manifest, never);
  await vault.putCommit('vm-1', jobId, `signed ${put.hash}`, never);
  return { manifest, statistics, ...put };
}

const keysUnder = async (prefix: string) =>
  (await Array.fromAsync(fixture.store.list({ prefix }, never))).map((info) => info.key);

describe('manifests and commits', () => {
  it('are read as written, listed, and never replaced', async () => {
    await using vault = await fixture.open();
    const { manifest, key, hash, created } = await backUp(vault, 'job-1', sampleBytes(MiB, 1));
    expect(created).toBe(true);
    expect(key).toBe('manifests/vm-1/job-1');
    expect(await vault.readManifest(key, never, hash)).toEqual({ manifest, hash });
    const again = await vault.putManifest({ ...manifest, attempt: 2 }, never);
    expect(again).toEqual({ key, hash, created: false });
    expect((await vault.readManifest(key, never)).manifest.attempt).toBe(1);
    expect(await vault.readCommit('vm-1', 'job-1', never)).toBe(`signed ${hash}`);
    expect(await vault.putCommit('vm-1', 'job-1', 'another', never)).toBe('exists');
    expect(await vault.readCommit('vm-1', 'job-2', never)).toBeUndefined();
    const name = { vmId: 'vm-1', jobId: 'job-1' };
    expect(await Array.fromAsync(vault.listManifests({}, never))).toEqual([{ key, ...name }]);
    expect(await Array.fromAsync(vault.listManifests({ vmId: 'vm' }, never))).toEqual([]);
    expect(await Array.fromAsync(vault.listCommits({ vmId: 'vm-1' }, never))).toHaveLength(1);
  });

  it('are refused under another key, with another hash or another vault’s keys', async () => {
    await using vault = await fixture.open();
    const { key } = await backUp(vault, 'job-1', sampleBytes(1000, 1));
    const moved = manifestKey('vm-1', 'job-2');
    await fixture.store.put(moved, await fixture.store.get(key, undefined, never), never);
    await expect(vault.readManifest(moved, never)).rejects.toMatchObject({ code: 'VAULT_CORRUPT' });
    await expect(vault.readManifest(key, never, '00'.repeat(32))).rejects.toMatchObject({ code: 'VAULT_CORRUPT' });
    expect(() => manifestKey('..', 'job')).toThrow('cannot be part of an object key');
  });

  it('refuses a vault that other keys wrote', async () => {
    await using vault = await fixture.open();
    await backUp(vault, 'job-1', sampleBytes(1000, 1));
    await using other = await vaultFixture(generateVaultKeys(systemIds));
    for (const key of await keysUnder(''))
      await other.store.put(key, await fixture.store.get(key, undefined, never), never);
    await expect(other.open()).rejects.toMatchObject({ code: 'VAULT_CORRUPT' });
  });
});

describe('verification', () => {
  it('counts what it followed', async () => {
    await using vault = await fixture.open();
    await backUp(vault, 'job-1', sampleBytes(3 * MiB, 1));
    const report = await vault.verify({ readData: true, signal: never });
    expect(report).toMatchObject({ problems: [], manifests: 1, chunks: 3, packs: 2 });
    expect(report.bytesRead).toBeGreaterThan(MiB);
    expect(await vault.verify({ readData: false, signal: never })).toMatchObject({ problems: [], bytesRead: 0 });
  });

  it('notices changed, missing and cut off bytes in every kind of object', async () => {
    await using vault = await fixture.open();
    await backUp(vault, 'job-1', sampleBytes(40_000, 1));
    const random = seededRandom(7);
    for (const key of (await keysUnder('')).filter((name) => !name.startsWith('commits/'))) {
      const path = join(fixture.storeDirectory, key);
      const sound = await readFile(path);
      const places = new Set([
        0,
        8,
        11,
        12,
        43,
        44,
        sound.length - 17,
        sound.length - 16,
        sound.length - 9,
        sound.length - 1,
      ]);
      for (let index = 0; index < 12; index++) places.add(random(sound.length));
      for (const place of places) {
        const damaged = Buffer.from(sound);
        damaged.writeUInt8(damaged.readUInt8(place) ^ (1 << random(8)), place);
        await writeFile(path, damaged);
        const { problems } = await vault.verify({ readData: true, signal: never });
        expect(problems.length, `${key} byte ${place}`).toBeGreaterThan(0);
      }
      await writeFile(path, sound.subarray(0, sound.length - 1));
      expect((await vault.verify({ readData: true, signal: never })).problems.length).toBeGreaterThan(0);
      await rm(path);
      expect((await vault.verify({ readData: false, signal: never })).problems.length, key).toBeGreaterThan(0);
      await writeFile(path, sound);
    }
    expect((await vault.verify({ readData: true, signal: never })).problems).toEqual([]);
  });

  it('does not care for what a crash left without a manifest', async () => {
    await using vault = await fixture.open();
    const { key } = await backUp(vault, 'job-1', sampleBytes(MiB, 1));
    await fixture.store.delete(['commits/vm-1/job-1', key], never);
    expect(await vault.verify({ readData: true, signal: never })).toMatchObject({
      problems: [],
      manifests: 0,
      packs: 2,
    });
  });
});

describe('index', () => {
  it('comes back from the segments when the local copy is lost or damaged', async () => {
    {
      await using vault = await fixture.open();
      await backUp(vault, 'job-1', sampleBytes(2 * MiB, 1));
    }
    await writeFile(
      join(fixture.directory, 'cache', fixture.keys.vaultId, 'index.sqlite'),
      'this is no database at all',
    );
    await using vault = await fixture.open();
    const { statistics } = await backUp(vault, 'job-2', sampleBytes(2 * MiB, 1));
    expect(statistics).toMatchObject({ bytesNew: 0, bytesDeduplicated: 2 * MiB });
  });

  it('comes back from the packs when the segments are lost', async () => {
    {
      await using vault = await fixture.open();
      await backUp(vault, 'job-1', sampleBytes(2 * MiB, 1));
    }
    await fixture.store.delete(await keysUnder('index/'), never);
    await using vault = await fixture.open();
    expect([...vault.index.packs()]).toEqual([]);
    expect(await vault.rebuildIndex(never)).toBe(2);
    const { statistics } = await backUp(vault, 'job-2', sampleBytes(2 * MiB, 1));
    expect(statistics).toMatchObject({ bytesNew: 0, bytesStored: 0 });
  });

  it('takes nothing over from a superseded segment, however it was met', async () => {
    await using vault = await fixture.open('before');
    await backUp(vault, 'job-1', sampleBytes(2 * MiB, 1));
    const supersedes = (await keysUnder('index/')).map((key) => key.slice('index/'.length));
    const segment = sealIndexSegment(fixture.keys, { supersedes, packs: [] }, systemIds);
    await fixture.store.put(segment.key, segment.bytes, never);
    for (const cache of ['before', 'fresh', 'fresh']) {
      await using opened = await fixture.open(cache);
      expect([...opened.index.packs()]).toEqual([]);
      expect([...opened.index.lists()].sort()).toEqual((await keysUnder('index/')).sort());
    }
  });

  it('never reuses what a condemned list names, however the list was met', async () => {
    await using vault = await fixture.open('before');
    await backUp(vault, 'job-1', sampleBytes(2 * MiB, 1));
    const packs = [...vault.index.packs()].map((pack) => pack.packId);
    const list = sealCondemnedList(fixture.keys, { version: 1, createdAt: '2026-01-01T00:00:00Z', packs }, systemIds);
    await fixture.store.put(list.key, list.bytes, never);
    await using known = await fixture.open('before');
    const first = await backUp(known, 'job-2', sampleBytes(2 * MiB, 1));
    expect(first.statistics).toMatchObject({ bytesNew: 2 * MiB, bytesDeduplicated: 0 });
    await using fresh = await fixture.open('fresh');
    const second = await backUp(fresh, 'job-3', sampleBytes(2 * MiB, 1));
    expect(second.statistics).toMatchObject({ bytesNew: 0, bytesDeduplicated: 2 * MiB });
    await fixture.store.delete(
      packs.map((id) => `packs/${id.slice(0, 2)}/${id}`),
      never,
    );
    expect((await fresh.verify({ readData: true, signal: never })).problems).toEqual([]);
  });
});
