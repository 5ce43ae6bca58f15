import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { systemClock } from '../../../base/clock.ts';
import { ManualClock } from '../../../base/manual-clock.ts';
import { startTransportScene } from '../../../tests/support/transport-scene.ts';
import { transportConformance } from '../conformance.ts';
import { deviceName, deviceSize, waitForDevice } from './device.ts';
import { createHotaddTransport } from './driver.ts';

const signal = AbortSignal.timeout(120_000);
const uuid = '6000C29A-0000-4000-8000-0123456789AB';

transportConformance('hotadd', async () => {
  const scene = await startTransportScene();
  const { session, gateway, frozen, content, context, newVm, read, left, close } = scene;
  return {
    driver: createHotaddTransport({ clock: systemClock }),
    context,
    source: { disk: frozen, content },
    newVm,
    readDisk: (vm) => read({ vm }),
    left,
    async leaveBehind() {
      await session.attachDisk(gateway.ref, { ...frozen, mode: 'READ' }, signal);
    },
    close,
  };
});

it('needs the gateway in the same vCenter', async () => {
  const { frozen, context, close } = await startTransportScene();
  try {
    const driver = createHotaddTransport({ clock: systemClock });
    const elsewhere = { ...context, gatewayVm: null };
    await expect(driver.openForRead(elsewhere, frozen, signal)).rejects.toMatchObject({ code: 'NOT_ON_THIS_PLATFORM' });
    expect(await driver.reap(elsewhere, signal)).toEqual({ detached: 0 });
  } finally {
    await close();
  }
});

it('names a device as udev does', () => {
  expect(deviceName(uuid)).toBe('wwn-0x6000c29a0000400080000123456789ab');
});

it('waits for a device that comes late and gives up on one that never comes', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'hotadd-'));
  try {
    const clock = new ManualClock();
    const never = waitForDevice(clock, directory, uuid, signal);
    const outcome = never.catch((error: unknown) => error);
    for (let waited = 0; waited < 31_000; waited += 100) {
      await new Promise((resolve) => setImmediate(resolve));
      await clock.advance(1000);
    }
    expect(await outcome).toMatchObject({ code: 'DEVICE_NOT_FOUND', kind: 'transient' });
    const path = join(directory, deviceName(uuid));
    setTimeout(() => void writeFile(path, Buffer.alloc(1024)), 150);
    expect(await waitForDevice(systemClock, directory, uuid, signal)).toBe(path);
    expect(await deviceSize(path)).toBe(1024);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
