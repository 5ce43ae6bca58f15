import type { VmCondition, VmRef } from '../contract.ts';
import { readableName } from './names.ts';
import { readObject, readObjects } from './properties.ts';
import type { VimSession } from './vim-session.ts';
import { vmReference } from './virtual-machines.ts';

const vmPaths = [
  'datastore',
  'runtime.connectionState',
  'runtime.consolidationNeeded',
  'runtime.faultToleranceState',
  'config.version',
  'config.keyId',
  'config.hardware.device',
];
const datastorePaths = ['name', 'summary.freeSpace', 'summary.capacity', 'summary.accessible'];

/** What may stand in the way of a backup, read in two calls. */
export async function readCondition(session: VimSession, vm: VmRef, signal: AbortSignal): Promise<VmCondition> {
  const object = await readObject(session, vmReference(vm), vmPaths, signal);
  const devices = object.list('config.hardware.device', 'VirtualDevice');
  const datastores = await readObjects(session, 'Datastore', object.references('datastore'), datastorePaths, signal);
  // vSphere names them by type: VirtualTPM, VirtualPCIPassthrough and VirtualSriovEthernetCard (vSphere Web Services API Reference).
  const labelsOf = (types: RegExp) =>
    devices
      .filter(({ $type }) => types.test($type ?? ''))
      .map(({ deviceInfo, key }) => deviceInfo?.label ?? `device ${key}`);
  const version = /^vmx-(\d+)$/.exec(object.text('config.version') ?? '')?.[1];
  const faultTolerance = object.text('runtime.faultToleranceState') ?? 'notConfigured';
  return {
    connected: (object.text('runtime.connectionState') ?? 'connected') === 'connected',
    consolidationNeeded: object.flag('runtime.consolidationNeeded') ?? false,
    hardwareVersion: version === undefined ? null : Number(version),
    encrypted: object.has('config.keyId'),
    virtualTpm: labelsOf(/^VirtualTPM$/).length > 0,
    faultTolerant: faultTolerance !== 'notConfigured' && faultTolerance !== 'disabled',
    passthroughDevices: labelsOf(/^Virtual(PCIPassthrough|SriovEthernetCard)$/),
    datastores: datastores.map((datastore) => ({
      name: readableName(datastore.text('name') ?? datastore.ref.value),
      freeBytes: datastore.number('summary.freeSpace') ?? 0,
      capacityBytes: datastore.number('summary.capacity') ?? 0,
      accessible: datastore.flag('summary.accessible') ?? true,
    })),
  };
}
