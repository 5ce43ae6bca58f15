import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { operations } from './gen/metadata.ts';

const files = ['vim25.wsdl', 'types.ts', 'metadata.ts'];
const here = fileURLToPath(new URL('.', import.meta.url));
const python = '/usr/bin/python3';
const hasPyvmomi = spawnSync(python, ['-c', 'import pyVmomi'], { cwd: tmpdir() }).status === 0;

test.skipIf(!hasPyvmomi)('what is committed is what the generator writes', () => {
  const directory = mkdtempSync(join(tmpdir(), 'vim25-'));
  try {
    execFileSync(python, ['-B', join(here, 'tools/generate.py'), directory], { stdio: 'ignore' });
    for (const file of files) {
      expect(readFileSync(join(directory, file), 'utf8') === readFileSync(join(here, 'gen', file), 'utf8'), file).toBe(
        true,
      );
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

test('every generated file says where it comes from', () => {
  for (const file of files) {
    const head = readFileSync(join(here, 'gen', file), 'utf8').slice(0, 600);
    expect(head).toContain('Copyright (c) 2008-2018 VMware, Inc.');
    expect(head).toContain('Apache License, Version 2.0');
  }
});

test('vSphere is never told to revert, power off or unregister', () => {
  expect(Object.keys(operations).filter((name) => /Revert|Power|Unregister|Delete/.test(name))).toEqual([]);
});
