import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { IdSource } from '../base/ids.ts';
import { encodeInnerPage, encodeLeafPage } from './block-map.ts';
import { CHUNK_KIND, ENCODING } from './chunk.ts';
import { ChunkHasher } from './chunk-hasher.ts';
import { openCondemnedList } from './condemned.ts';
import { openIndexSegment } from './index-segment.ts';
import type { VaultKeys } from './keys/vault-keys.ts';
import { parsePack } from './pack-reader.ts';
import { PackWriter } from './pack-writer.ts';

/** FORMAT.md's vectors: keys and salts are counted bytes, so another implementation can make the same objects. */
const counted = (from: number) => Uint8Array.from({ length: 32 }, (_, index) => from + index);
const keys: VaultKeys = {
  vaultId: '01234567-89ab-7def-8123-456789abcdef',
  hashKey: counted(0),
  epochs: [{ epoch: 3, key: counted(32) }],
};
const ids: IdSource = {
  uuid: () => keys.vaultId,
  bytes: (length) => Buffer.from(counted(64).subarray(0, length)),
};
const id = (byte: string) => byte.repeat(32);

it('ids of chunks', () => {
  const hasher = new ChunkHasher(keys.hashKey);
  expect(hasher.id(CHUNK_KIND.data, Buffer.from('holdfast'))).toMatchInlineSnapshot(
    `"db3d26f16e63648d087464b811162e3d97fb7d911c8d7d959a480f73735af326"`,
  );
  expect(hasher.id(CHUNK_KIND.page, Buffer.from('holdfast'))).toMatchInlineSnapshot(
    `"a7bd1379660659fcdd3385a523891e1ee98898473b43b6e9353267e719ae3dde"`,
  );
  expect(hasher.id(CHUNK_KIND.data, Buffer.alloc(1 << 20, 1))).toMatchInlineSnapshot(
    `"9ade3d2694f603df72b9db5e7b3cd2e57845e9f3429cada4180b0bf9baeb5198"`,
  );
});

it('map pages', () => {
  const leaf = encodeLeafPage([
    { shape: 'zero' },
    { shape: 'whole', id: id('a1') },
    { shape: 'pieces', id: id('b2'), base: id('c3'), pieces: ['base', { id: id('d4') }, 'zero', 'absent'] },
    { shape: 'pieces', id: id('e5'), base: null, pieces: [{ id: id('f6') }, 'zero', 'absent', 'absent'] },
  ]);
  expect(leaf.toString('hex')).toMatchInlineSnapshot(
    `"48464d50010004000001a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a102b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c302010003d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d402e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5000000000000000000000000000000000000000000000000000000000000000001000303f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6"`,
  );
  expect(encodeInnerPage(1, [null, id('a1')]).toString('hex')).toMatchInlineSnapshot(
    `"48464d50010102000000000000000000000000000000000000000000000000000000000000000000a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1"`,
  );
});

const goldenPack =
  '48465041434b303103000000404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f61be3e637264689ca832a41ad2966b5f6500b598e50eaaf20110e35f316e1e19432392259f4a5116758a4c2e6119f993c2ca276168b2bcc8e9d35f9a1b8b53a990e5255a8e6b5311ef872a3d3fad649f8caf6e039a756151374171e8d4e7d86ec80add5f17f83ecc077d914362fe7dda725609257119884bd9422c653fab52513b3de5173b7c67077bb168bcadc1d06640000000010000004846504b454e4431';

it('a pack', () => {
  const directory = mkdtempSync(join(tmpdir(), 'golden-'));
  using writer = new PackWriter({ keys, ids, directory });
  // Incompressible, so that the vector does not depend on a version of zstd.
  const raw = createHash('sha512').update('sample').digest();
  writer.append(new ChunkHasher(keys.hashKey).id(CHUNK_KIND.data, raw), CHUNK_KIND.data, raw);
  const pack = writer.seal();
  const bytes = readFileSync(pack?.path ?? '');
  rmSync(directory, { recursive: true });
  expect(bytes.toString('hex')).toBe(goldenPack);
  expect(parsePack(keys, pack?.packId ?? '', bytes)).toEqual({
    packId: '404142434445464748494a4b4c4d4e4f',
    epoch: 3,
    salt: counted(64),
    length: bytes.length,
    entries: pack?.entries,
  });
});

// Sealed objects hold zstd frames, whose bytes may change with zstd's version; so these vectors are read, not written.
it('an index segment', () => {
  const golden =
    '484649445830303103000000404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5fad86f9e2de53246db4f360c58ffcf6c7d5ec6b316828acf4c4525f0a235cdbd2dd7e1efe70db290893a085329dfccc810460a30749f728ade91fa4eb6b2532bb3bdeb4f200c0571e8e74bc8cf8e782bf859c22e3e1bbe99a0914048600981afe84e3f59dd335';
  const entry = {
    id: id('a1'),
    offset: 44,
    storedLength: 80,
    rawLength: 64,
    kind: CHUNK_KIND.data,
    encoding: ENCODING.raw,
  };
  const packId = '606162636465666768696a6b6c6d6e6f';
  const pack = { packId, epoch: 3, salt: counted(96), length: 204, entries: [entry] };
  const key = 'index/404142434445464748494a4b4c4d4e4f';
  expect(openIndexSegment(keys, key, Buffer.from(golden, 'hex'))).toEqual({ supersedes: [], packs: [pack] });
});

it('a condemned list', () => {
  const golden =
    '4846434e4430303103000000404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5fd7efb3d96b0ac0dd12c625355dc111e05d5dbb36cf8ad176dfe3f0700ff5d07912cd7fafa55ac82c6df490fddc6d723b1ba653417aa113d1e946f6eb922f6e41e46845bc5aeef6c14d7843cffaf1f8f796e562a0626b6a5875bcb86bc2e2d65f';
  const key = 'condemned/404142434445464748494a4b4c4d4e4f';
  const list = { version: 1, createdAt: '2026-01-01T00:00:00Z', packs: ['00'.repeat(16)] };
  expect(openCondemnedList(keys, key, Buffer.from(golden, 'hex'))).toEqual(list);
});

/** A second implementation of the reader in small, on Web Crypto and by FORMAT.md's offsets alone. */
it('a pack opens by what the format says', async () => {
  const pack = Buffer.from(goldenPack, 'hex');
  const vaultId = Buffer.from('0123456789ab7def8123456789abcdef', 'hex');
  const u32 = (value: number) => Buffer.of(value & 255, (value >> 8) & 255, (value >> 16) & 255, (value >>> 24) & 255);
  const { subtle } = globalThis.crypto;
  const salt = Buffer.from(pack.subarray(12, 44));
  const material = await subtle.importKey('raw', counted(32), 'HKDF', false, ['deriveKey']);
  const info = Buffer.concat([Buffer.from('holdfast pack v1'), Buffer.of(0), vaultId]);
  const algorithm = { name: 'HKDF', hash: 'SHA-256', salt, info };
  const key = await subtle.deriveKey(algorithm, material, { name: 'AES-GCM', length: 256 }, false, ['decrypt']);
  const open = async (from: number, to: number, ordinal: number, kind: number) => {
    const iv = Buffer.concat([u32(ordinal), Buffer.alloc(8)]);
    const additionalData = Buffer.concat([vaultId, u32(3), salt, u32(ordinal), Buffer.of(kind)]);
    return Buffer.from(
      await subtle.decrypt({ name: 'AES-GCM', iv, additionalData }, key, Buffer.from(pack.subarray(from, to))),
    );
  };
  const end = pack.length - 16;
  expect(pack.toString('latin1', end + 8)).toBe('HFPKEND1');
  expect(pack.readUInt32LE(end + 4)).toBe(1);
  const table = await open(end - pack.readUInt32LE(end), end, 0xffffffff, 0xff);
  expect([table.readUInt32LE(32), table.readUInt32LE(36), table.readUInt32LE(40), table[44], table[45]]).toEqual([
    44, 80, 64, 1, 0,
  ]);
  expect(await open(44, 124, 0, 1)).toEqual(createHash('sha512').update('sample').digest());
});
