import type { RegionInfo } from '../control/regions/region.ts';
import { builder } from './builder.ts';

export const Region = builder.objectRef<RegionInfo>('Region').implement({
  description: 'A place where vaults can be.',
  fields: (t) => ({
    regionId: t.exposeString('id', { description: 'The region’s own id, such as `cn-shanghai`.' }),
    name: t.exposeString('name', { description: 'The region’s name for people, such as `China (Shanghai)`.' }),
    zoneRedundant: t.exposeBoolean('zrs', {
      description: 'Whether vaults here are kept in several zones (ZRS). Elsewhere they are kept in one (LRS).',
    }),
  }),
});

builder.queryField('regions', (t) =>
  t.field({
    type: [Region],
    nullable: true,
    authScopes: { scope: 'vault:read' },
    description: 'Every region of this installation. Scope: `vault:read`.',
    complexity: { field: 1, multiplier: 30 },
    resolve: (_root, _args, { control }) => [...control.config.regions],
  }),
);
