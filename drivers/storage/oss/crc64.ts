import { z } from 'zod';
import { crc64Wasm } from './crc64-wasm.ts';

/**
 * CRC-64/XZ (ECMA-182, reflected), which OSS gives for every object and part in `x-oss-hash-crc64ecma`. It runs in
 * WebAssembly, which has 64-bit integers where JavaScript has halves: a gigabyte takes less than a second, so the data
 * path keeps its speed without a thread for it.
 *
 * Source: "Check data transmission integrity by using CRC-64", OSS user guide.
 */
export class Crc64 {
  #register = ALL_ONES;
  #length = 0;

  /** Bytes so far. */
  get length(): number {
    return this.#length;
  }

  update(bytes: Uint8Array): this {
    for (let start = 0; start < bytes.length; start += SLICE) {
      const slice = bytes.subarray(start, start + SLICE);
      input.set(slice);
      this.#register = BigInt.asUintN(64, core.update(this.#register, INPUT_AT, INPUT_AT + slice.length));
    }
    this.#length += bytes.length;
    return this;
  }

  /** The checksum of what came so far, as OSS writes it: a decimal number. */
  digest(): string {
    return (this.#register ^ ALL_ONES).toString();
  }
}

export function crc64(bytes: Uint8Array): string {
  return new Crc64().update(bytes).digest();
}

/** The checksum of `first` followed by `second`, whose length is `secondLength` bytes, from their checksums alone. */
export function combineCrc64(first: string, second: string, secondLength: number): string {
  return (multiply(powerOfX(BigInt(secondLength) * 8n), BigInt(first)) ^ BigInt(second)).toString();
}

const ALL_ONES = 0xffff_ffff_ffff_ffffn;
const POLYNOMIAL = 0xc96c_5795_d787_0f42n;
/** Reflected: the highest bit is x to the power of 0. */
const ONE = 1n << 63n;
const INPUT_AT = 32 << 10;
const SLICE = 128 << 10;

const core = z
  .object({
    memory: z.instanceof(WebAssembly.Memory),
    init: z.custom<() => void>((value) => typeof value === 'function'),
    update: z.custom<(crc: bigint, at: number, end: number) => bigint>((value) => typeof value === 'function'),
  })
  .parse(new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(crc64Wasm, 'base64'))).exports);
core.init();
const input = new Uint8Array(core.memory.buffer, INPUT_AT, SLICE);

/** Product of two polynomials modulo the CRC's. */
function multiply(a: bigint, b: bigint): bigint {
  let product = 0n;
  let shifted = b;
  for (let bit = ONE; bit !== 0n; bit >>= 1n) {
    if (a & bit) product ^= shifted;
    shifted = shifted & 1n ? (shifted >> 1n) ^ POLYNOMIAL : shifted >> 1n;
  }
  return product;
}

/** x to the power of `exponent`, modulo the CRC's polynomial. */
function powerOfX(exponent: bigint): bigint {
  let power = ONE;
  for (let square = ONE >> 1n, rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) power = multiply(power, square);
    square = multiply(square, square);
  }
  return power;
}
