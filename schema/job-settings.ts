import { flowStateOf } from '../control/gateways/flow-state.ts';
import type { JobAttemptRow } from '../control/rows.ts';
import { builder } from './builder.ts';
import { AttemptFlowControl } from './flow-control.ts';

type Attempt = Pick<JobAttemptRow, 'settings' | 'transport_used' | 'workers_used' | 'claimed_at'>;

export const JobSettings = builder.objectRef<Attempt>('JobSettings').implement({
  description: 'What a try at a job ran with: the settings of its gateway at the moment the gateway took the job.',
  fields: (t) => ({
    useHttps: t.boolean({
      description: 'Whether the data travelled by HTTPS.',
      resolve: ({ settings }) => settings.useHttps,
    }),
    transport: t.exposeString('transport_used', {
      nullable: true,
      description:
        'How the virtual disks were really read or written: `hotadd`, `nfc`, or the name of another transport driver. Null until the gateway has told.',
    }),
    workers: t.exposeInt('workers_used', {
      nullable: true,
      description: 'How many worker threads it had at most. Null until the gateway has told.',
    }),
    maxWorkers: t.int({
      description: 'The limit of worker threads; 0: as many as cores.',
      resolve: ({ settings }) => settings.maxWorkers,
    }),
    maxCpuCores: t.int({
      description: 'The limit of CPU cores; 0: no limit.',
      resolve: ({ settings }) => settings.maxCpuCores,
    }),
    flowControl: t.field({
      type: AttemptFlowControl,
      description: 'The flow control in force when it began.',
      resolve: ({ settings, claimed_at }) => flowStateOf(settings.flowControl ?? [], claimed_at.getTime()),
    }),
  }),
});
