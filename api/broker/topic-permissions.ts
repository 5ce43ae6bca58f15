import { downTopic, upTopic, upTopicFilter } from '../../protocol/messages.ts';

/** Who a connection of the broker belongs to. */
export type BrokerPrincipal = { readonly kind: 'control' } | { readonly kind: 'gateway'; readonly gatewayId: string };

const topicShape = /^holdfast\/g\/[0-9a-f-]{36}\/(down|up)$/;

/** A gateway writes its own up topic; the control plane writes any down topic, and its own process-wide ones. */
export function mayPublish(principal: BrokerPrincipal, topic: string): boolean {
  if (principal.kind === 'gateway') return topic === upTopic(principal.gatewayId);
  return (topicShape.test(topic) && topic.endsWith('/down')) || topic.startsWith('holdfast/c/');
}

/** A gateway reads its own down topic; the control plane all up topics. No other filter, wildcards least of all. */
export function maySubscribe(principal: BrokerPrincipal, filter: string): boolean {
  if (principal.kind === 'gateway') return filter === downTopic(principal.gatewayId);
  return (
    filter === upTopicFilter || (topicShape.test(filter) && filter.endsWith('/up')) || filter.startsWith('holdfast/c/')
  );
}
