import { randomBytes } from 'node:crypto';
import { type Clock, systemClock } from './clock.ts';

/** The only source of ids and random bytes, so tests can own both. */
export interface IdSource {
  /** A UUID version 7: sorts by creation time. */
  uuid(): string;
  bytes(length: number): Buffer;
}

/** Ids from the operating system's random source; UUIDs take their time from `clock`. */
export function createIdSource(clock: Clock = systemClock): IdSource {
  return {
    uuid: () => uuidV7(clock.now(), randomBytes(10)),
    bytes: (length) => randomBytes(length),
  };
}

export const systemIds: IdSource = createIdSource();

function uuidV7(milliseconds: number, random: Buffer): string {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(milliseconds, 0, 6);
  random.copy(bytes, 6);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
