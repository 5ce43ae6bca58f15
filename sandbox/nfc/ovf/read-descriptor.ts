import { child, parseXml, type XmlElement } from '../../vcenter/soap/xml.ts';

/** What the sandbox understands of an OVF descriptor. */
export interface OvfPackage {
  readonly name: string;
  readonly guestId: string;
  readonly hardwareVersion: string | undefined;
  readonly firmware: string | undefined;
  readonly networks: readonly { readonly name: string; readonly description: string }[];
  readonly items: readonly OvfItem[];
  readonly disks: ReadonlyMap<string, OvfDisk>;
}

export interface OvfDisk {
  readonly capacityBytes: number;
  /** Absent: an empty disk. */
  readonly file: { readonly href: string; readonly sizeBytes: number } | undefined;
}

/** An Item of the virtual hardware. */
export interface OvfItem {
  readonly instanceId: string;
  readonly resourceType: number;
  readonly subtype: string;
  readonly parent: string;
  /** `AddressOnParent`, or `Address` of a controller. */
  readonly address: number | undefined;
  readonly quantity: number;
  readonly connection: string;
  /** `ovf:/disk/vmdisk1` without what precedes the last slash. */
  readonly resource: string;
  readonly element: string;
}

/** Throws an Error that says what is wrong. */
export function readDescriptor(text: string): OvfPackage {
  const envelope = parseXml(text);
  if (envelope.name !== 'Envelope') throw new Error('The descriptor is no OVF envelope.');
  const system = child(envelope, 'VirtualSystem');
  const hardware = system && child(system, 'VirtualHardwareSection');
  if (!system || !hardware) throw new Error('The package describes no virtual machine.');
  const files = new Map(all(child(envelope, 'References'), 'File').map((file) => [file.attributes.id ?? '', file]));
  const systemElement = child(hardware, 'System');
  const config = all(hardware, 'Config').find((each) => each.attributes.key === 'firmware');
  return {
    name: textOf(system, 'Name') || (system.attributes.id ?? ''),
    guestId: child(system, 'OperatingSystemSection')?.attributes.osType ?? 'otherGuest64',
    hardwareVersion: (systemElement && textOf(systemElement, 'VirtualSystemType')) || undefined,
    firmware: config?.attributes.value,
    networks: all(child(envelope, 'NetworkSection'), 'Network').map((network) => ({
      name: network.attributes.name ?? '',
      description: textOf(network, 'Description'),
    })),
    items: all(hardware, 'Item').map(itemOf),
    disks: new Map(
      all(child(envelope, 'DiskSection'), 'Disk').map((disk) => [disk.attributes.diskId ?? '', diskOf(disk, files)]),
    ),
  };
}

const all = (element: XmlElement | undefined, name: string): readonly XmlElement[] =>
  element?.children.filter((each) => each.name === name) ?? [];

const textOf = (element: XmlElement, name: string): string => child(element, name)?.text.trim() ?? '';

function itemOf(item: XmlElement): OvfItem {
  const address = textOf(item, 'AddressOnParent') || textOf(item, 'Address');
  return {
    instanceId: textOf(item, 'InstanceID'),
    resourceType: Number(textOf(item, 'ResourceType')),
    subtype: textOf(item, 'ResourceSubType'),
    parent: textOf(item, 'Parent'),
    address: address === '' ? undefined : Number(address),
    quantity: Number(textOf(item, 'VirtualQuantity')),
    connection: textOf(item, 'Connection'),
    resource: textOf(item, 'HostResource').replace(/^.*\//, ''),
    element: textOf(item, 'ElementName'),
  };
}

function diskOf(disk: XmlElement, files: ReadonlyMap<string, XmlElement>): OvfDisk {
  const [, base, power] = /\*\s*(\d+)\^(\d+)/.exec(disk.attributes.capacityAllocationUnits ?? '') ?? [];
  const unit = base === undefined || power === undefined ? 1 : Number(base) ** Number(power);
  const { fileRef } = disk.attributes;
  const file = fileRef === undefined ? undefined : files.get(fileRef);
  if (fileRef !== undefined && !file) throw new Error(`There is no file ${fileRef}.`);
  return {
    capacityBytes: Number(disk.attributes.capacity) * unit,
    file: file && { href: file.attributes.href ?? '', sizeBytes: Number(file.attributes.size ?? 0) },
  };
}
