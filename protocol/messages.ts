import { z } from 'zod';
import { fence, isoTime, uuid } from './primitives.ts';
import { progress } from './work.ts';

/** Largest body of a message, in bytes (ApsaraMQ for MQTT's limit). */
export const maxMessageBytes = 65_536;

/** To a gateway: a hint to look at the control channel now. Nothing depends on its arrival. */
export const downMessage = z.object({ version: z.literal(1), wake: z.enum(['WORK', 'COMMAND', 'CANCEL', 'SETTINGS']) });
export type DownMessage = z.infer<typeof downMessage>;

/** From a gateway, at most one a second: its heartbeat and the progress of its attempts. Idempotent by attempt and sequence. */
export const upMessage = z.object({
  version: z.literal(1),
  gatewayId: uuid,
  instanceId: uuid,
  sentAt: isoTime,
  progress: z.array(z.object({ attemptId: uuid, fence, sequence: z.number().int().nonnegative(), progress })),
});
export type UpMessage = z.infer<typeof upMessage>;

/** Topics are at most 64 characters (ApsaraMQ). */
export const downTopic = (gatewayId: string): string => `holdfast/g/${gatewayId}/down`;
export const upTopic = (gatewayId: string): string => `holdfast/g/${gatewayId}/up`;
export const upTopicFilter = 'holdfast/g/+/up';
