import { systemClock } from '../../../base/clock.ts';
import { systemIds } from '../../../base/ids.ts';
import { startTestSandbox } from '../../../tests/support/test-sandbox.ts';
import { platformConformance } from '../conformance.ts';
import { createVsphereDriver, vspherePlatformDriver } from './driver.ts';

platformConformance('vsphere', async () => {
  const { sandbox, connection, control, close } = await startTestSandbox();
  const signal = AbortSignal.timeout(60_000);
  await using session = await vspherePlatformDriver.connect(connection, signal);
  const vms = (await Array.fromAsync(session.inventory(signal))).flat();
  const vm = vms.find((each) => each.name === 'web-01');
  if (!vm) throw new Error('The sandbox has no web-01.');
  return {
    driver: createVsphereDriver({ clock: systemClock, ids: systemIds }),
    connection,
    vm: { instanceUuid: vm.instanceUuid, biosUuid: vm.biosUuid },
    gateway: sandbox.gatewayVm,
    writeAsGuest: async (offset, data) => {
      await control('disk/write', { vm: vm.name, disk: 0, offset, data: Buffer.from(data).toString('base64') });
    },
    close,
  };
});
