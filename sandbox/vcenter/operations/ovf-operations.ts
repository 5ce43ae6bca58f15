import { importSpec } from '../../nfc/ovf/import-spec.ts';
import { type OvfPackage, readDescriptor } from '../../nfc/ovf/read-descriptor.ts';
import { writeDescriptor } from '../../nfc/ovf/write-descriptor.ts';
import { datacenterOf, Entity } from '../inventory/entity.ts';
import { invalidArgument, VimFault } from '../soap/faults.ts';
import { objectOf, objectsOf, refOf, stringOf, type VimObject } from '../soap/values.ts';
import { Snapshot } from '../vm/snapshot.ts';
import { VirtualMachine } from '../vm/virtual-machine.ts';
import type { Call, OperationTable } from './operation.ts';

/** The package, or the LocalizedMethodFault that an unreadable one becomes in a result. */
function packageOf({ params }: Call): { readonly ovf: OvfPackage } | { readonly error: VimObject } {
  try {
    return { ovf: readDescriptor(stringOf(params, 'ovfDescriptor') ?? '') };
  } catch (error) {
    const message = `The OVF package is invalid and cannot be deployed: ${error instanceof Error ? error.message : error}`;
    return { error: new VimFault('OvfInvalidPackage', message, { lineNumber: 0 }).localized() };
  }
}

function entityNamed(call: Call, parameter: string): Entity {
  const ref = refOf(call.params, parameter);
  const entity = ref && call.world.objects.get(ref);
  if (!(entity instanceof Entity)) throw invalidArgument(parameter);
  return entity;
}

/** A network of the package by the client's mapping, else the data center's of that name, else its first. */
function networkFor(call: Call, pool: Entity, params: VimObject) {
  const present = datacenterOf(pool)?.networkFolder.children ?? [];
  const mappings = objectsOf(params, 'networkMapping');
  return (name: string) => {
    const mapped = mappings.find((each) => stringOf(each, 'name') === name);
    const ref = mapped && refOf(mapped, 'network');
    const chosen = ref ? call.world.objects.get(ref) : (present.find((each) => each.name === name) ?? present[0]);
    return chosen instanceof Entity ? { name: chosen.name, ref: chosen.ref } : undefined;
  };
}

/** OvfManager, as far as exporting a VM and importing it elsewhere need it. */
export const ovfOperations: OperationTable = {
  CreateDescriptor: (call) => {
    const vm = entityNamed(call, 'obj');
    const params = objectOf(call.params, 'cdp');
    if (!(vm instanceof VirtualMachine) || !params) throw invalidArgument('obj');
    const ref = refOf(params, 'snapshot');
    const snapshot = ref && call.world.objects.get(ref);
    const devices = snapshot instanceof Snapshot ? snapshot.state.devices : vm.devices;
    return {
      $type: 'OvfCreateDescriptorResult',
      ovfDescriptor: writeDescriptor(vm, devices, params),
      includeImageFiles: false,
    };
  },

  ParseDescriptor: (call) => {
    const read = packageOf(call);
    const blank = { annotation: '', virtualApp: false, defaultDeploymentOption: '' };
    if ('error' in read) {
      return { $type: 'OvfParseDescriptorResult', ...blank, defaultEntityName: '', error: [read.error] };
    }
    const disks = [...read.ovf.disks.values()];
    return {
      $type: 'OvfParseDescriptorResult',
      ...blank,
      network: read.ovf.networks.map((network) => ({ $type: 'OvfNetworkInfo', ...network })),
      approximateDownloadSize: disks.reduce((sum, { file }) => sum + (file?.sizeBytes ?? 0), 0),
      approximateFlatDeploymentSize: disks.reduce((sum, { capacityBytes }) => sum + capacityBytes, 0),
      defaultEntityName: read.ovf.name,
    };
  },

  CreateImportSpec: (call) => {
    const pool = entityNamed(call, 'resourcePool');
    const datastore = entityNamed(call, 'datastore');
    const params = objectOf(call.params, 'cisp');
    if (!params) throw invalidArgument('cisp');
    const read = packageOf(call);
    if ('error' in read) return { $type: 'OvfCreateImportSpecResult', error: [read.error] };
    const { spec, files } = importSpec(read.ovf, {
      name: stringOf(params, 'entityName') || read.ovf.name,
      datastore: datastore.name,
      thin: stringOf(params, 'diskProvisioning') === 'thin',
      networkFor: networkFor(call, pool, params),
    });
    return { $type: 'OvfCreateImportSpecResult', importSpec: { ...spec, resPoolEntity: pool.ref }, fileItem: files };
  },
};
