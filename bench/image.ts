import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Extent } from '../drivers/platform/contract.ts';

/** Real files a disk is filled from, in an order that mixes kinds and is the same on each run. */
function* realFiles(root: string): Iterable<{ path: string; size: number }> {
  const paths: string[] = [];
  const walk = (directory: string) => {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (entry.isFile()) paths.push(path);
    }
  };
  walk(root);
  const order = (path: string) => createHash('md5').update(path).digest('hex');
  for (const path of paths.sort((a, b) => (order(a) < order(b) ? -1 : 1))) yield { path, size: statSync(path).size };
}

/** An ext4 file system of `bytes`, about two thirds of it real files. */
export function makeImage(image: string, bytes: number, scratch: string): void {
  const tree = join(scratch, 'tree');
  rmSync(tree, { recursive: true, force: true });
  let left = bytes * 0.64;
  let count = 0;
  for (const { path, size } of realFiles('/usr')) {
    if (size === 0 || size > left || size > bytes / 8) continue;
    const folder = join(tree, `d${Math.floor(count / 200)}`);
    mkdirSync(folder, { recursive: true });
    copyFileSync(path, join(folder, `f${count++}`));
    left -= size;
    if (left < 1 << 20) break;
  }
  writeFileSync(image, '');
  truncateSync(image, bytes);
  run('mke2fs', ['-q', '-F', '-t', 'ext4', '-m', '0', '-d', tree, image]);
  rmSync(tree, { recursive: true });
}

/** Changes files inside the image as a guest would: many small ones, a few large ones, some removed. */
export function changeImage(image: string, bytes: number, scratch: string): void {
  const commands: string[] = [];
  const scale = bytes / 2 ** 30;
  const add = (name: string, size: number, seed: number) => {
    const file = join(scratch, name);
    const text = Buffer.alloc(size);
    for (let at = 0; at < size; at += 32)
      createHash('sha256')
        .update(`${seed} ${at >> 7}`)
        .digest()
        .copy(text, at);
    writeFileSync(file, text);
    commands.push(`write ${file} ${name}`);
  };
  for (let index = 0; index < 60 * scale; index++) add(`small${index}`, 4096 + ((index * 7919) % 90_000), index);
  for (let index = 0; index < 3 * scale; index++) add(`large${index}`, 6 << 20, 1000 + index);
  for (let index = 0; index < 30 * scale; index++) commands.push(`rm d${index % 4}/f${(index % 4) * 200 + index}`);
  writeFileSync(join(scratch, 'debugfs'), `${commands.join('\n')}\n`);
  run('debugfs', ['-w', '-f', join(scratch, 'debugfs'), image]);
}

/** What changed block tracking would say: areas of 64 KiB that differ, merged. */
export function differences(before: string, after: string): Extent[] {
  const step = 64 << 10;
  const chunk = 4 << 20;
  const size = statSync(after).size;
  const [one, two] = [Buffer.alloc(chunk), Buffer.alloc(chunk)];
  const [a, b] = [openSync(before, 'r'), openSync(after, 'r')];
  const areas: { start: number; length: number }[] = [];
  for (let offset = 0; offset < size; offset += chunk) {
    readSync(a, one, 0, chunk, offset);
    const length = readSync(b, two, 0, chunk, offset);
    for (let at = 0; at < length; at += step) {
      const end = Math.min(at + step, length);
      if (one.compare(two, at, end, at, end) === 0) continue;
      const last = areas.at(-1);
      if (last && last.start + last.length === offset + at) last.length += end - at;
      else areas.push({ start: offset + at, length: end - at });
    }
  }
  closeSync(a);
  closeSync(b);
  return areas;
}

export function run(command: string, args: readonly string[]): string {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
