import { mkdir, readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { HoldfastError } from '../../base/errors.ts';
import { ChunkHasher } from '../../repository/chunk-hasher.ts';
import { checkChunks, parsePack } from '../../repository/pack-reader.ts';
import { PARTIAL_SUFFIX, SEALED_SUFFIX } from '../../repository/pack-writer.ts';
import { spoolError } from '../../repository/spool-error.ts';
import type { Vault } from '../../repository/vault.ts';
import { PackUploader } from './pack-uploader.ts';

/**
 * Takes over what an interrupted run left in its spool: complete packs, every chunk of which authenticates, are uploaded
 * unchanged; everything else is discarded. Gives the number of packs saved.
 */
export async function recoverSpool(vault: Vault, directory: string, signal: AbortSignal): Promise<number> {
  try {
    return await recover(vault, directory, signal);
  } catch (error) {
    throw spoolError(error, directory);
  }
}

async function recover(vault: Vault, directory: string, signal: AbortSignal): Promise<number> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await using uploader = new PackUploader({ vault, signal });
  let saved = 0;
  for (const name of (await readdir(directory)).sort()) {
    const path = join(directory, name);
    if (name.endsWith(PARTIAL_SUFFIX)) await unlink(path);
    if (!name.endsWith(SEALED_SUFFIX)) continue;
    const packId = name.slice(0, -SEALED_SUFFIX.length);
    const pack = vault.index.hasPack(packId) ? undefined : await readSealed(vault, packId, path);
    if (!pack) {
      await unlink(path);
      continue;
    }
    uploader.add({ ...pack, path });
    await uploader.atMost(1);
    saved++;
  }
  await uploader.finish();
  return saved;
}

async function readSealed(vault: Vault, packId: string, path: string) {
  const bytes = await readFile(path);
  try {
    const pack = parsePack(vault.keys, packId, bytes);
    let sound = true;
    checkChunks(vault.keys, new ChunkHasher(vault.keys.hashKey), pack, bytes, () => {
      sound = false;
    });
    return sound ? pack : undefined;
  } catch (error) {
    if (error instanceof HoldfastError) return undefined;
    throw error;
  }
}
