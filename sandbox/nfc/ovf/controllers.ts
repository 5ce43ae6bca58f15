/** How OVF tells the kinds of disk controllers (CIM resource type and a subtype of VMware's own) and vSphere does. */
interface ControllerKind {
  readonly resourceType: 5 | 6 | 20;
  readonly subtype: string;
  readonly type: string;
}

const kinds: readonly ControllerKind[] = [
  { resourceType: 5, subtype: '', type: 'VirtualIDEController' },
  { resourceType: 6, subtype: 'VirtualSCSI', type: 'ParaVirtualSCSIController' },
  { resourceType: 6, subtype: 'lsilogic', type: 'VirtualLsiLogicController' },
  { resourceType: 6, subtype: 'lsilogicsas', type: 'VirtualLsiLogicSASController' },
  { resourceType: 20, subtype: 'vmware.sata.ahci', type: 'VirtualAHCIController' },
  { resourceType: 20, subtype: 'vmware.nvme.controller', type: 'VirtualNVMEController' },
];

export function controllerOf(resourceType: number, subtype: string): ControllerKind | undefined {
  const fitting = kinds.filter((kind) => kind.resourceType === resourceType);
  const named = fitting.find((kind) => kind.subtype.toLowerCase() === subtype.toLowerCase());
  return named ?? (resourceType === 5 || subtype === '' ? fitting.at(0) : undefined);
}

export function kindOf(type: string): ControllerKind | undefined {
  return kinds.find((kind) => kind.type === type);
}
