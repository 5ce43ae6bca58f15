import { z } from 'zod';
import { byteCount, uuid } from './primitives.ts';

export const inventoryDisk = z.object({
  key: z.number().int(),
  label: z.string(),
  uuid: z.string(),
  capacityBytes: byteCount,
  datastore: z.string(),
  fileName: z.string(),
  thin: z.boolean(),
  obstacle: z.enum(['INDEPENDENT', 'RDM', 'SHARED']).nullable(),
});

/** One VM as the platform contract's InventoryVm. */
export const inventoryVm = z.object({
  ref: z.string(),
  name: z.string(),
  instanceUuid: z.string(),
  biosUuid: z.string(),
  powerState: z.enum(['POWERED_ON', 'POWERED_OFF', 'SUSPENDED']),
  guestFullName: z.string().nullable(),
  template: z.boolean(),
  changeTrackingEnabled: z.boolean(),
  path: z.string(),
  host: z.string().nullable(),
  cpuCount: z.number().int(),
  memoryBytes: byteCount,
  configFile: z.string(),
  disks: z.array(inventoryDisk),
  networks: z.array(z.string()),
});
export type InventoryVmBody = z.infer<typeof inventoryVm>;

/** POST /gateway/v1/inventory: one batch of a refresh; VMs that no batch of a finished refresh named are gone. */
export const inventoryBatchRequest = z.object({
  refreshId: uuid,
  vcenterId: uuid,
  virtualMachines: z.array(inventoryVm).max(250),
});
export type InventoryBatch = z.infer<typeof inventoryBatchRequest>;
