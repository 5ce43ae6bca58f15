/** What an operation of the gateway needs of a vCenter role beyond what every role has (System.Anonymous, System.Read, System.View). */
export interface RequiredPrivilege {
  /** By vSphere's own name. */
  readonly privilege: string;
  readonly neededFor: readonly ('backup' | 'hotadd' | 'nfc-export' | 'restore' | 'nfc-import')[];
  /** On what it has to be held; a permission on the root or a data center with "propagate" covers everything below. */
  readonly on: 'sourceVm' | 'gatewayVm' | 'vmFolder' | 'resourcePool' | 'datastore' | 'network';
  /** The call of this driver that asks for it. */
  readonly call: string;
}

/**
 * The one list behind the check of this driver, docs/vcenter-role.md and docs/examples/vcenter-role.sh. Privileges of methods are those of VMware's own
 * type metadata (pyVmomi names one for each method), those of ReconfigVM_Task, CreateVM_Task and Destroy_Task the ones the vSphere Web Services API
 * Reference lists under "Required Privileges" for what the spec changes.
 */
export const requiredPrivileges: readonly RequiredPrivilege[] = [
  need('VirtualMachine.State.CreateSnapshot', ['backup'], 'sourceVm', 'CreateSnapshot_Task'),
  need('VirtualMachine.State.RemoveSnapshot', ['backup'], 'sourceVm', 'RemoveSnapshot_Task, ConsolidateVMDisks_Task'),
  need('VirtualMachine.Config.ChangeTracking', ['backup'], 'sourceVm', 'ReconfigVM_Task (changeTrackingEnabled)'),
  need('VirtualMachine.Provisioning.DiskRandomRead', ['backup'], 'sourceVm', 'QueryChangedDiskAreas'),
  need('VApp.Export', ['nfc-export'], 'sourceVm', 'ExportSnapshot'),
  need('VirtualMachine.Config.AddExistingDisk', ['hotadd'], 'gatewayVm', 'ReconfigVM_Task (add a disk)'),
  need('VirtualMachine.Config.RemoveDisk', ['hotadd'], 'gatewayVm', 'ReconfigVM_Task (remove a disk)'),
  need('VirtualMachine.Inventory.Create', ['restore'], 'vmFolder', 'CreateVM_Task, ImportVApp'),
  need('VirtualMachine.Inventory.Delete', ['restore'], 'vmFolder', 'Destroy_Task (of its own half-made machine)'),
  need('VirtualMachine.Config.AddNewDisk', ['restore'], 'vmFolder', 'CreateVM_Task (disks)'),
  need('VirtualMachine.Config.AddRemoveDevice', ['restore'], 'vmFolder', 'CreateVM_Task (controllers, network card)'),
  need('VirtualMachine.Config.AdvancedConfig', ['restore'], 'vmFolder', 'CreateVM_Task, ReconfigVM_Task (its marker)'),
  need('Resource.AssignVMToPool', ['restore'], 'resourcePool', 'CreateVM_Task'),
  // An attached disk of another machine has its changes beside it ("Credentials and Privileges for VMDK Access", Virtual Disk Development Kit guide).
  need(
    'Datastore.AllocateSpace',
    ['hotadd', 'restore'],
    'datastore',
    'CreateVM_Task, ImportVApp, ReconfigVM_Task (add a disk)',
  ),
  need('Network.Assign', ['restore'], 'network', 'CreateVM_Task, ImportVApp'),
  need('VApp.Import', ['nfc-import'], 'resourcePool', 'ImportVApp'),
];

function need(
  privilege: string,
  neededFor: RequiredPrivilege['neededFor'],
  on: RequiredPrivilege['on'],
  call: string,
): RequiredPrivilege {
  return { privilege, neededFor, on, call };
}
