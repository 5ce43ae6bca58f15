import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { isTimeZone } from '../../base/time-zone.ts';
import {
  endPattern,
  type FlowWindow,
  flowDirections,
  leastBytesPerSecond,
  mostFlowWindows,
  startPattern,
  weekdays,
} from '../../protocol/flow-control.ts';
import { flowOverlaps } from '../../protocol/flow-schedule.ts';
import type { ControlContext } from '../context.ts';
import { InvalidInputError } from '../errors.ts';
import { parseInput } from '../input.ts';
import type { GatewayRow } from '../rows.ts';
import { requireScope, type Viewer } from '../viewer.ts';
import { changeGateway } from './change-gateway.ts';

const windowInput = z
  .object({
    days: z.array(z.enum(weekdays)).min(1, 'needs at least one day'),
    start: z.string().regex(startPattern, 'is written like 08:30, from 00:00 to 23:59'),
    end: z.string().regex(endPattern, 'is written like 18:00, up to 24:00'),
    timeZone: z.string().refine(isTimeZone, {
      params: { code: 'UNKNOWN_TIME_ZONE' },
      message: 'is no time zone; write it as the IANA names it, like Asia/Shanghai or UTC',
    }),
    bytesPerSecond: z.int().min(leastBytesPerSecond, `must be at least ${leastBytesPerSecond} bytes a second (1 MB/s)`),
    appliesTo: z.enum(flowDirections),
  })
  .superRefine(({ start, end }, context) => {
    if (start !== end || start === '00:00') return;
    const message = 'must differ from start; a whole day is written 00:00 to 24:00';
    context.addIssue({ code: 'custom', path: ['end'], params: { code: 'EMPTY_WINDOW' }, message });
  });

const flowInput = z.object({
  gatewayId: z.string(),
  windows: z.array(windowInput).max(mostFlowWindows, `must have at most ${mostFlowWindows} windows`),
  expectedVersion: z.int().positive(),
});
export type SetFlowControlInput = z.input<typeof flowInput>;

/** Replaces a gateway's limits; an empty list removes them. In force at once, on running jobs too. */
export async function setFlowControl(
  control: ControlContext,
  viewer: Viewer,
  input: SetFlowControlInput,
): Promise<{ readonly gateway: GatewayRow }> {
  requireScope(viewer, 'gateway:write');
  const { gatewayId, expectedVersion, ...given } = parseInput(flowInput, input);
  const windows = given.windows.map((window) => ({ ...window, days: inOrder(window.days) }));
  refuseOverlaps(windows, control.clock.now());
  return await changeGateway(control, viewer, { gatewayId, expectedVersion }, (gateway) =>
    isDeepStrictEqual(gateway.flow_control, windows)
      ? { changes: {}, names: [] }
      : { changes: { flow_control: JSON.stringify(windows) }, names: ['flowControl'] },
  );
}

/** From Monday on, each once. */
function inOrder(days: FlowWindow['days']): FlowWindow['days'] {
  return weekdays.filter((day) => days.includes(day));
}

function refuseOverlaps(windows: readonly FlowWindow[], now: number): void {
  const overlaps = flowOverlaps(windows, now);
  if (overlaps.length === 0) return;
  throw new InvalidInputError(
    overlaps.map(({ first, second, at }) => ({
      path: ['windows', String(second), 'start'],
      code: 'OVERLAP',
      message: `overlaps the window ${first} of this list, first at ${new Date(at).toISOString()}; only one limit can hold for a direction at a time`,
    })),
  );
}
