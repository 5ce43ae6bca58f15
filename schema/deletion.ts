import { deletionImpact } from '../control/deletion/deletion-impact.ts';
import type { DeletionFigures, VirtualMachineFigures } from '../control/deletion/deletion-record.ts';
import { GatewayHasJobsError, type OpenJobsError, VaultHasJobsError } from '../control/errors.ts';
import { jobsByIds } from '../control/jobs/list-jobs.ts';
import type { JobRow } from '../control/rows.ts';
import { builder } from './builder.ts';
import type { SchemaContext } from './context.ts';
import { ErrorInterface } from './errors.ts';
import { decodeOptionalId } from './global-id.ts';
import { Job } from './job.ts';
import { VirtualMachine } from './virtual-machine.ts';

const DeletionImpactVirtualMachine = builder
  .objectRef<VirtualMachineFigures>('DeletionImpactVirtualMachine')
  .implement({
    description: 'What a deletion means for one virtual machine.',
    fields: (t) => ({
      virtualMachine: t.field({
        type: VirtualMachine,
        nullable: true,
        description: 'The virtual machine. Null with an error when your access key may not read inventories.',
        resolve: ({ virtualMachineId }, _args, { loaders }) => loaders.virtualMachines.load(virtualMachineId),
      }),
      recoveryPoints: t.exposeInt('recoveryPoints', { description: 'How many of its recovery points are concerned.' }),
      otherRecoveryPoints: t.exposeInt('otherRecoveryPoints', {
        description:
          'How many others it has that can be restored: made by other gateways, or in other vaults. Zero: these are its last ones.',
      }),
      logicalBytes: t.expose('logicalBytes', {
        type: 'ByteCount',
        description: 'Size of the disks in the recovery points concerned, counted in each of them.',
      }),
      storedBytes: t.expose('storedBytes', {
        type: 'ByteCount',
        description: 'What these recovery points added to the vault when they were made.',
      }),
    }),
  });

/** Also the payloads of deletions tell it. */
export const DeletionImpact = builder.objectRef<DeletionFigures>('DeletionImpact').implement({
  description:
    'What the deletion of a gateway with its backup data, or of a vault, concerns. Space in the storage is given back later, when data that no recovery point needs any more is collected: other recovery points may share it.',
  fields: (t) => ({
    recoveryPoints: t.exposeInt('recoveryPoints', { description: 'Recovery points that would be deleted.' }),
    virtualMachines: t.exposeInt('virtualMachines', { description: 'Virtual machines they are of.' }),
    virtualMachinesLosingAll: t.exposeInt('virtualMachinesLosingAll', {
      description: 'Virtual machines that would have no recovery point left anywhere.',
    }),
    byVirtualMachine: t.field({
      type: [DeletionImpactVirtualMachine],
      complexity: { field: 1, multiplier: 4 },
      description: 'The virtual machines, at most 100: those first that would have none left, then by stored bytes.',
      resolve: ({ byVirtualMachine }) => [...byVirtualMachine],
    }),
    logicalBytes: t.expose('logicalBytes', {
      type: 'ByteCount',
      description: 'Size of the disks in these recovery points, counted in each of them.',
    }),
    storedBytes: t.expose('storedBytes', {
      type: 'ByteCount',
      description: 'What these recovery points added to the vault when they were made.',
    }),
    gateways: t.exposeInt('gateways', { description: 'Gateways that would be deleted.' }),
    openJobs: t.exposeInt('openJobs', {
      description:
        'Jobs that run or wait and have to end or be cancelled first; where backup data is deleted also restores of it through other gateways.',
    }),
    jobs: t.field({
      type: [Job],
      nullable: true,
      complexity: { field: 1, multiplier: 4 },
      description: 'Those jobs, the oldest first, at most 100; those that are still there.',
      resolve: ({ openJobIds }, _args, { loaders }) => loadJobs(openJobIds, loaders),
    }),
  }),
});

async function loadJobs(ids: readonly string[], loaders: SchemaContext['loaders']): Promise<JobRow[]> {
  const loaded = await Promise.all(ids.map((id) => loaders.jobs.load(id)));
  return loaded.filter((job) => job !== null);
}

builder.queryField('deletionImpact', (t) =>
  t.field({
    type: DeletionImpact,
    nullable: true,
    authScopes: { $any: { scope: 'gateway:read', $all: { scope: 'vault:read' } } },
    description:
      'What deleting a gateway or a vault would concern, told before anybody does it. Give one of the two ids. Scope: `gateway:read` for a gateway, `vault:read` for a vault.',
    args: {
      gatewayId: t.arg.id({ description: 'A gateway: the recovery points it made and its jobs.' }),
      vaultId: t.arg.id({ description: 'A vault: everything in it.' }),
      deleteBackupData: t.arg.boolean({
        required: true,
        defaultValue: false,
        description:
          'Of a gateway: whether its backup data is to go too. Then restores of that data through other gateways count as jobs in the way.',
      }),
    },
    resolve: (_root, args, { control, viewer }) =>
      deletionImpact(control, viewer, {
        gatewayId: decodeOptionalId(args.gatewayId, 'Gateway', ['gatewayId']),
        vaultId: decodeOptionalId(args.vaultId, 'Vault', ['vaultId']),
        deleteBackupData: args.deleteBackupData,
      }),
  }),
);

const jobsInTheWay = (what: string) => ({
  interfaces: [ErrorInterface],
  description: `Jobs of the ${what} run or wait, so nothing was deleted. Wait for them, or set \`cancelRunningJobs\`.`,
});

builder.objectType(GatewayHasJobsError, { name: 'GatewayHasJobsError', ...jobsInTheWay('gateway') });
builder.objectType(VaultHasJobsError, { name: 'VaultHasJobsError', ...jobsInTheWay('vault') });
for (const type of [GatewayHasJobsError, VaultHasJobsError])
  builder.objectFields(type, (t) => ({
    jobs: t.field({
      type: [Job],
      grantScopes: ['made'],
      complexity: { field: 1, multiplier: 4 },
      description: 'The jobs in the way, the oldest first, at most 100.',
      resolve: (error, _args, context) => jobsOf(error, context),
    }),
    totalCount: t.int({ description: 'How many they are.', resolve: ({ total }) => total }),
  }));

/** Whoever may delete is shown what is in the way, even with a key that may not read jobs. */
async function jobsOf({ jobIds }: OpenJobsError, { control, viewer }: SchemaContext): Promise<JobRow[]> {
  const reader = { ...viewer, scopes: new Set([...viewer.scopes, 'job:read' as const]) };
  const jobs = await jobsByIds(control, reader, jobIds);
  return jobs.filter((job) => job !== undefined);
}
