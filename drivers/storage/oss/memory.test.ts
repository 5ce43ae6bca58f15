import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { openedStore } from './testing/opened-store.ts';

const MiB = 1 << 20;
const program = join(import.meta.dirname, 'testing/upload-process.ts');
const outcome = z.object({ peakKiB: z.number(), peakArrayBuffers: z.number(), ms: z.number() });

it('needs no more memory for files of sixteen times the size, four at a time', async () => {
  await using opened = await openedStore();
  const { settings, location } = opened;
  const upload = async (bytes: number) => {
    const path = await opened.file(Buffer.alloc(bytes, 7));
    const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin.end(JSON.stringify({ settings, location, path, names: ['a', 'b', 'c', 'd'] }));
    return outcome.parse(JSON.parse(await text(child.stdout)));
  };
  const small = await upload(2 * MiB);
  const large = await upload(32 * MiB);
  expect(large.peakKiB / 1024 - small.peakKiB / 1024).toBeLessThan(32);
  // Sixteen requests with a piece each, and what the sockets hold of it: 128 MiB went through.
  expect(large.peakArrayBuffers).toBeLessThan(8 * MiB);
  expect(opened.requests('UploadPart')).toHaveLength(4 * 4);
});
