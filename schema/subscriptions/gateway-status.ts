import { NotFoundError } from '../../control/errors.ts';
import { watchEvents } from '../../control/events/watch-events.ts';
import { gatewaysByIds } from '../../control/gateways/gateways.ts';
import { statusReason } from '../../control/gateways/status-reason.ts';
import { builder } from '../builder.ts';
import type { SchemaContext } from '../context.ts';
import { found } from '../found.ts';
import { Gateway } from '../gateway.ts';
import { decodeId } from '../global-id.ts';
import { Bell } from './bell.ts';

/** Between two looks without a hint, in milliseconds. */
const mostBetweenMs = 5_000;

const GatewayStatusPayload = builder.objectRef<{ readonly gatewayId: string }>('GatewayStatusPayload').implement({
  description: 'What `gatewayStatus` tells.',
  fields: (t) => ({
    gateway: t.field({
      type: Gateway,
      description: 'The gateway as it is now.',
      resolve: ({ gatewayId }, _args, { loaders }) => found('gateway', loaders.gateways.load(gatewayId)),
    }),
  }),
});

builder.subscriptionField('gatewayStatus', (t) =>
  t.field({
    type: GatewayStatusPayload,
    authScopes: { scope: 'gateway:read' },
    description:
      'Follows one gateway: its present state first, then every change of its status, of the reason for that, and of its name or settings. Scope: `gateway:read`.',
    args: { gatewayId: t.arg.id({ required: true, description: 'The id of a gateway.' }) },
    subscribe: (_root, { gatewayId }, context) => followGateway(context, decodeId(gatewayId, 'Gateway', ['gatewayId'])),
    resolve: (update) => update,
  }),
);

async function* followGateway(
  context: SchemaContext,
  gatewayId: string,
): AsyncGenerator<{ readonly gatewayId: string }> {
  const { control, tailer, signal, currentViewer } = context;
  const bell = new Bell();
  using _events = watchEvents(tailer, (event) => {
    if (event.subjectId === gatewayId) bell.ring();
  });
  let seen: string | undefined;
  while (!signal.aborted) {
    const [gateway] = await gatewaysByIds(control, await currentViewer(), [gatewayId]);
    if (!gateway) throw new NotFoundError('gateway');
    const { status, status_since, version } = gateway;
    const now = [status, statusReason(gateway)?.code, status_since.getTime(), version].join();
    if (now !== seen) yield { gatewayId };
    seen = now;
    await bell.wait(control.clock, mostBetweenMs, signal);
  }
}
