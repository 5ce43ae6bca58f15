import { z } from 'zod';
import { isoTime } from './primitives.ts';

/** GET /gateway/v1/probe: that it is the control plane which answers, and what time it is there. Needs no bearer, changes nothing. */
export const probeResponse = z.object({ controlPlane: z.literal('holdfast'), serverTime: isoTime });
export type ProbeResponse = z.infer<typeof probeResponse>;
