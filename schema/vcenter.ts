import type { VcenterRow } from '../control/rows.ts';
import { builder } from './builder.ts';
import { connectionType } from './connection.ts';
import { Gateway } from './gateway.ts';
import { present } from './loaders.ts';
import { ResourceGroup } from './resource-group.ts';
import { viewerCan } from './viewer-can.ts';

const isManaged = ({ removed_at: removedAt }: VcenterRow) => removedAt === null;

export const VCenter = builder.objectRef<VcenterRow>('VCenter');

export const VCenterKind = builder.enumType('VCenterKind', {
  description: 'What answers at the address.',
  values: {
    VCENTER: { description: 'A vCenter Server.' },
    ESXI: { description: 'A single ESXi host.' },
  } as const,
});

export const VCenterStatus = builder.enumType('VCenterStatus', {
  description: 'How the last conversation with a vCenter went.',
  values: {
    CONNECTED: { description: 'It answered and accepted the user name and password.' },
    UNREACHABLE: { description: 'It did not answer.' },
    CREDENTIALS_INVALID: {
      description: 'It refused the user name and password; nobody tries again until they are changed.',
    },
    CERTIFICATE_CHANGED: {
      description:
        'It shows another TLS certificate than the trusted one; nobody speaks to it until `trustVCenterCertificate`.',
    },
  } as const,
});

const InventoryState = builder.enumType('InventoryState', {
  description: 'How fresh the list of a vCenter’s virtual machines is.',
  values: {
    NEVER: { description: 'It was never read.' },
    REFRESHING: { description: 'It is being read now.' },
    CURRENT: { description: 'It was read completely.' },
    FAILED: { description: 'The last reading failed; the list is the one before it.' },
  } as const,
});

builder.node(VCenter, {
  id: { resolve: (vcenter) => vcenter.id },
  loadOne: (id, { loaders }) => loaders.vcenters.load(id),
  authScopes: { $any: { scope: 'vcenter:read', $granted: 'made' } },
  description: 'A managed vCenter Server, or a single ESXi host, reached through one or more gateways.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its name here: chosen when it was added, or what it calls itself.' }),
    address: t.exposeString('address', { description: 'Host name or address, with a port where it is not 443.' }),
    username: t.exposeString('username', { description: 'The user the gateways log in as.' }),
    instanceUuid: t.exposeString('instance_uuid', {
      description: 'The UUID it calls itself by, whatever its address.',
    }),
    kind: t.expose('kind', { type: VCenterKind, description: 'A vCenter Server or a single host.' }),
    productVersion: t.exposeString('product_version', { description: 'Its version, `8.0.2` for example.' }),
    build: t.exposeString('build', { description: 'Its build number.' }),
    trustedFingerprint: t.exposeString('trusted_fingerprint', {
      nullable: true,
      description:
        'SHA-256 fingerprint of the TLS certificate that is trusted; null: only one signed by its `certificateAuthority`.',
    }),
    certificateAuthority: t.exposeString('certificate_authority', {
      nullable: true,
      description: 'PEM certificates of the authorities whose signature is trusted for it; null: none.',
    }),
    presentedFingerprint: t.exposeString('presented_fingerprint', {
      nullable: true,
      description:
        'While the status is CERTIFICATE_CHANGED: the fingerprint of the certificate it shows instead of the trusted one.',
    }),
    status: t.expose('status', { type: VCenterStatus, description: 'How the last conversation went.' }),
    statusSince: t.expose('status_since', { type: 'DateTime', description: 'Since when it has this status.' }),
    statusMessage: t.exposeString('status_message', {
      nullable: true,
      description: 'More about the status, for people.',
    }),
    inventoryState: t.expose('inventory_state', {
      type: InventoryState,
      description: 'How fresh the list of virtual machines is.',
    }),
    inventoryRefreshedAt: t.expose('inventory_refreshed_at', {
      type: 'DateTime',
      nullable: true,
      description: 'When the list of virtual machines was last read completely; null when never.',
    }),
    resourceGroup: t.field({
      type: ResourceGroup,
      nullable: true,
      description: 'The resource group it belongs to.',
      resolve: (vcenter, _args, { loaders }) => loaders.resourceGroups.load(vcenter.resource_group_id),
    }),
    gateways: t.field({
      type: [Gateway],
      nullable: true,
      description: 'The gateways it is reached through.',
      resolve: async (vcenter, _args, { loaders }) =>
        present(await loaders.gateways.loadMany(await loaders.gatewayIdsByVcenter.load(vcenter.id))),
    }),
    viewerCanUpdate: t.boolean(
      viewerCan('vcenter:write', 'Whether your access key may change its address, login or name.', isManaged),
    ),
    viewerCanRemove: t.boolean(
      viewerCan('vcenter:write', 'Whether your access key may remove it, and nobody has yet.', isManaged),
    ),
    viewerCanRefresh: t.boolean(
      viewerCan(
        'vcenter:write',
        'Whether your access key may have its virtual machines read again, and they are not being read now.',
        (vcenter) => isManaged(vcenter) && vcenter.inventory_state !== 'REFRESHING',
      ),
    ),
    createdAt: t.expose('created_at', { type: 'DateTime', description: 'When it was added.' }),
    removedAt: t.expose('removed_at', {
      type: 'DateTime',
      nullable: true,
      description:
        'When it was removed; null while it is managed. A removed one is in no list, but its virtual machines and recovery points still tell of it.',
    }),
    version: t.exposeInt('version', { description: 'Grows with every change.' }),
  }),
});

export const VCenterConnection = connectionType('VCenter', VCenter);
