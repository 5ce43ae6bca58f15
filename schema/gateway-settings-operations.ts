import { setFlowControl } from '../control/gateways/set-flow-control.ts';
import { updateGatewaySettings } from '../control/gateways/update-gateway-settings.ts';
import { builder } from './builder.ts';
import { TransportMode } from './enums.ts';
import { updateErrors } from './errors.ts';
import { FlowDirection, Weekday } from './flow-control.ts';
import { Gateway } from './gateway.ts';
import { decodeId } from './global-id.ts';
import { expectedVersionField } from './inputs.ts';

const UpdateGatewaySettingsInput = builder.inputType('UpdateGatewaySettingsInput', {
  description: 'What `updateGatewaySettings` takes. What is left out stays as it is.',
  fields: (t) => ({
    gatewayId: t.id({ required: true, description: 'The gateway.' }),
    name: t.string({ description: '1 to 64 characters, unique in its vault.' }),
    useHttps: t.boolean({ description: 'Whether the data, encrypted already, also travels by HTTPS: slower.' }),
    maxWorkers: t.int({
      description:
        'Worker threads that work at the same time, over all jobs of the gateway: 0 to 64; 0: as many as its machine has cores.',
    }),
    maxCpuCores: t.int({
      description:
        'CPU cores that the data of all jobs together keeps busy: 0 to 64; 0: no limit. No more worker threads than this compute at the same time.',
    }),
    transport: t.field({ type: TransportMode, description: 'How it reads and writes virtual disks.' }),
    expectedVersion: expectedVersionField(t),
  }),
});

const UpdateGatewaySettingsPayload = builder
  .objectRef<Awaited<ReturnType<typeof updateGatewaySettings>>>('UpdateGatewaySettingsPayload')
  .implement({
    description: 'What `updateGatewaySettings` changed.',
    fields: (t) => ({
      gateway: t.field({
        type: Gateway,
        grantScopes: ['made'],
        description: 'The gateway with its new settings.',
        resolve: ({ gateway }) => gateway,
      }),
    }),
  });

builder.mutationField('updateGatewaySettings', (t) =>
  t.field({
    type: UpdateGatewaySettingsPayload,
    nullable: true,
    authScopes: { scope: 'gateway:write' },
    errors: {
      types: updateErrors,
      union: { name: 'UpdateGatewaySettingsResult', description: 'The gateway, or an error.' },
    },
    description:
      'Changes a gateway’s name and how it works. In force with the next job it takes; jobs that run go on as they began, and `JobAttempt.settings` tells what each ran with. Scope: `gateway:write`.',
    args: { input: t.arg({ type: UpdateGatewaySettingsInput, required: true, description: 'What to change.' }) },
    resolve: (_root, { input }, { control, viewer }) =>
      updateGatewaySettings(control, viewer, {
        ...input,
        gatewayId: decodeId(input.gatewayId, 'Gateway', ['gatewayId']),
      }),
  }),
);

const FlowControlWindowInput = builder.inputType('FlowControlWindowInput', {
  description: 'A limit for a part of the week.',
  fields: (t) => ({
    days: t.field({ type: [Weekday], required: true, description: 'The days on which it begins; at least one.' }),
    start: t.string({ required: true, description: 'When it begins, from `00:00` to `23:59`.' }),
    end: t.string({
      required: true,
      description:
        'When it ends, up to `24:00`. Not after `start`: on the next day. `24:00` and `00:00` are the end of the day.',
    }),
    timeZone: t.string({
      required: true,
      description: 'The IANA name of the time zone: `Asia/Shanghai`, `UTC`, … Its daylight saving time is kept to.',
    }),
    bytesPerSecond: t.field({
      type: 'ByteCount',
      required: true,
      description: 'The limit over all jobs and workers together; at least 1000000 (1 MB/s).',
    }),
    appliesTo: t.field({
      type: FlowDirection,
      required: true,
      defaultValue: 'BOTH',
      description: 'Which traffic it limits.',
    }),
  }),
});

const SetFlowControlInput = builder.inputType('SetFlowControlInput', {
  description: 'What `setFlowControl` takes.',
  fields: (t) => ({
    gatewayId: t.id({ required: true, description: 'The gateway.' }),
    windows: t.field({
      type: [FlowControlWindowInput],
      required: true,
      description:
        'All of its windows, 32 at most, in place of those it had; none: no limit at any time. Windows that limit the same direction must not overlap, whatever their time zones.',
    }),
    expectedVersion: expectedVersionField(t),
  }),
});

const SetFlowControlPayload = builder
  .objectRef<Awaited<ReturnType<typeof setFlowControl>>>('SetFlowControlPayload')
  .implement({
    description: 'What `setFlowControl` changed.',
    fields: (t) => ({
      gateway: t.field({
        type: Gateway,
        grantScopes: ['made'],
        description: 'The gateway with its new flow control.',
        resolve: ({ gateway }) => gateway,
      }),
    }),
  });

builder.mutationField('setFlowControl', (t) =>
  t.field({
    type: SetFlowControlPayload,
    nullable: true,
    authScopes: { scope: 'gateway:write' },
    errors: {
      types: updateErrors,
      union: { name: 'SetFlowControlResult', description: 'The gateway, or an error.' },
    },
    description:
      'Limits the traffic between a gateway and its vault by time of the week. In force at once, on running jobs too, and as each window begins and ends. Scope: `gateway:write`.',
    args: { input: t.arg({ type: SetFlowControlInput, required: true, description: 'The windows.' }) },
    resolve: (_root, { input }, { control, viewer }) =>
      setFlowControl(control, viewer, { ...input, gatewayId: decodeId(input.gatewayId, 'Gateway', ['gatewayId']) }),
  }),
);
