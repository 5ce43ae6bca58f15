import { open } from 'node:fs/promises';
import type { DiskFile } from './disks/disk-file.ts';
import type { World } from './vcenter/core/world.ts';
import { Folder } from './vcenter/inventory/entity.ts';
import { buildSite, type Site } from './vcenter/inventory/site.ts';
import { type DiskMode, plainDevice } from './vcenter/vm/devices.ts';
import { fileNameOf } from './vcenter/vm/naming.ts';
import { motherboard, networkCard, paravirtualController } from './vcenter/vm/standard-devices.ts';
import { VirtualMachine } from './vcenter/vm/virtual-machine.ts';

const MIB = 2 ** 20;

/** A disk of a VM that is there from the start. */
export interface InitialDisk {
  /** A raw image whose content the disk gets; it is copied, never written. */
  readonly image?: string;
  /** Bytes; for a disk without an image. */
  readonly capacityBytes?: number;
  /** Bytes of made-up content at the start of a disk without an image. */
  readonly dataBytes?: number;
  readonly mode?: DiskMode;
  readonly rawDevice?: boolean;
}

/** A VM that is there from the start. */
export interface InitialVm {
  readonly name: string;
  readonly disks: readonly InitialDisk[];
  readonly powerState?: 'poweredOn' | 'poweredOff';
  readonly template?: boolean;
  /** Change tracking that has been on, and believed, for long. */
  readonly changeTracking?: boolean;
  readonly extraConfig?: Readonly<Record<string, string>>;
  readonly guestId?: string;
  readonly folder?: string;
  readonly annotation?: string;
}

/** The sandbox's region: two data centers, and what issue, demo and tests need in them. */
export async function populate(
  world: World,
  options: { readonly primaryDisk?: string | undefined; readonly vms?: readonly InitialVm[] | undefined },
): Promise<{ readonly gateway: VirtualMachine }> {
  const main = buildSite(world, {
    name: 'Hangzhou',
    cluster: 'production',
    hosts: ['esx-01.sandbox.invalid', 'esx-02.sandbox.invalid'],
    datastores: ['datastore1', 'datastore2'],
    networks: ['VM Network', 'backup network'],
  });
  const branch = buildSite(world, {
    name: 'Branch / Süd',
    hosts: ['esx-11.sandbox.invalid'],
    datastores: ['branch-datastore'],
    networks: ['branch network'],
  });
  const gateway = await addVm(world, main, {
    name: 'holdfast-gateway',
    folder: 'infrastructure',
    disks: [{ capacityBytes: 16 * MIB, dataBytes: MIB }],
    extraConfig: { 'disk.EnableUUID': 'TRUE' },
  });
  world.gateway = gateway;
  for (const vm of options.vms ?? defaultVms(options.primaryDisk)) await addVm(world, main, vm);
  await addVm(world, branch, { name: 'kiosk-01', disks: [{ capacityBytes: 32 * MIB, dataBytes: 2 * MIB }] });
  return { gateway };
}

function defaultVms(primaryDisk: string | undefined): readonly InitialVm[] {
  return [
    {
      name: 'web-01',
      folder: 'services',
      disks: [primaryDisk === undefined ? { capacityBytes: 128 * MIB, dataBytes: 24 * MIB } : { image: primaryDisk }],
    },
    {
      name: 'db-01',
      folder: 'services',
      annotation: 'Two disks.',
      disks: [
        { capacityBytes: 64 * MIB, dataBytes: 8 * MIB },
        { capacityBytes: 96 * MIB, dataBytes: 5 * MIB },
      ],
    },
    {
      name: 'archive-01',
      folder: 'services',
      powerState: 'poweredOff',
      disks: [{ capacityBytes: 64 * MIB, dataBytes: 3 * MIB }],
    },
    {
      name: 'independent-01',
      folder: 'obstacles',
      disks: [
        { capacityBytes: 16 * MIB, dataBytes: MIB },
        { capacityBytes: 16 * MIB, dataBytes: MIB, mode: 'independent_persistent' },
      ],
    },
    {
      name: 'raw-device-01',
      folder: 'obstacles',
      disks: [{ capacityBytes: 16 * MIB }, { capacityBytes: 16 * MIB, rawDevice: true }],
    },
    {
      name: 'template-01',
      folder: 'obstacles',
      powerState: 'poweredOff',
      template: true,
      disks: [{ capacityBytes: 16 * MIB }],
    },
    {
      name: 'odd name % & <"ü"> 100/5',
      folder: 'obstacles',
      powerState: 'poweredOff',
      guestId: 'windows2019srv_64Guest',
      disks: [{ capacityBytes: 16 * MIB }],
    },
  ];
}

async function addVm(world: World, site: Site, initial: InitialVm): Promise<VirtualMachine> {
  const datastore = site.datacenter.datastoreFolder.children[0]?.name ?? '';
  const file = fileNameOf(initial.name);
  const directory = `[${datastore}] ${file}`;
  const vm = new VirtualMachine(world, world.objects.newRef('VirtualMachine', 'vm'), initial.name, {
    instanceUuid: world.newVmUuid('instance'),
    biosUuid: world.newVmUuid('bios'),
    guestId: initial.guestId ?? 'debian12_64Guest',
    cpuCount: 2,
    memoryMb: 2048,
    firmware: 'efi',
    annotation: initial.annotation ?? '',
    template: initial.template ?? false,
    version: 'vmx-20',
    configFile: `${directory}/${file}.vmx`,
    host: site.hosts[0]?.ref ?? { type: 'HostSystem', value: '' },
    resourcePool: initial.template === true ? undefined : site.resourcePool.ref,
  });
  const network = site.networks[0];
  const mac = `00:50:56:${[0x80 | ((world.ids.bytes(1)[0] ?? 0) & 0x3f), ...world.ids.bytes(2)].map((byte) => byte.toString(16).padStart(2, '0')).join(':')}`;
  vm.devices.push(...[...motherboard(), paravirtualController(0)].map(plainDevice));
  if (network) vm.devices.push(plainDevice(networkCard(4000, network, mac)));
  for (const [index, disk] of initial.disks.entries()) {
    const name = `${directory}/${file}${index === 0 ? '' : `_${index}`}.vmdk`;
    vm.devices.push({
      kind: 'disk',
      key: 2000 + index,
      controllerKey: 1000,
      unitNumber: index < 7 ? index : index + 1,
      label: `Hard disk ${index + 1}`,
      mode: disk.mode ?? (disk.rawDevice === true ? 'independent_persistent' : 'persistent'),
      rawDevice: disk.rawDevice,
      file: await makeDisk(world, name, disk),
    });
  }
  for (const [key, value] of Object.entries(initial.extraConfig ?? {})) vm.extraConfig.set(key, value);
  if (initial.changeTracking === true) vm.enableTrackingNow();
  vm.powerState = initial.powerState ?? 'poweredOn';
  vm.bootedAt = vm.powerState === 'poweredOn' ? world.now() : undefined;
  folderNamed(world, site, initial.folder).add(vm);
  return world.objects.add(vm);
}

async function makeDisk(world: World, name: string, disk: InitialDisk): Promise<DiskFile> {
  if (disk.image !== undefined) return world.disks.import(name, disk.image, true);
  const file = await world.disks.create(name, { capacityBytes: disk.capacityBytes ?? 16 * MIB, thin: true });
  await using handle = await open(file.path, 'r+');
  const length = disk.dataBytes ?? 0;
  for (let offset = 0; offset < length; offset += MIB) {
    await handle.write(world.ids.bytes(Math.min(MIB, length - offset)), 0, undefined, offset);
  }
  return file;
}

function folderNamed(world: World, site: Site, name: string | undefined): Folder {
  const { vmFolder } = site.datacenter;
  if (name === undefined) return vmFolder;
  const found = vmFolder.children.find((child) => child instanceof Folder && child.name === name);
  if (found instanceof Folder) return found;
  const ref = world.objects.newRef('Folder', 'group');
  return vmFolder.add(world.objects.add(new Folder(ref, name, ['Folder', 'VirtualMachine'])));
}
