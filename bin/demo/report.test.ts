import { describe, expect, it } from 'vitest';
import { formatBytes, formatTable, passes } from './report.ts';

describe('the demonstration report', () => {
  it('writes sizes for people', () => {
    expect([0, 1_536, 1_048_576, 5_368_709_120].map(formatBytes)).toEqual([
      '0.0 KiB',
      '1.5 KiB',
      '1.0 MiB',
      '5.00 GiB',
    ]);
  });

  it('lines up its columns, also when a job took no time', () => {
    const sizes = { bytesTotal: 1_048_576, bytesRead: 0, bytesZero: 0, bytesDeduplicated: 0, bytesStored: 0 };
    const lines = formatTable([
      { step: 'full backup', ...sizes, durationMs: 500 },
      { step: 'restore', ...sizes, durationMs: 0 },
    ]).split('\n');
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
    expect(lines[2]).toContain('2.0 MiB/s');
  });

  it('passes only equal disks with a clean file system, or none', () => {
    const equal = { what: 'disk', expectedSha256: 'a', actualSha256: 'a' };
    expect(passes({ ...equal, fileSystemClean: true })).toBe(true);
    expect(passes({ ...equal, fileSystemClean: null })).toBe(true);
    expect(passes({ ...equal, fileSystemClean: false })).toBe(false);
    expect(passes({ ...equal, actualSha256: 'b', fileSystemClean: true })).toBe(false);
  });
});
