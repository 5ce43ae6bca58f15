import type { SealedSecret } from '../../protocol/primitives.ts';
import type { Command, VcenterAccess } from '../../protocol/work.ts';

/** How to log in to a vCenter, as control holds it: sealed at rest, and to the gateway when it claims the command. */
export interface PlainVcenterAccess extends Omit<VcenterAccess, 'sealedPassword'> {
  readonly password: string;
}

/** What a gateway is to answer within a deadline. */
export type CommandInput =
  | { readonly kind: 'TEST_VCENTER'; readonly vcenter: PlainVcenterAccess }
  | { readonly kind: 'REFRESH_INVENTORY'; readonly refreshId: string; readonly vcenter: PlainVcenterAccess }
  | {
      readonly kind: 'PREFLIGHT';
      readonly transport: string;
      readonly virtualMachines: Extract<Command, { kind: 'PREFLIGHT' }>['virtualMachines'];
      readonly vcenter: PlainVcenterAccess;
    }
  /** Sealed to the gateway by whoever asked, or by us at once: nothing here can open it. */
  | { readonly kind: 'REPLACE_ACCESS_KEY'; readonly accessKeyId: string; readonly sealedSecret: SealedSecret };

/** Where a command's input is sealed at rest. */
export const commandPlace = (commandId: string) => ({
  table: 'gateway_command',
  column: 'input_sealed',
  id: commandId,
});
