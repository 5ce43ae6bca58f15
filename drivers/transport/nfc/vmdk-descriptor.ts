import { SECTOR } from './vmdk-format.ts';

const HEADS = 255;
const SECTORS_PER_TRACK = 63;
const MOST_CYLINDERS = 65_535;

/** The descriptor in a stream-optimised VMDK. Whoever imports it takes adapter and hardware from the VM, not from here. */
export function vmdkDescriptor(capacityBytes: number): Buffer {
  const sectors = capacityBytes / SECTOR;
  const cylinders = Math.min(MOST_CYLINDERS, Math.ceil(sectors / (HEADS * SECTORS_PER_TRACK)));
  const lines = [
    '# Disk DescriptorFile',
    'version=1',
    'encoding="UTF-8"',
    // The value for "content not tracked".
    'CID=fffffffe',
    'parentCID=ffffffff',
    'createType="streamOptimized"',
    '',
    '# Extent description',
    `RW ${sectors} SPARSE "disk.vmdk"`,
    '',
    '# The Disk Data Base',
    '#DDB',
    '',
    'ddb.virtualHWVersion = "4"',
    `ddb.geometry.cylinders = "${cylinders}"`,
    `ddb.geometry.heads = "${HEADS}"`,
    `ddb.geometry.sectors = "${SECTORS_PER_TRACK}"`,
    'ddb.adapterType = "lsilogic"',
    '',
  ];
  return Buffer.from(lines.join('\n'), 'utf8');
}
