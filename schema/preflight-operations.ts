import { CertificateNotTrustedError, VcenterConnectionError } from '../control/errors.ts';
import { type PreflightReport, preflightBackup } from '../control/jobs/preflight-backup.ts';
import { builder } from './builder.ts';
import { commonErrors, gatewayErrors } from './errors.ts';
import { decodeId, decodeOptionalId } from './global-id.ts';
import { FindingType } from './transfer.ts';
import { VirtualMachine } from './virtual-machine.ts';

const PreflightReportType = builder.objectRef<PreflightReport>('PreflightReport').implement({
  description: 'What may stand in the way of a backup of one virtual machine.',
  fields: (t) => ({
    virtualMachine: t.field({
      type: VirtualMachine,
      nullable: true,
      description: 'The virtual machine.',
      resolve: ({ virtualMachineId }, _args, { loaders }) => loaders.virtualMachines.load(virtualMachineId),
    }),
    canBackUp: t.boolean({
      description: 'Whether a backup would work: no finding has the severity ERROR.',
      resolve: ({ findings }) => findings.every(({ severity }) => severity !== 'ERROR'),
    }),
    findings: t.field({
      type: [FindingType],
      complexity: { field: 1, multiplier: 4 },
      description: 'What was found, the worst first; empty: nothing.',
      resolve: ({ findings }) => [...findings],
    }),
  }),
});

const PreflightBackupInput = builder.inputType('PreflightBackupInput', {
  description: 'What `preflightBackup` takes.',
  fields: (t) => ({
    virtualMachineIds: t.idList({ required: true, description: 'The virtual machines to look at, at most 50.' }),
    gatewayId: t.id({
      description: 'The gateway that looks. Left out: one of their vCenter that is connected.',
    }),
  }),
});

const PreflightBackupPayload = builder
  .objectRef<{ readonly reports: readonly PreflightReport[] }>('PreflightBackupPayload')
  .implement({
    description: 'What `preflightBackup` found.',
    fields: (t) => ({
      reports: t.field({
        type: [PreflightReportType],
        complexity: { field: 1, multiplier: 10 },
        description: 'One for each virtual machine, in the order they were asked for.',
        resolve: ({ reports }) => [...reports],
      }),
    }),
  });

builder.mutationField('preflightBackup', (t) =>
  t.field({
    type: PreflightBackupPayload,
    nullable: true,
    authScopes: { scope: 'job:write' },
    errors: {
      types: [...commonErrors, ...gatewayErrors, VcenterConnectionError, CertificateNotTrustedError],
      union: { name: 'PreflightBackupResult', description: 'What was found, or an error.' },
    },
    description:
      'Looks at virtual machines as backups would find them and tells what may stand in the way: missing privileges by name, disks that are left out, snapshots, space. Changes nothing; waits for the gateway, up to half a minute. Scope: `job:write`.',
    args: { input: t.arg({ type: PreflightBackupInput, required: true, description: 'What to look at.' }) },
    resolve: async (_root, { input }, { control, viewer, signal }) => ({
      reports: await preflightBackup(
        control,
        viewer,
        {
          virtualMachineIds: input.virtualMachineIds.map((id, index) =>
            decodeId(id, 'VirtualMachine', ['virtualMachineIds', String(index)]),
          ),
          gatewayId: decodeOptionalId(input.gatewayId, 'Gateway', ['gatewayId']),
        },
        signal,
      ),
    }),
  }),
);
