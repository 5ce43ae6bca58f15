import type { InventoryVm, MissingPrivilege, VmCondition } from '../../../drivers/platform/contract.ts';

/** What the rules look at: one virtual machine as it is now. */
export interface PreflightFacts {
  readonly vm: InventoryVm;
  /** Snapshots of others; those of jobs go by themselves. */
  readonly foreignSnapshots: readonly string[];
  /** Undefined where the platform does not tell. */
  readonly condition: VmCondition | undefined;
  readonly missingPrivileges: readonly MissingPrivilege[];
  /** How its disks would be read: `hotadd` or `nfc`. */
  readonly transport: string;
  /** Whether the gateway's own virtual machine is in the same vCenter. */
  readonly gatewayIsThere: boolean;
}
