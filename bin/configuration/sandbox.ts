import type { z } from 'zod';
import { commonVariables } from './common.ts';
import { expectations, optionalVariable, path, port, positiveInteger, text, variable } from './variable.ts';

export const sandboxVariables = commonVariables.extend({
  HOLDFAST_SANDBOX_DIRECTORY: variable(path, '.holdfast/sandbox', {
    description: 'Datastores, devices and state of the simulated region.',
    expected: expectations.directory,
  }),
  HOLDFAST_SANDBOX_PORT: variable(port, '8989', {
    description: 'Port of the simulated vCenter (HTTPS on 127.0.0.1).',
    expected: expectations.port,
  }),
  HOLDFAST_SANDBOX_CONTROL_PORT: variable(port, '8990', {
    description: 'Port of the sandbox’s own commands, such as changing a virtual machine’s disk as its guest would.',
    expected: expectations.port,
  }),
  HOLDFAST_SANDBOX_USERNAME: optionalVariable(text, {
    description: 'Login of the simulated vCenter.',
    expected: 'a user name',
    defaultText: '`administrator@vsphere.local`',
  }),
  HOLDFAST_SANDBOX_PASSWORD: optionalVariable(text, {
    description: 'Its password.',
    expected: 'a password',
    defaultText: 'made at each start and printed',
    secret: true,
  }),
  HOLDFAST_SANDBOX_TASK_DELAY_MS: variable(positiveInteger, '50', {
    description: 'How long every task of the simulated vCenter takes at least.',
    expected: expectations.milliseconds,
  }),
  HOLDFAST_SANDBOX_DISK: optionalVariable(path, {
    description: 'A raw disk image that becomes the disk of the virtual machine web-01.',
    expected: 'the path of a file',
  }),
});

export type SandboxVariables = z.output<typeof sandboxVariables>;
