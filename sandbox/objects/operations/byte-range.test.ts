import { describe, expect, it } from 'vitest';
import { rangeOf } from './byte-range.ts';

// "How to obtain OSS resources by segmenting HTTP Range requests": an object of 1,000 bytes.
const whole = undefined;
const invalid = 'InvalidRange';

describe('a range of an object of 1,000 bytes', () => {
  it.each([
    [undefined, whole, whole],
    ['bytes=0-499', [0, 500], [0, 500]],
    ['bytes=500-', [500, 500], [500, 500]],
    ['bytes=-500', [500, 500], [500, 500]],
    ['bytes=0-', [0, 1000], [0, 1000]],
    ['bytes=999-999', [999, 1], [999, 1]],
    ['byte=0-499', whole, whole],
    ['bytes=5-2', whole, whole],
    ['bytes=-', whole, whole],
    ['bytes=0-1000', whole, [0, 1000]],
    ['bytes=500-2000', whole, [500, 500]],
    ['bytes=1000-2000', whole, invalid],
    ['bytes=1000-', whole, invalid],
    ['bytes=-2000', whole, [0, 1000]],
    ['bytes=-0', whole, invalid],
    ['bytes=0-9,20-29', [0, 10], [0, 10]],
  ])('%s is %o, and by x-oss-range-behavior: standard %o', (header, usual, standard) => {
    const outcome = (strict: boolean) => {
      try {
        const range = rangeOf(header, 1000, strict);
        return range && [range.start, range.length];
      } catch (error) {
        return error instanceof Error && 'code' in error ? error.code : error;
      }
    };
    expect([outcome(false), outcome(true)]).toEqual([usual, standard]);
  });
});
