import type { GatewayCertificateRow } from '../control/rows.ts';
import { builder } from './builder.ts';
import { Gateway } from './gateway.ts';

export const GatewayCertificate = builder.objectRef<GatewayCertificateRow>('GatewayCertificate');

builder.node(GatewayCertificate, {
  id: { resolve: (certificate) => certificate.id },
  loadOne: (id, { loaders }) => loaders.gatewayCertificates.load(id),
  authScopes: { $any: { scope: 'gateway:read', $granted: 'made' } },
  description:
    'The file that activates one gateway, once. `downloadGatewayCertificate` gives a link to it until it was used or has expired.',
  fields: (t) => ({
    gateway: t.field({
      type: Gateway,
      nullable: true,
      description: 'The gateway it activates.',
      resolve: (certificate, _args, { loaders }) => loaders.gateways.load(certificate.gateway_id),
    }),
    issuedAt: t.expose('issued_at', { type: 'DateTime', description: 'When it was issued.' }),
    expiresAt: t.expose('expires_at', { type: 'DateTime', description: 'Until when it can activate the gateway.' }),
    usedAt: t.expose('used_at', {
      type: 'DateTime',
      nullable: true,
      description: 'When it activated the gateway; null while it has not.',
    }),
    voidedAt: t.expose('voided_at', {
      type: 'DateTime',
      nullable: true,
      description: 'When a newer certificate took its place; null while none did.',
    }),
  }),
});
