import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../../tests/support/test-sandbox.ts';
import type { PlatformSession } from '../contract.ts';
import { vspherePlatformDriver } from './driver.ts';

const signal = AbortSignal.timeout(60_000);
const count = 600;
let sandbox: TestSandbox;
let session: PlatformSession;

beforeAll(async () => {
  const vms = Array.from({ length: count }, (_, index) => ({ name: `vm-${index}`, disks: [] }));
  sandbox = await startTestSandbox({ vms });
  session = await vspherePlatformDriver.connect(sandbox.connection, signal);
});
afterAll(async () => {
  await session?.[Symbol.asyncDispose]();
  await sandbox?.close();
});

test('a large inventory comes in pages of at most 250, each VM once', async () => {
  const pages = await Array.fromAsync(session.inventory(signal));
  expect(pages.length).toBeGreaterThan(2);
  expect(Math.max(...pages.map((page) => page.length))).toBe(250);
  const names = pages.flat().map((vm) => vm.name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => /^vm-\d+$/.test(name))).toHaveLength(count);
});

test('a reader may stop at any page', async () => {
  for await (const page of session.inventory(signal)) {
    expect(page).toHaveLength(250);
    break;
  }
  expect(await session.findByMarker('none', signal)).toEqual([]);
});

test('a reader that is cancelled gets the reason', async () => {
  const controller = new AbortController();
  const reason = new Error('cancelled');
  const read = async () => {
    for await (const _page of session.inventory(controller.signal)) controller.abort(reason);
  };
  await expect(read()).rejects.toBe(reason);
});
