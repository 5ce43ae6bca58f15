import { isVimObject, numberOf, objectsOf, stringOf, type VimObject } from '../../vcenter/soap/values.ts';
import { escapeXml } from '../../vcenter/soap/xml.ts';
import type { Device, DiskDevice, PlainDevice } from '../../vcenter/vm/devices.ts';
import type { VirtualMachine } from '../../vcenter/vm/virtual-machine.ts';
import { placeOf } from '../lease-devices.ts';
import { kindOf } from './controllers.ts';

const FORMAT = 'http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized';

/** OvfFile: a file the client has downloaded, and where it belongs. */
interface DownloadedFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly disk: DiskDevice;
}

/** The OVF 1.0 descriptor of a VM with these devices, which are its own or a snapshot's. Disks that were not downloaded are left out. */
export function writeDescriptor(vm: VirtualMachine, devices: readonly Device[], params: VimObject): string {
  const files = objectsOf(params, 'ovfFiles').flatMap((file) => downloaded(vm, devices, file));
  const name = stringOf(params, 'name') ?? vm.name;
  return `<?xml version="1.0" encoding="UTF-8"?>
<Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:cim="http://schemas.dmtf.org/wbem/wscim/1/common" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1" xmlns:rasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData" xmlns:vmw="http://www.vmware.com/schema/ovf" xmlns:vssd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_VirtualSystemSettingData" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <References>
${files.map((file, index) => `    <File ovf:href="${escapeXml(file.path)}" ovf:id="file${index + 1}" ovf:size="${file.sizeBytes}" />`).join('\n')}
  </References>
  <DiskSection>
    <Info>Virtual disk information</Info>
${files.map((file, index) => `    <Disk ovf:capacity="${file.disk.file.capacityBytes}" ovf:capacityAllocationUnits="byte" ovf:diskId="vmdisk${index + 1}" ovf:fileRef="file${index + 1}" ovf:format="${FORMAT}" />`).join('\n')}
  </DiskSection>
  <NetworkSection>
    <Info>The list of logical networks</Info>
${[...new Set(cards(devices).map(networkOf))].map((network) => `    <Network ovf:name="${escapeXml(network)}"><Description>The ${escapeXml(network)} network</Description></Network>`).join('\n')}
  </NetworkSection>
  <VirtualSystem ovf:id="${escapeXml(name)}">
    <Info>A virtual machine</Info>
    <Name>${escapeXml(name)}</Name>
    <OperatingSystemSection ovf:id="${vm.settings.guestId.startsWith('windows') ? 112 : 101}" vmw:osType="${escapeXml(vm.settings.guestId)}">
      <Info>The kind of installed guest operating system</Info>
    </OperatingSystemSection>
    <VirtualHardwareSection>
      <Info>Virtual hardware requirements</Info>
      <System>
        <vssd:ElementName>Virtual Hardware Family</vssd:ElementName>
        <vssd:InstanceID>0</vssd:InstanceID>
        <vssd:VirtualSystemIdentifier>${escapeXml(name)}</vssd:VirtualSystemIdentifier>
        <vssd:VirtualSystemType>${escapeXml(vm.settings.version)}</vssd:VirtualSystemType>
      </System>
${hardware(vm, devices, files).map(item).join('\n')}
      <vmw:Config ovf:required="false" vmw:key="firmware" vmw:value="${escapeXml(vm.settings.firmware)}" />
    </VirtualHardwareSection>
  </VirtualSystem>
</Envelope>
`;
}

function downloaded(vm: VirtualMachine, devices: readonly Device[], file: VimObject): readonly DownloadedFile[] {
  const disks = devices.filter((device) => device.kind === 'disk');
  const deviceId = stringOf(file, 'deviceId') ?? '';
  const disk = disks.find((each) => `/${vm.ref.value}/${placeOf(each, devices)}` === deviceId);
  return disk ? [{ path: stringOf(file, 'path') ?? '', sizeBytes: numberOf(file, 'size') ?? 0, disk }] : [];
}

function cards(devices: readonly Device[]): readonly PlainDevice[] {
  return devices
    .filter((device) => device.kind === 'plain')
    .filter((device) => device.object.$type === 'VirtualVmxnet3');
}

function networkOf({ object }: PlainDevice): string {
  const { backing } = object;
  return isVimObject(backing) ? (stringOf(backing, 'deviceName') ?? 'none') : 'none';
}

/** The elements of an Item, in the schema's order, which is the alphabet's. */
type Item = readonly (readonly [name: string, text: string | number])[];

function hardware(vm: VirtualMachine, devices: readonly Device[], files: readonly DownloadedFile[]): readonly Item[] {
  const { cpuCount, memoryMb } = vm.settings;
  const items: Item[] = [
    [
      ['AllocationUnits', 'hertz * 10^6'],
      ['ElementName', `${cpuCount} virtual CPU(s)`],
      ['InstanceID', 1],
      ['ResourceType', 3],
      ['VirtualQuantity', cpuCount],
    ],
    [
      ['AllocationUnits', 'byte * 2^20'],
      ['ElementName', `${memoryMb}MB of memory`],
      ['InstanceID', 2],
      ['ResourceType', 4],
      ['VirtualQuantity', memoryMb],
    ],
  ];
  const controllers = new Map<number, number>();
  for (const device of devices) {
    const kind = device.kind === 'plain' ? kindOf(device.object.$type) : undefined;
    if (device.kind !== 'plain' || !kind) continue;
    const instance = items.length + 1;
    controllers.set(device.key, instance);
    items.push([
      ['Address', numberOf(device.object, 'busNumber') ?? 0],
      ['ElementName', `${kind.type} ${numberOf(device.object, 'busNumber') ?? 0}`],
      ['InstanceID', instance],
      ...(kind.subtype === '' ? [] : [['ResourceSubType', kind.subtype] as const]),
      ['ResourceType', kind.resourceType],
    ]);
  }
  for (const [index, { disk }] of files.entries()) {
    items.push([
      ['AddressOnParent', disk.unitNumber],
      ['ElementName', disk.label],
      ['HostResource', `ovf:/disk/vmdisk${index + 1}`],
      ['InstanceID', items.length + 1],
      ['Parent', controllers.get(disk.controllerKey) ?? 0],
      ['ResourceType', 17],
    ]);
  }
  for (const card of cards(devices)) {
    items.push([
      ['AddressOnParent', card.unitNumber ?? 7],
      ['AutomaticAllocation', 'true'],
      ['Connection', networkOf(card)],
      ['ElementName', `Network adapter ${card.key - 3999}`],
      ['InstanceID', items.length + 1],
      ['ResourceSubType', 'VmxNet3'],
      ['ResourceType', 10],
    ]);
  }
  return items;
}

function item(elements: Item): string {
  const lines = elements.map(([name, text]) => `        <rasd:${name}>${escapeXml(String(text))}</rasd:${name}>`);
  return ['      <Item>', ...lines, '      </Item>'].join('\n');
}
