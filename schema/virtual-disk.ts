import type { VirtualDiskRow } from '../control/rows.ts';
import { builder } from './builder.ts';

const DiskObstacle = builder.enumType('DiskObstacle', {
  description: 'Why a disk cannot be part of a backup.',
  values: {
    INDEPENDENT: { description: 'It is independent: snapshots leave it out.' },
    RDM: { description: 'It is a raw device mapping in physical mode.' },
    SHARED: { description: 'It is shared with another virtual machine.' },
  } as const,
});

export const VirtualDisk = builder.objectRef<VirtualDiskRow>('VirtualDisk').implement({
  description: 'A disk of a virtual machine.',
  authScopes: { scope: 'vcenter:read' },
  fields: (t) => ({
    key: t.exposeInt('key', { description: 'Its device key within the virtual machine.' }),
    uuid: t.exposeString('uuid', { description: 'VMware’s UUID of the disk’s backing.' }),
    label: t.exposeString('label', { description: 'Its label in the vSphere client, `Hard disk 1` for example.' }),
    capacityBytes: t.expose('capacity_bytes', { type: 'ByteCount', description: 'Its size.' }),
    datastore: t.exposeString('datastore', { description: 'Name of the datastore it is on.' }),
    fileName: t.exposeString('file_name', {
      description: 'Its file, as vSphere writes paths: `[datastore] folder/disk.vmdk`.',
    }),
    thin: t.exposeBoolean('thin', { description: 'Whether it takes space only for what was written.' }),
    obstacle: t.expose('obstacle', {
      type: DiskObstacle,
      nullable: true,
      description: 'Why it cannot be backed up; null when it can.',
    }),
  }),
});
