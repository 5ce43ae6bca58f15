import { encodeId } from '../../schema/global-id.ts';
import type { ApiSuite } from './on-api.ts';
import { type Answer, read } from './public-api.ts';

const errorFields =
  '... on Error { code message remedy path retryable } ... on InvalidInputError { issues { path code message } } ... on ForbiddenError { requiredScope }';
/** A document for one mutation, asking for `payload` and everything an error tells. */
export const mutation = (field: string, payload: string) => {
  const capital = field.charAt(0).toUpperCase() + field.slice(1);
  return `mutation ($input: ${capital}Input!) { ${field}(input: $input) { __typename ... on ${capital}Payload { ${payload} } ${errorFields} } }`;
};
export const mutationDocuments = {
  createResourceGroup: mutation('createResourceGroup', 'resourceGroup { id name createdAt version }'),
  createVault: mutation(
    'createVault',
    'vault { id name regionId region { name } redundancyType redundancyReason status resourceGroup { name } } recoveryKey',
  ),
  createGateway: mutation(
    'createGateway',
    'gateway { id name status platform networkType useHttps transport vault { id } latestCertificate { id } } newVault { id name regionId redundancyType redundancyReason resourceGroup { id } } recoveryKey certificate { id expiresAt } certificateDownload { url fileName sizeBytes sha256 version expiresAt } packageDownload { url vpc: url(networkType: VPC) fileName sizeBytes sha256 version expiresAt } packageProblem { code message remedy retryable }',
  ),
  issueGatewayCertificate: mutation(
    'issueGatewayCertificate',
    'certificate { id expiresAt usedAt gateway { id } } fileName content download { url fileName sha256 }',
  ),
  downloadGatewayPackage: mutation(
    'downloadGatewayPackage',
    'link { url vpc: url(networkType: VPC) fileName sizeBytes sha256 version expiresAt }',
  ),
  downloadGatewayCertificate: mutation(
    'downloadGatewayCertificate',
    'link { url vpc: url(networkType: VPC) fileName sizeBytes sha256 version expiresAt }',
  ),
  addVCenter: mutation('addVCenter', 'vcenter { id name status kind gateways { id } inventoryState }'),
  refreshInventory: mutation('refreshInventory', 'vcenter { id inventoryState }'),
  startBackup: mutation(
    'startBackup',
    'job { id kind status quiesce forceFull viewerCanCancel virtualMachine { name } gateway { id } vault { id } attempts { number } progress { percent } }',
  ),
  startRestore: mutation('startRestore', 'job { id status vmName recoveryPoint { id } restoredVm { name } }'),
  cancelJob: mutation('cancelJob', 'job { __typename id status viewerCanCancel finishedAt }'),
  createAccessKey: mutation(
    'createAccessKey',
    'accessKey { id keyId name scopes allResourceGroups resourceGroups { id } expiresAt } secret',
  ),
  rotateAccessKey: mutation('rotateAccessKey', 'accessKey { id keyId version } secret'),
  updateAccessKey: mutation(
    'updateAccessKey',
    'accessKey { id name scopes allResourceGroups resourceGroups { id } expiresAt version }',
  ),
  revokeAccessKey: mutation('revokeAccessKey', 'accessKey { id revokedAt version }'),
};
export type MutationField = keyof typeof mutationDocuments;

/** What the mutations' suites do all the time. */
export interface Mutations {
  /** Runs one mutation, with the administrator's key unless another is given; top-level errors are thrown. */
  run(field: MutationField, input: Record<string, unknown>, key?: string): Promise<Answer['data']>;
  /** An input for createGateway that is right. */
  gatewayInput(changes?: Record<string, unknown>): Record<string, unknown>;
  vmId(index: 0 | 1 | 2): string;
}

export function mutationsOf(suite: ApiSuite): Mutations {
  return {
    async run(field, input, key = suite.key) {
      return (await read(suite.api, key, mutationDocuments[field], { input }))[field];
    },
    gatewayInput: (changes = {}) => ({
      vaultId: encodeId('Vault', suite.scene.vaultId),
      name: `gateway ${suite.control.ids.uuid()}`,
      platform: 'ONPREM_VSPHERE',
      networkType: 'INTERNET',
      ...changes,
    }),
    vmId: (index) => encodeId('VirtualMachine', suite.scene.virtualMachineIds[index]),
  };
}
