import type { VaultDeletion } from '../control/deletion/deletion-record.ts';
import { checkFirst, maxFirst } from '../control/paging.ts';
import { type DayUsage, daysOf, type VaultUsage, type VirtualMachineUsage } from '../control/vaults/usage.ts';
import { builder } from './builder.ts';
import { Vault } from './vault.ts';
import { VirtualMachine } from './virtual-machine.ts';

const storedBytes =
  'What the recovery points added to the vault when they were made, after deduplication and compression. After a deletion the storage gives space back only when data that nothing needs any more is collected.';

const VaultUsageByVirtualMachine = builder.objectRef<VirtualMachineUsage>('VaultUsageByVirtualMachine').implement({
  description: 'What one virtual machine has in a vault.',
  fields: (t) => ({
    virtualMachine: t.field({
      type: VirtualMachine,
      nullable: true,
      description: 'The virtual machine. Null with an error when your access key may not read inventories.',
      resolve: ({ virtualMachineId }, _args, { loaders }) => loaders.virtualMachines.load(virtualMachineId),
    }),
    recoveryPoints: t.exposeInt('recoveryPoints', { description: 'Its recovery points that can be restored.' }),
    logicalBytes: t.expose('logicalBytes', {
      type: 'ByteCount',
      description: 'Size of its disks, counted in each recovery point.',
    }),
    storedBytes: t.expose('storedBytes', { type: 'ByteCount', description: storedBytes }),
    lastCapturedAt: t.expose('lastCapturedAt', { type: 'DateTime', description: 'When the newest one was captured.' }),
  }),
});

const VaultUsageByDay = builder.objectRef<DayUsage>('VaultUsageByDay').implement({
  description: 'What was added to a vault on one day, also what was deleted since.',
  fields: (t) => ({
    date: t.exposeString('date', { description: 'The day in UTC: `2026-01-31`.' }),
    recoveryPoints: t.exposeInt('recoveryPoints', { description: 'Recovery points that were made.' }),
    logicalBytes: t.expose('logicalBytes', { type: 'ByteCount', description: 'Size of the disks in them.' }),
    storedBytes: t.expose('storedBytes', { type: 'ByteCount', description: 'What they added to the vault.' }),
  }),
});

const VaultUsageType = builder.objectRef<VaultUsage>('VaultUsage').implement({
  description: 'What a vault holds that can be restored.',
  fields: (t) => ({
    recoveryPoints: t.exposeInt('recoveryPoints', { description: 'Recovery points that can be restored.' }),
    virtualMachines: t.exposeInt('virtualMachines', { description: 'Virtual machines they are of.' }),
    logicalBytes: t.expose('logicalBytes', {
      type: 'ByteCount',
      description: 'Size of the disks, counted in each recovery point: what restoring all of them would write.',
    }),
    storedBytes: t.expose('storedBytes', { type: 'ByteCount', description: storedBytes }),
    byVirtualMachine: t.field({
      type: [VaultUsageByVirtualMachine],
      complexity: ({ first }) => ({ field: 1, multiplier: Math.min(Math.max(first, 1), maxFirst) }),
      description: 'The virtual machines that store most, in that order.',
      args: {
        first: t.arg.int({ required: true, defaultValue: 20, description: 'How many at most, 1 to 100.' }),
      },
      resolve: async ({ vaultId }, { first }, { loaders }) => [
        ...(await loaders.usageByVirtualMachine(checkFirst(first)).load(vaultId)),
      ],
    }),
    byDay: t.field({
      type: [VaultUsageByDay],
      complexity: { field: 1, multiplier: 10 },
      description: 'Day by day, the oldest first, days without anything included.',
      args: {
        from: t.arg({ type: 'DateTime', description: 'On or after the UTC day of this time; 30 days when left out.' }),
        to: t.arg({ type: 'DateTime', description: 'Until the UTC day of this time, included; today when left out.' }),
      },
      resolve: async ({ vaultId }, args, { control, loaders }) => [
        ...(await loaders.usageByDay(daysOf(control, args)).load(vaultId)),
      ],
    }),
  }),
});

const DeletionProblem = builder.objectRef<NonNullable<VaultDeletion['problem']>>('DeletionProblem').implement({
  description: 'What holds a deletion up.',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Stable and upper case, for programs.' }),
    message: t.exposeString('message', { description: 'One sentence for people: what happened.' }),
    remedy: t.exposeString('remedy', { description: 'One sentence for people: what to do about it.' }),
  }),
});

const VaultDeletionType = builder.objectRef<VaultDeletion>('VaultDeletion').implement({
  description: 'How far the deletion of a vault has come.',
  fields: (t) => ({
    requestedAt: t.field({
      type: 'DateTime',
      description: 'When it was asked for.',
      resolve: ({ requestedAt }) => new Date(requestedAt),
    }),
    recoveryPoints: t.int({
      description:
        'How many recovery points there were. `recoveryPoints(filter: { vaultId })` counts those that are left.',
      resolve: ({ figures }) => figures.recoveryPoints,
    }),
    objectsDeleted: t.exposeInt('objectsDeleted', {
      description: 'Objects removed from the storage so far, beside those of the recovery points themselves.',
    }),
    problem: t.expose('problem', {
      type: DeletionProblem,
      nullable: true,
      description: 'Why it does not go on at present; it is tried again. Null when nothing stands in the way.',
    }),
  }),
});

builder.objectFields(Vault, (t) => ({
  usage: t.field({
    type: VaultUsageType,
    nullable: true,
    description: 'What it holds. Scope: `vault:read`.',
    resolve: ({ id }, _args, { loaders }) => loaders.usageByVault.load(id),
  }),
  deletion: t.expose('deletion', {
    type: VaultDeletionType,
    nullable: true,
    description: 'How far its deletion has come; null unless it is being deleted.',
  }),
}));
