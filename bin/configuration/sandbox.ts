import type { z } from 'zod';
import { commonVariables } from './common.ts';
import { expectations, optionalVariable, path, port, text, variable } from './variable.ts';

export const sandboxVariables = commonVariables.extend({
  HOLDFAST_SANDBOX_DIRECTORY: variable(path, '.holdfast/sandbox', {
    description: 'Datastores, devices and state of the simulated region.',
    expected: expectations.directory,
  }),
  HOLDFAST_SANDBOX_HOST: variable(text, '127.0.0.1', {
    description: 'Address the simulated vCenter listens on.',
    expected: 'a host name or address',
  }),
  HOLDFAST_SANDBOX_PORT: variable(port, '8989', {
    description: 'Port of the simulated vCenter (HTTPS).',
    expected: expectations.port,
  }),
  HOLDFAST_SANDBOX_CONTROL_PORT: variable(port, '8990', {
    description: 'Port of the sandbox’s own commands, such as changing a virtual machine’s disk as its guest would.',
    expected: expectations.port,
  }),
  HOLDFAST_SANDBOX_DISK: optionalVariable(path, {
    description: 'A raw disk image for the first virtual machine.',
    expected: 'the path of a file',
  }),
});

export type SandboxVariables = z.output<typeof sandboxVariables>;
