import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { systemClock } from '../../../base/clock.ts';
import { startTransportScene } from '../../../tests/support/transport-scene.ts';
import { LeaseKeeper } from './lease-keeper.ts';

const never = new AbortController().signal;
const leaseTimeoutMs = 2_500;

let scene: Awaited<ReturnType<typeof startTransportScene>>;
beforeAll(async () => {
  scene = await startTransportScene({ nfc: { leaseTimeoutMs: leaseTimeoutMs } });
});
afterAll(() => scene?.close());

async function exported() {
  const { session, vm, snapshot } = scene;
  const lease = await session.exportSnapshot?.(vm.ref, snapshot.ref, never);
  if (!lease) throw new Error('There are no exports.');
  return lease;
}

it('keeps a lease alive that nobody else uses, and tells how far it is, also while telling fails for a moment', async () => {
  await using lease = await exported();
  using keeper = new LeaseKeeper(systemClock, lease);
  keeper.percent = 41.9;
  await scene.guest.injectFault({ operation: 'HttpNfcLeaseProgress', times: 1, effect: { kind: 'close' } });
  await new Promise((resolve) => setTimeout(resolve, 2 * leaseTimeoutMs));
  expect(keeper.lost.aborted).toBe(false);
  const told = (await scene.guest.state()).leases.at(-1);
  expect(told).toMatchObject({ end: null, progress: 41 });
  expect(told?.progressCalls).toBeGreaterThanOrEqual(3);
});

it('says so when the lease was taken back, and when it ran out because nobody could be told', async () => {
  const lease = await exported();
  using keeper = new LeaseKeeper(systemClock, lease);
  await lease[Symbol.asyncDispose]();
  await vi.waitUntil(() => keeper.lost.aborted, { timeout: 10_000 });
  expect(keeper.lost.reason).toMatchObject({ code: 'LEASE_LOST', kind: 'transient' });

  await using silent = await exported();
  await scene.guest.injectFault({ operation: 'HttpNfcLeaseProgress', effect: { kind: 'stall' } });
  using other = new LeaseKeeper(systemClock, silent);
  await vi.waitUntil(() => other.lost.aborted, { timeout: 10_000 });
  expect(other.lost.reason).toMatchObject({
    code: 'LEASE_LOST',
    message: expect.stringContaining('could not be told'),
  });
  await scene.guest.clearFaults();
});

it('stops when it is disposed of, and never calls that a loss', async () => {
  await using lease = await exported();
  const keeper = new LeaseKeeper(systemClock, lease);
  keeper[Symbol.dispose]();
  await new Promise((resolve) => setTimeout(resolve, leaseTimeoutMs));
  expect(keeper.lost.aborted).toBe(false);
});
