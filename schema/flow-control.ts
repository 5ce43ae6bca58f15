import { type FlowState, type FlowWindow, flowStateOf, nextFlowChangeOf } from '../control/gateways/flow-state.ts';
import type { GatewayRow } from '../control/rows.ts';
import { builder } from './builder.ts';

export const Weekday = builder.enumType('Weekday', {
  description: 'A day of the week.',
  values: {
    MONDAY: { description: 'Monday.' },
    TUESDAY: { description: 'Tuesday.' },
    WEDNESDAY: { description: 'Wednesday.' },
    THURSDAY: { description: 'Thursday.' },
    FRIDAY: { description: 'Friday.' },
    SATURDAY: { description: 'Saturday.' },
    SUNDAY: { description: 'Sunday.' },
  } as const,
});

export const FlowDirection = builder.enumType('FlowDirection', {
  description: 'Which traffic between a gateway and its vault a window limits.',
  values: {
    BACKUP: { description: 'That of backups, all of them together.' },
    RESTORE: { description: 'That of restores, all of them together.' },
    BOTH: { description: 'That of backups and restores, which share the limit.' },
  } as const,
});

export const FlowControlWindow = builder.objectRef<FlowWindow>('FlowControlWindow').implement({
  description:
    'A limit that holds whenever a clock on the wall in `timeZone` shows a time in the window. In the hour that daylight saving time skips it does not hold, and in the hour that comes twice it holds twice.',
  fields: (t) => ({
    days: t.expose('days', { type: [Weekday], description: 'The days on which it begins.' }),
    start: t.exposeString('start', { description: 'When it begins, like `08:30`.' }),
    end: t.exposeString('end', {
      description:
        'When it ends, like `18:00`: on the next day where this is not after `start`. `24:00` and `00:00` are the end of the day.',
    }),
    timeZone: t.exposeString('timeZone', { description: 'The IANA name of the time zone: `Asia/Shanghai`, `UTC`, …' }),
    bytesPerSecond: t.expose('bytesPerSecond', {
      type: 'ByteCount',
      description: 'The limit, over all jobs and all of their workers together.',
    }),
    appliesTo: t.expose('appliesTo', { type: FlowDirection, description: 'Which traffic it limits.' }),
  }),
});

const ActiveFlowLimits = builder.objectRef<FlowState>('ActiveFlowLimits').implement({
  description: 'The limits in force at one moment, in bytes a second.',
  fields: (t) => ({
    backup: t.expose('backupLimit', {
      type: 'ByteCount',
      nullable: true,
      description: 'For backups; null: no limit.',
    }),
    restore: t.expose('restoreLimit', {
      type: 'ByteCount',
      nullable: true,
      description: 'For restores; null: no limit.',
    }),
  }),
});

export const FlowControl = builder.objectRef<Pick<GatewayRow, 'flow_control'>>('FlowControl').implement({
  description:
    'How much of the network a gateway may take, by time of the week. Outside of every window there is no limit.',
  fields: (t) => ({
    windows: t.expose('flow_control', {
      type: [FlowControlWindow],
      complexity: { field: 1, multiplier: 4 },
      description: 'Its windows, in the order they were set. Those of one direction never overlap.',
    }),
    activeLimits: t.field({
      type: ActiveFlowLimits,
      description: 'What holds now.',
      resolve: ({ flow_control }, _args, { control }) => flowStateOf(flow_control, control.clock.now()),
    }),
    nextChangeAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When a window begins or ends next; null: nothing will change by itself.',
      resolve: (gateway, _args, { control }) => nextFlowChangeOf(gateway, control.clock.now()),
    }),
  }),
});

/** What an attempt began with. */
export const AttemptFlowControl = builder.objectRef<FlowState>('AttemptFlowControl').implement({
  description: 'The flow control of the gateway when it took the job. Later changes are in force on running jobs too.',
  fields: (t) => ({
    windows: t.field({
      type: [FlowControlWindow],
      complexity: { field: 1, multiplier: 4 },
      description: 'The windows of that moment.',
      resolve: ({ windows }) => [...windows],
    }),
    limits: t.field({
      type: ActiveFlowLimits,
      description: 'What held at that moment.',
      resolve: (state) => state,
    }),
  }),
});
