import { z } from 'zod';
import { commonVariables } from './common.ts';
import { expectations, optionalVariable, path, port, positiveInteger, text, variable } from './variable.ts';

export const agentVariables = commonVariables.extend({
  HOLDFAST_AGENT_STATE_DIRECTORY: variable(path, '.holdfast/agent', {
    description:
      'The gateway’s keys, activation, local index and spool. A directory of its own, mode 0700; one process at a time.',
    expected: expectations.directory,
  }),
  HOLDFAST_PAGE_HOST: variable(text, '127.0.0.1', {
    description: 'Address of the gateway’s page, where it is activated.',
    expected: 'a host name or address',
  }),
  HOLDFAST_PAGE_PORT: variable(port, '8011', {
    description: 'Port of the gateway’s page: HTTPS, and plain HTTP that is sent there.',
    expected: expectations.port,
  }),
  HOLDFAST_AGENT_SLOTS: variable(positiveInteger, '4', {
    description: 'Jobs the gateway works on at the same time.',
    expected: 'a whole number from 1',
  }),
  HOLDFAST_PROBE_DEADLINE_MS: variable(positiveInteger, '5000', {
    description: 'How long the probe waits for each thing the gateway has to reach.',
    expected: expectations.milliseconds,
  }),
  HOLDFAST_DEVICE_DIRECTORY: variable(path, '/dev/disk/by-id', {
    description: 'Where hot-added disks appear.',
    expected: expectations.directory,
  }),
  HOLDFAST_GATEWAY_VM_UUID: optionalVariable(
    z
      .string()
      .trim()
      .toLowerCase()
      .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
    {
      description: 'biosUuid of the virtual machine this gateway runs on; hot-add needs it.',
      expected: 'a UUID',
      defaultText: 'read from the machine’s firmware',
    },
  ),
});

/** Read by `holdfast agent activate` alone, where neither standard input nor a person gives them. */
export const activationVariables = z.object({
  HOLDFAST_ACCESS_KEY_ID: optionalVariable(text, {
    description: 'The AccessKey ID the gateway is activated with, instead of `--access-key-id`.',
    expected: 'an AccessKey ID',
  }),
  HOLDFAST_ACCESS_KEY_SECRET: optionalVariable(z.string(), {
    description: 'Its secret.',
    expected: 'an AccessKey secret',
    secret: true,
  }),
  HOLDFAST_PAGE_PASSWORD: optionalVariable(z.string(), {
    description: 'The new password of the gateway’s page.',
    expected: 'at least six characters',
    secret: true,
  }),
});

export type AgentVariables = z.output<typeof agentVariables>;
