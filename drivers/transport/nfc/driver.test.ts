import { systemClock } from '../../../base/clock.ts';
import { startTransportScene } from '../../../tests/support/transport-scene.ts';
import { transportConformance } from '../conformance.ts';
import { createNfcTransport } from './driver.ts';

transportConformance('nfc', async () => {
  const { frozen, content, context, newVm, read, left, close } = await startTransportScene();
  return {
    driver: createNfcTransport({ clock: systemClock }),
    // It needs no virtual machine of its own.
    context: { ...context, gatewayVm: null },
    source: { disk: frozen, content },
    newVm,
    readDisk: (vm) => read({ vm }),
    left,
    close,
  };
});
