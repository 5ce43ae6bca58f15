import {
  certificateLink,
  type DownloadLink as DownloadLinkRow,
  packageLink,
} from '../control/downloads/download-links.ts';
import { builder } from './builder.ts';
import { DownloadLink } from './download-link.ts';
import { commonErrors, packageErrors } from './errors.ts';
import { decodeId } from './global-id.ts';

interface Linked {
  readonly link: DownloadLinkRow;
}

const DownloadGatewayPackageInput = builder.inputType('DownloadGatewayPackageInput', {
  description: 'What `downloadGatewayPackage` takes.',
  fields: (t) => ({ gatewayId: t.id({ required: true, description: 'The gateway that is to be installed.' }) }),
});

const DownloadGatewayPackagePayload = builder.objectRef<Linked>('DownloadGatewayPackagePayload').implement({
  description: 'What `downloadGatewayPackage` answers with.',
  fields: (t) => ({
    link: t.field({
      type: DownloadLink,
      description: 'The package: an OVA file to be deployed in the vSphere client.',
      resolve: ({ link }) => link,
    }),
  }),
});

builder.mutationField('downloadGatewayPackage', (t) =>
  t.field({
    type: DownloadGatewayPackagePayload,
    nullable: true,
    authScopes: { scope: 'gateway:write' },
    errors: {
      types: [...commonErrors, ...packageErrors],
      union: { name: 'DownloadGatewayPackageResult', description: 'A link, or an error.' },
    },
    description:
      'Gives a new link to the gateway package, at any time and as often as needed. A mutation, because whoever has the link has the file. Scope: `gateway:write`.',
    args: { input: t.arg({ type: DownloadGatewayPackageInput, required: true, description: 'For which gateway.' }) },
    resolve: async (_root, { input }, { control, viewer }) => ({
      link: await packageLink(control, viewer, decodeId(input.gatewayId, 'Gateway', ['gatewayId'])),
    }),
  }),
);

const DownloadGatewayCertificateInput = builder.inputType('DownloadGatewayCertificateInput', {
  description: 'What `downloadGatewayCertificate` takes.',
  fields: (t) => ({ gatewayId: t.id({ required: true, description: 'The gateway that is to be activated.' }) }),
});

const DownloadGatewayCertificatePayload = builder.objectRef<Linked>('DownloadGatewayCertificatePayload').implement({
  description: 'What `downloadGatewayCertificate` answers with.',
  fields: (t) => ({
    link: t.field({
      type: DownloadLink,
      description: 'The certificate that was issued last: a file to be chosen on the gateway’s own page, unchanged.',
      resolve: ({ link }) => link,
    }),
  }),
});

builder.mutationField('downloadGatewayCertificate', (t) =>
  t.field({
    type: DownloadGatewayCertificatePayload,
    nullable: true,
    authScopes: { scope: 'gateway:write' },
    errors: {
      types: commonErrors,
      union: { name: 'DownloadGatewayCertificateResult', description: 'A link, or an error.' },
    },
    description:
      'Gives a new link to the certificate that was issued last, as long as it was not used and has not expired; after that `issueGatewayCertificate` makes another. Scope: `gateway:write`.',
    args: {
      input: t.arg({ type: DownloadGatewayCertificateInput, required: true, description: 'For which gateway.' }),
    },
    resolve: async (_root, { input }, { control, viewer }) => ({
      link: await certificateLink(control, viewer, decodeId(input.gatewayId, 'Gateway', ['gatewayId'])),
    }),
  }),
);
