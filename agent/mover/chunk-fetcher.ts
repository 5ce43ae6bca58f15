import type { ObjectStore } from '../../drivers/storage/contract.ts';
import { type BlockEntry, chunksOf } from '../../repository/block-map.ts';
import { chunkMissing } from '../../repository/errors.ts';
import type { ChunkLocation, LocalIndex } from '../../repository/local-index.ts';
import { packKey } from '../../repository/pack-cipher.ts';
import type { FetchedChunk } from './messages.ts';

/** Bytes that may be read for nothing to save a request, and the longest request. */
const GAP = 256 << 10;
const LONGEST = 16 << 20;

interface Range {
  readonly packId: string;
  readonly start: number;
  readonly end: number;
  readonly chunks: readonly ChunkLocation[];
}

/** Fetches the stored bytes of all chunks that the entries need, each chunk once, with few requests. */
export async function fetchChunks(
  store: ObjectStore,
  index: LocalIndex,
  entries: readonly BlockEntry[],
  signal: AbortSignal,
): Promise<{ readonly buffers: Uint8Array<ArrayBuffer>[]; readonly chunks: FetchedChunk[] }> {
  const ranges = rangesOf(index, new Set(entries.flatMap(chunksOf)));
  const buffers = await Promise.all(
    ranges.map(async ({ packId, start, end }) =>
      transferable(await store.get(packKey(packId), { start, end }, signal)),
    ),
  );
  const chunks = ranges.flatMap((range, buffer) =>
    range.chunks.map((location) => ({ location, buffer, at: location.offset - range.start })),
  );
  return { buffers, chunks };
}

function rangesOf(index: LocalIndex, ids: ReadonlySet<string>): Range[] {
  const locations = [...ids].map((id) => {
    const location = index.locate(id);
    if (!location) throw chunkMissing(id);
    return location;
  });
  locations.sort((a, b) => (a.packId === b.packId ? a.offset - b.offset : a.packId < b.packId ? -1 : 1));
  const ranges: { packId: string; start: number; end: number; chunks: ChunkLocation[] }[] = [];
  for (const location of locations) {
    const end = location.offset + location.storedLength;
    const last = ranges.at(-1);
    if (last?.packId === location.packId && location.offset - last.end <= GAP && end - last.start <= LONGEST) {
      last.end = end;
      last.chunks.push(location);
    } else ranges.push({ packId: location.packId, start: location.offset, end, chunks: [location] });
  }
  return ranges;
}

/** Moves to a worker without a copy, so it must not share its memory with anything else. */
function transferable(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  return buffer instanceof ArrayBuffer && bytes.length === buffer.byteLength
    ? new Uint8Array(buffer)
    : Uint8Array.from(bytes);
}
