import type { z } from 'zod';
import { commonVariables } from './common.ts';
import { expectations, optionalVariable, path, port, positiveInteger, text, variable } from './variable.ts';

export const sandboxVariables = commonVariables.extend({
  HOLDFAST_SANDBOX_DIRECTORY: variable(path, '.holdfast/sandbox', {
    description: 'Datastores, devices, objects and state of the simulated region.',
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
  HOLDFAST_SANDBOX_OBJECT_PORT: variable(port, '8991', {
    description: 'Port of the simulated OSS (HTTP on 127.0.0.1).',
    expected: expectations.port,
  }),
  HOLDFAST_SANDBOX_OBJECT_HTTPS_PORT: variable(port, '8992', {
    description: 'Port of the simulated OSS (HTTPS on 127.0.0.1).',
    expected: expectations.port,
  }),
  HOLDFAST_SANDBOX_STS_PORT: variable(port, '8993', {
    description: 'Port of the simulated STS (HTTP on 127.0.0.1).',
    expected: expectations.port,
  }),
  HOLDFAST_SANDBOX_STS_HTTPS_PORT: variable(port, '8994', {
    description: 'Port of the simulated STS (HTTPS on 127.0.0.1).',
    expected: expectations.port,
  }),
  HOLDFAST_SANDBOX_STS_MIN_SECONDS: variable(positiveInteger, '900', {
    description: 'Shortest time the simulated STS gives a session, in seconds; the real one’s is 900.',
    expected: 'a whole number of seconds from 1',
  }),
  HOLDFAST_SANDBOX_BUCKET: variable(text, 'holdfast-sandbox', {
    description: 'Bucket of the simulated OSS that is there from the start.',
    expected: 'a bucket’s name',
  }),
  HOLDFAST_SANDBOX_REGION_ID: variable(text, 'cn-hangzhou', {
    description: 'Region the simulated OSS and STS say they are in.',
    expected: 'a region’s id, such as cn-hangzhou',
  }),
  HOLDFAST_SANDBOX_ACCESS_KEY_ID: optionalVariable(text, {
    description: 'AccessKey ID of the RAM user who may use the simulated OSS and STS.',
    expected: 'an AccessKey ID',
    defaultText: 'made at each start and printed',
  }),
  HOLDFAST_SANDBOX_ACCESS_KEY_SECRET: optionalVariable(text, {
    description: 'Its secret.',
    expected: 'an AccessKey secret',
    defaultText: 'made at each start and printed',
    secret: true,
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
  HOLDFAST_SANDBOX_LEASE_TIMEOUT_MS: variable(positiveInteger, '300000', {
    description: 'After how long without progress the simulated vCenter takes an NFC lease back.',
    expected: expectations.milliseconds,
  }),
  HOLDFAST_SANDBOX_UPLOADS: optionalVariable(path, {
    description: 'Where every VMDK that is uploaded to the simulated hosts is kept as well.',
    expected: expectations.directory,
  }),
});

export type SandboxVariables = z.output<typeof sandboxVariables>;
