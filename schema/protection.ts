import type { Protection } from '../control/virtual-machines/protection.ts';
import { builder } from './builder.ts';
import { BackupJob } from './job-kinds.ts';
import { RecoveryPoint } from './recovery-point.ts';
import { VirtualMachine } from './virtual-machine.ts';

const ProtectionState = builder.enumType('ProtectionState', {
  description: 'Whether a virtual machine could be restored.',
  values: {
    PROTECTED: { description: 'It has a recovery point that can be restored.' },
    UNPROTECTED: { description: 'It has none: were it lost now, it could not be restored.' },
  } as const,
});

const ProtectionType = builder.objectRef<Protection>('Protection').implement({
  description: 'How well a virtual machine is protected at present.',
  fields: (t) => ({
    state: t.field({
      type: ProtectionState,
      description: 'Whether it could be restored.',
      resolve: ({ lastRecoveryPointId }) => (lastRecoveryPointId === null ? 'UNPROTECTED' : 'PROTECTED'),
    }),
    lastRecoveryPoint: t.field({
      type: RecoveryPoint,
      nullable: true,
      description: 'The newest recovery point that can be restored; null when there is none.',
      resolve: ({ lastRecoveryPointId }, _args, { loaders }) =>
        lastRecoveryPointId === null ? null : loaders.recoveryPoints.load(lastRecoveryPointId),
    }),
    ageSeconds: t.int({
      nullable: true,
      description: 'How old that recovery point is: what would be lost if the virtual machine were lost now.',
      resolve: ({ lastCapturedAt }, _args, { control }) =>
        lastCapturedAt === null
          ? null
          : Math.min(Math.max(0, Math.floor((control.clock.now() - lastCapturedAt.getTime()) / 1_000)), 2 ** 31 - 1),
    }),
    recoveryPointCount: t.exposeInt('recoveryPointCount', {
      description: 'How many of its recovery points can be restored.',
    }),
    nextBackup: t.field({
      type: BackupJob,
      nullable: true,
      description: 'The backup that waits or runs; null when none is under way.',
      resolve: ({ openBackupId }, _args, { loaders }) =>
        openBackupId === null ? null : loaders.jobs.load(openBackupId),
    }),
    lastBackup: t.field({
      type: BackupJob,
      nullable: true,
      description: 'The backup that ended last, well or not; null when there was none.',
      resolve: ({ lastBackupId }, _args, { loaders }) =>
        lastBackupId === null ? null : loaders.jobs.load(lastBackupId),
    }),
  }),
});

builder.objectField(VirtualMachine, 'protection', (t) =>
  t.field({
    type: ProtectionType,
    nullable: true,
    authScopes: { scope: 'recoveryPoint:read' },
    description:
      'How well it is protected: its last good recovery point, how old that is, and the backup that comes next. Scope: `recoveryPoint:read`.',
    resolve: (vm, _args, { loaders }) => loaders.protectionByVirtualMachine.load(vm.id),
  }),
);
