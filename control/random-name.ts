import type { IdSource } from '../base/ids.ts';

const adjectives =
  'amber brisk calm clear deep early firm fresh gentle golden grand green keen level mellow noble quiet rapid sharp silver solid steady stout sunny swift tidal vivid warm wide wise'.split(
    ' ',
  );
const nouns =
  'anchor basin beacon bridge canyon cedar cliff cove delta fjord forest garden granite harbor hill island lagoon lake maple meadow mesa oak orchard pine reef ridge river summit valley willow'.split(
    ' ',
  );

/** A name a person can say over the telephone: `quiet-harbor-4821`. */
export function randomName(ids: IdSource): string {
  const bytes = ids.bytes(6);
  const adjective = adjectives[bytes.readUInt8(0) % adjectives.length];
  const noun = nouns[bytes.readUInt8(1) % nouns.length];
  return `${adjective}-${noun}-${1000 + (bytes.readUInt32BE(2) % 9000)}`;
}
