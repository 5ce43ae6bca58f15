import type { StatusReason } from '../control/database/credentials-columns.ts';
import { builder } from './builder.ts';

export const GatewayStatusReason = builder.objectRef<StatusReason>('GatewayStatusReason').implement({
  description: 'Why a gateway cannot work, and what to do about it.',
  fields: (t) => ({
    code: t.exposeString('code', {
      description:
        'Stable and upper case, for programs: `NO_HEARTBEAT`, `SILENT_TOO_LONG`, `ACCESS_KEY_EXPIRED`, `ACCESS_KEY_REVOKED`, `ACCESS_KEY_ROTATED`, …',
    }),
    message: t.exposeString('message', {
      description: 'One sentence for people: which key and since when, or when and on which channel it was last heard.',
    }),
    remedy: t.exposeString('remedy', { description: 'One sentence for people: what to do about it.' }),
  }),
});
