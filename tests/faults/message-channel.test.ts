import { afterAll, afterEach, beforeAll, describe, it, vi } from 'vitest';
import type { PlannedFault } from '../../base/faults.ts';
import { FaultyProxy } from '../../sandbox/proxy/proxy.ts';
import { type JobPlant, startJobPlant } from '../support/job-plant.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const mib = 2 ** 20;
const vm = 'web-01';

let proxy: FaultyProxy;
let plant: JobPlant;
beforeAll(async () => {
  proxy = await FaultyProxy.start();
  const url = `mqtt://${proxy.address}`;
  plant = await startJobPlant(
    [{ name: vm, changeTracking: true, disks: [{ capacityBytes: 4 * mib, dataBytes: mib }] }],
    { messageUrls: { VPC: url, INTERNET: url } },
  );
  const { hostname, port } = new URL(plant.plant.messageUrl);
  proxy.redirect({ host: hostname, port: Number(port) });
  await heard();
});
afterEach(() => {
  proxy.restore();
  proxy.faults.clear();
});
afterAll(async () => {
  await plant?.[Symbol.asyncDispose]();
  await proxy?.[Symbol.asyncDispose]();
});

/** The gateway's next message has arrived at the control plane. */
async function heard(): Promise<void> {
  const lastAt = async () => {
    const row = plant.db.selectFrom('gateway').select('last_message_at').where('id', '=', plant.gatewayId);
    return (await row.executeTakeFirstOrThrow()).last_message_at?.getTime() ?? 0;
  };
  const before = await lastAt();
  await vi.waitUntil(async () => (await lastAt()) > before, { timeout: 30_000, interval: 50 });
}

const endsWell = async () => {
  await plant.backup(vm, { forceFull: true });
  await vi.waitFor(() => plant.nothingLeft(), { timeout: 10_000 });
};

describe('jobs end well while the line between gateway and broker', () => {
  it.each([
    ['is cut', () => proxy.cut()],
    ['is silent', () => proxy.hold()],
  ])('%s, and messages come again afterwards', async (_what, act) => {
    act();
    await endsWell();
    proxy.restore();
    await heard();
  });

  it.each<[string, PlannedFault['effect'], PlannedFault['operation']]>([
    ['closes', { kind: 'close' }, 'upstream'],
    ['closes after the broker took a message', { kind: 'close', afterwards: true }, 'upstream'],
    ['loses the end of what the broker sends', { kind: 'truncate' }, 'downstream'],
    ['is slow', { kind: 'delay', ms: 200 }, 'downstream'],
    ['refuses', { kind: 'close' }, 'connect'],
  ])('%s now and then, and messages come again afterwards', async (_what, effect, operation) => {
    const before = proxy.faults.happened().length;
    proxy.faults.add({ operation, times: 3, effect });
    // A line that stands meets no fault of a new one.
    if (operation === 'connect') {
      proxy.cut();
      proxy.restore();
    }
    await endsWell();
    await vi.waitUntil(() => proxy.faults.happened().length > before, { timeout: 20_000, interval: 20 });
    proxy.faults.clear();
    await heard();
  });
});

it('each job has ended once, in a sound vault', async () => {
  await plant.vaultVerifies();
  await plant.expectOneEndEach();
});
