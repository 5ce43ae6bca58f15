/** CRC-64/XZ (ECMA-182, reflected), the checksum OSS gives in `x-oss-hash-crc64ecma`, eight bytes at a time. */

const POLYNOMIAL_HIGH = 0xc96c5795;
const POLYNOMIAL_LOW = 0xd7870f42;
const SLICES = 8;

const high = new Uint32Array(SLICES * 256);
const low = new Uint32Array(SLICES * 256);

for (let byte = 0; byte < 256; byte += 1) {
  let [top, bottom] = [0, byte];
  for (let bit = 0; bit < 8; bit += 1) {
    const odd = bottom & 1;
    bottom = ((bottom >>> 1) | (top << 31)) >>> 0;
    top >>>= 1;
    if (odd) {
      top = (top ^ POLYNOMIAL_HIGH) >>> 0;
      bottom = (bottom ^ POLYNOMIAL_LOW) >>> 0;
    }
  }
  high[byte] = top;
  low[byte] = bottom;
}
for (let index = 256; index < SLICES * 256; index += 1) {
  const top = high[index - 256] ?? 0;
  const bottom = low[index - 256] ?? 0;
  const first = bottom & 0xff;
  low[index] = ((bottom >>> 8) | (top << 24)) ^ (low[first] ?? 0);
  high[index] = (top >>> 8) ^ (high[first] ?? 0);
}

/** A running checksum. */
export class Crc64 {
  #high = 0xffffffff;
  #low = 0xffffffff;

  update(bytes: Buffer): this {
    let top = this.#high | 0;
    let bottom = this.#low | 0;
    let offset = 0;
    for (const whole = bytes.length - (bytes.length % 8); offset < whole; offset += 8) {
      const near = bottom ^ bytes.readInt32LE(offset);
      const far = top ^ bytes.readInt32LE(offset + 4);
      const [a, b, c, d] = [
        1792 + (near & 0xff),
        1536 + ((near >>> 8) & 0xff),
        1280 + ((near >>> 16) & 0xff),
        1024 + (near >>> 24),
      ];
      const [e, f, g, h] = [768 + (far & 0xff), 512 + ((far >>> 8) & 0xff), 256 + ((far >>> 16) & 0xff), far >>> 24];
      bottom = at(low, a) ^ at(low, b) ^ at(low, c) ^ at(low, d) ^ at(low, e) ^ at(low, f) ^ at(low, g) ^ at(low, h);
      top =
        at(high, a) ^ at(high, b) ^ at(high, c) ^ at(high, d) ^ at(high, e) ^ at(high, f) ^ at(high, g) ^ at(high, h);
    }
    for (; offset < bytes.length; offset += 1) {
      const index = (bottom ^ bytes.readUInt8(offset)) & 0xff;
      bottom = ((bottom >>> 8) | (top << 24)) ^ at(low, index);
      top = (top >>> 8) ^ at(high, index);
    }
    this.#high = top >>> 0;
    this.#low = bottom >>> 0;
    return this;
  }

  digest(): bigint {
    return (BigInt(~this.#high >>> 0) << 32n) | BigInt(~this.#low >>> 0);
  }
}

function at(table: Uint32Array, index: number): number {
  return table[index] ?? 0;
}

const POLYNOMIAL = 0xc96c5795d7870f42n;

/** The checksum of two pieces put together, from theirs and the second one's length in bytes. */
export function combineCrc64(first: bigint, second: bigint, secondLength: number): bigint {
  return multiply(first, powerOfX(8n * BigInt(secondLength))) ^ second;
}

/** Product of two polynomials modulo the generator; bit 63 is x^0, as in every reflected CRC. */
function multiply(a: bigint, b: bigint): bigint {
  let product = 0n;
  let shifted = b;
  for (let bit = 63n; bit >= 0n; bit -= 1n) {
    if ((a >> bit) & 1n) product ^= shifted;
    shifted = shifted & 1n ? (shifted >> 1n) ^ POLYNOMIAL : shifted >> 1n;
  }
  return product;
}

function powerOfX(exponent: bigint): bigint {
  let result = 1n << 63n;
  let square = 1n << 62n;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = multiply(result, square);
    square = multiply(square, square);
  }
  return result;
}
