import type { ErrorDetails } from '../base/errors.ts';
import type { DownloadLink as DownloadLinkRow } from '../control/downloads/download-links.ts';
import { ConflictError } from '../control/errors.ts';
import { builder } from './builder.ts';
import { NetworkType } from './enums.ts';

export const DownloadLink = builder.objectRef<DownloadLinkRow>('DownloadLink').implement({
  description:
    'A file that can be fetched for a while with nothing but its URL: `GET` or `HEAD`, with `Range` to go on where a broken download ended. Treat the URL as a secret. It stops working when it expires, when the access key that asked for it is revoked, and with what it names.',
  fields: (t) => ({
    url: t.string({
      nullable: true,
      args: {
        networkType: t.arg({
          type: NetworkType,
          description:
            'From where it is fetched, VPC from a jump server inside the VPC. When left out: INTERNET, or VPC where the control plane is reached from there only.',
        }),
      },
      description:
        'Where to fetch the file. Null, with the error NETWORK_NOT_AVAILABLE, for a network on which the control plane is not reached.',
      resolve: ({ bases, path }, { networkType }) => {
        const base = networkType ? bases[networkType] : (bases.INTERNET ?? bases.VPC);
        if (base === undefined) throw notAvailable(networkType ?? 'INTERNET');
        return `${base}${path}`;
      },
    }),
    fileName: t.exposeString('fileName', { description: 'The name to save the file under.' }),
    sizeBytes: t.expose('sizeBytes', { type: 'ByteCount', description: 'Its size in bytes.' }),
    sha256: t.exposeString('sha256', {
      description: 'SHA-256 of the whole file in lower-case hex, to check what arrived.',
    }),
    version: t.exposeString('version', {
      nullable: true,
      description: 'Of the gateway package, where the operator says it; null otherwise.',
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      description: 'Until when a download can be begun or gone on with; ask for a new link then.',
    }),
  }),
});

export const PackageProblem = builder.objectRef<ErrorDetails>('PackageProblem').implement({
  description:
    'Why there is no gateway package to download, as `PackageNotPublishedError` of `downloadGatewayPackage` tells it.',
  fields: (t) => ({
    code: t.exposeString('code', {
      description: '`PACKAGE_NOT_PUBLISHED`, `PACKAGE_UNREADABLE` or `PACKAGE_DAMAGED`.',
    }),
    message: t.exposeString('message', { description: 'One sentence for people: what is wrong.' }),
    remedy: t.exposeString('remedy', { description: 'One sentence for people: what to configure.' }),
    retryable: t.exposeBoolean('retryable', { description: 'Whether it may pass without a change.' }),
  }),
});

function notAvailable(network: string): ConflictError {
  return new ConflictError(
    'NETWORK_NOT_AVAILABLE',
    `The control plane is not reached on the network ${network}.`,
    'Ask for the URL on the other network type.',
  );
}
