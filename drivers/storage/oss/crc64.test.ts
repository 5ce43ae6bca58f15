import { createCipheriv } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Crc64, combineCrc64, crc64 } from './crc64.ts';

/** By the definition, a bit at a time. */
function reference(bytes: Uint8Array): string {
  let register = 0xffff_ffff_ffff_ffffn;
  for (const byte of bytes) {
    register ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit += 1)
      register = register & 1n ? (register >> 1n) ^ 0xc96c_5795_d787_0f42n : register >> 1n;
  }
  return (register ^ 0xffff_ffff_ffff_ffffn).toString();
}

const noise = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(400_000));

describe('CRC64', () => {
  it('gives the catalogue’s check value', () => {
    expect(BigInt(crc64(Buffer.from('123456789'))).toString(16)).toBe('995dc9bbdf1939fa');
    expect(crc64(new Uint8Array(0))).toBe('0');
  });

  it.each([1, 7, 15, 16, 17, 31, 33, 1000, 4099])('follows the definition for %d bytes at any alignment', (length) => {
    for (const start of [0, 1, 5]) {
      const bytes = noise.subarray(start, start + length);
      expect(crc64(bytes)).toBe(reference(bytes));
    }
  });

  it('takes its bytes in any pieces', () => {
    const crc = new Crc64();
    for (let at = 0, step = 1; at < noise.length; at += step, step = (step * 7) % 90_001)
      crc.update(noise.subarray(at, at + step));
    expect(crc.digest()).toBe(crc64(noise));
    expect(crc.length).toBe(noise.length);
  });

  it.each([0, 1, 8, 4096, 399_999, 400_000])('combines the checksums of two parts, cut at %d', (cut) => {
    const [first, second] = [noise.subarray(0, cut), noise.subarray(cut)];
    expect(combineCrc64(crc64(first), crc64(second), second.length)).toBe(crc64(noise));
  });
});
