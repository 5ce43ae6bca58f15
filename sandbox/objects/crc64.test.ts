import { describe, expect, it } from 'vitest';
import { Crc64, combineCrc64 } from './crc64.ts';

const crc = (bytes: Buffer) => new Crc64().update(bytes).digest();

/** Bit by bit, from the definition. */
function slow(bytes: Buffer): bigint {
  let state = 0xffffffffffffffffn;
  for (const byte of bytes) {
    state ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit += 1) state = state & 1n ? (state >> 1n) ^ 0xc96c5795d7870f42n : state >> 1n;
  }
  return state ^ 0xffffffffffffffffn;
}

const sample = Buffer.from(Array.from({ length: 1021 }, (_, index) => (index * 167 + (index >> 3)) & 0xff));

describe('CRC-64/XZ', () => {
  it('has the published check value', () => {
    expect(crc(Buffer.from('123456789')).toString(16)).toBe('995dc9bbdf1939fa');
    expect(crc(Buffer.alloc(0))).toBe(0n);
  });

  it('agrees with the definition at every length and for every way of cutting', () => {
    for (const length of [1, 7, 8, 9, 15, 16, 64, 1021])
      expect(crc(sample.subarray(0, length))).toBe(slow(sample.subarray(0, length)));
    const running = new Crc64();
    for (let start = 0; start < sample.length; start += 37) running.update(sample.subarray(start, start + 37));
    expect(running.digest()).toBe(slow(sample));
  });

  it('combines two checksums into that of the whole', () => {
    for (const cut of [0, 1, 8, 500, 1021]) {
      const [left, right] = [sample.subarray(0, cut), sample.subarray(cut)];
      expect(combineCrc64(crc(left), crc(right), right.length)).toBe(crc(sample));
    }
  });
});
