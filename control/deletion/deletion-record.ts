/** What a deletion concerns, as it was told to whoever asked for it. */
export interface DeletionFigures {
  readonly recoveryPoints: number;
  readonly logicalBytes: number;
  readonly storedBytes: number;
  readonly virtualMachines: number;
  readonly virtualMachinesLosingAll: number;
  /** At most 100, those that would have no recovery point left first. */
  readonly byVirtualMachine: readonly VirtualMachineFigures[];
  readonly gateways: number;
  readonly openJobs: number;
  /** At most 100, the oldest first. */
  readonly openJobIds: readonly string[];
}

export interface VirtualMachineFigures {
  readonly virtualMachineId: string;
  readonly recoveryPoints: number;
  readonly logicalBytes: number;
  readonly storedBytes: number;
  /** Restorable recovery points of it elsewhere, which stay. */
  readonly otherRecoveryPoints: number;
}

export interface GatewayDeletion {
  readonly deleteBackupData: boolean;
  readonly requestedAt: string;
  readonly figures: DeletionFigures;
}

export interface VaultDeletion {
  readonly requestedAt: string;
  readonly figures: DeletionFigures;
  /** Removed from the storage so far, beside those of recovery points. */
  readonly objectsDeleted: number;
  /** Nothing but the keyring was left, and that is to go too. */
  readonly isEmptied?: boolean;
  /** What holds it up at present. */
  readonly problem: { readonly code: string; readonly message: string; readonly remedy: string } | null;
}
