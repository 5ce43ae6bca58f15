import type { MoRef, VimObject } from '../soap/values.ts';

function description(label: string, summary = label): VimObject {
  return { $type: 'Description', label, summary };
}

/** The devices every VM has, whether its spec names them or not. */
export function motherboard(): readonly VimObject[] {
  return [
    { $type: 'VirtualIDEController', key: 200, deviceInfo: description('IDE 0'), busNumber: 0 },
    { $type: 'VirtualIDEController', key: 201, deviceInfo: description('IDE 1'), busNumber: 1 },
    { $type: 'VirtualPS2Controller', key: 300, deviceInfo: description('PS2 controller 0'), busNumber: 0 },
    { $type: 'VirtualPCIController', key: 100, deviceInfo: description('PCI controller 0'), busNumber: 0 },
    { $type: 'VirtualSIOController', key: 400, deviceInfo: description('SIO controller 0'), busNumber: 0 },
    {
      $type: 'VirtualMachineVideoCard',
      key: 500,
      deviceInfo: description('Video card'),
      controllerKey: 100,
      unitNumber: 0,
      videoRamSizeInKB: 4096,
      numDisplays: 1,
    },
  ];
}

export function paravirtualController(busNumber: number): VimObject {
  return {
    $type: 'ParaVirtualSCSIController',
    key: 1000 + busNumber,
    deviceInfo: description(`SCSI controller ${busNumber}`, 'VMware paravirtual SCSI'),
    controllerKey: 100,
    unitNumber: 3 + busNumber,
    busNumber,
    device: [],
    hotAddRemove: true,
    sharedBus: 'noSharing',
    scsiCtlrUnitNumber: 7,
  };
}

export function networkCard(
  key: number,
  network: { readonly name: string; readonly ref: MoRef },
  mac: string,
): VimObject {
  return {
    $type: 'VirtualVmxnet3',
    key,
    deviceInfo: description(`Network adapter ${key - 3999}`, network.name),
    backing: { $type: 'VirtualEthernetCardNetworkBackingInfo', deviceName: network.name, network: network.ref },
    connectable: {
      $type: 'VirtualDeviceConnectInfo',
      startConnected: true,
      allowGuestControl: true,
      connected: true,
    },
    controllerKey: 100,
    unitNumber: 7 + key - 4000,
    addressType: 'assigned',
    macAddress: mac,
    wakeOnLanEnabled: true,
  };
}
