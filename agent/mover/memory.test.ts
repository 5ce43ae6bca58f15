import { execFile } from 'node:child_process';
import { createCipheriv } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { serialiseVaultKeys } from '../../repository/keys/vault-keys.ts';
import { sha256, vaultFixture } from '../../tests/vault-fixture.ts';

const MiB = 1 << 20;
const program = join(import.meta.dirname, '../../tests/mover-process.ts');

/** Incompressible: nothing makes more bytes of packs. */
function noise(length: number): Buffer {
  return createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(length));
}

it.each(['device', 'stream-restored'])(
  'needs no more memory for a disk of eight times the size (%s)',
  async (kind) => {
    await using fixture = await vaultFixture();
    await writeFile(join(fixture.directory, 'keys'), serialiseVaultKeys(fixture.keys));
    const peakMiB = async (name: string, bytes: Buffer) => {
      const { path } = await fixture.image(name, bytes);
      const { stdout } = await promisify(execFile)(process.execPath, [program, fixture.directory, path, kind]);
      if (kind === 'stream-restored') expect(await sha256(`${path}.restored`)).toBe(await sha256(path));
      return JSON.parse(stdout).peakKiB / 1024;
    };
    const small = await peakMiB('small', noise(24 * MiB));
    const large = await peakMiB('large', noise(192 * MiB));
    expect(large - small).toBeLessThan(64);
  },
  120_000,
);
