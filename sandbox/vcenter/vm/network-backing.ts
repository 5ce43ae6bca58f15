import { isVimObject, refsIn, stringOf, type VimObject } from '../soap/values.ts';
import type { VirtualMachine } from './virtual-machine.ts';

/** A network card as vCenter keeps it: `deviceName` chooses among the networks of the VM's host, `network` only tells which that is. */
export function withNetwork(vm: VirtualMachine, device: VimObject): VimObject {
  const { backing } = device;
  if (!isVimObject(backing) || backing.$type !== 'VirtualEthernetCardNetworkBackingInfo') return device;
  const name = stringOf(backing, 'deviceName');
  const networks = refsIn(vm.world.objects.get(vm.settings.host).read('network'));
  const network = networks.find((ref) => vm.world.objects.get(ref).read('name') === name);
  return { ...device, backing: { ...backing, network } };
}
