import type { Clock } from '../../base/clock.ts';
import { HoldfastError } from '../../base/errors.ts';
import { ApiError, payload } from '../../client/api-error.ts';
import type { Client } from '../../client/client.ts';
import {
  AddVCenterDocument,
  CreateGatewayDocument,
  GatewayStatusDocument,
  type JobDetailsFragment,
  JobDocument,
  JobProgressDocument,
  RefreshInventoryDocument,
  StartBackupDocument,
  StartRestoreDocument,
  type TransportMode,
  VCenterDocument,
  VirtualMachinesDocument,
  type VirtualMachinesQuery,
} from '../../client/gen/documents.ts';

/** What every step of the journey needs: a signed-in client and a way to stop. */
export interface Traveller {
  readonly client: Client;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export type ListedVm = NonNullable<VirtualMachinesQuery['virtualMachines']>['nodes'][number];

const finalStatuses: readonly string[] = ['COMPLETE', 'PARTIAL_COMPLETE', 'FAILED', 'CANCELED', 'EXPIRED'];

/** Creates a gateway together with a new vault, and downloads the gateway's certificate. */
export async function createVaultAndGateway(
  { client, signal }: Traveller,
  names: {
    readonly regionId: string;
    readonly vault: string;
    readonly gateway: string;
    /** AUTO unless given. */
    readonly transport?: TransportMode;
    /** False unless given. */
    readonly useHttps?: boolean;
  },
): Promise<{ vaultId: string; recoveryKey: string | null; gatewayId: string; certificate: string }> {
  const input = {
    newVault: { regionId: names.regionId, name: names.vault },
    name: names.gateway,
    platform: 'ONPREM_VSPHERE',
    networkType: 'INTERNET',
    useHttps: names.useHttps ?? false,
    transport: names.transport ?? 'AUTO',
    idempotencyKey: `demo-gateway-${names.gateway}`,
  } as const;
  const { gateway, newVault, recoveryKey, certificateDownload } = payload(
    (await client.mutate(CreateGatewayDocument, { input }, { signal })).createGateway,
    'CreateGatewayPayload',
  );
  const certificate = await download(certificateDownload?.url, signal);
  return { vaultId: newVault?.id ?? '', recoveryKey: recoveryKey ?? null, gatewayId: gateway.id, certificate };
}

/** A certificate from its link: nothing but the URL is needed. */
async function download(url: string | null | undefined, signal: AbortSignal): Promise<string> {
  const response = await fetch(url ?? '', { signal });
  if (response.ok) return response.text();
  throw new HoldfastError({
    code: 'DOWNLOAD_REFUSED',
    message: `The certificate could not be downloaded (${response.status}): ${await response.text()}`,
    remedy: 'Check that the control plane’s public URL leads to it.',
    retryable: false,
  });
}

/** Resolves when the gateway is online, as its subscription tells. */
export async function waitForGateway({ client, signal }: Traveller, gatewayId: string): Promise<void> {
  for await (const { gatewayStatus } of client.subscribe(GatewayStatusDocument, { gatewayId }, { signal }))
    if (gatewayStatus.gateway.status === 'ACTIVATED') return;
  signal.throwIfAborted();
}

/** Adds the vCenter as a careful person would: asks first, compares the fingerprint shown with the known one, then trusts it. */
export async function addVCenter(
  { client, signal }: Traveller,
  input: { gatewayId: string; address: string; username: string; password: string },
  knownFingerprint: string,
): Promise<string> {
  const first = (await client.mutate(AddVCenterDocument, { input }, { signal })).addVCenter;
  if (first?.__typename !== 'CertificateNotTrustedError') return payload(first, 'AddVCenterPayload').vcenter.id;
  if (first.presentedFingerprint !== knownFingerprint)
    throw new HoldfastError({
      code: 'FINGERPRINT_DIFFERS',
      message: `The vCenter shows the certificate ${first.presentedFingerprint}, not ${knownFingerprint}.`,
      remedy: 'Somebody may be between the gateway and the vCenter; check the network.',
      retryable: false,
    });
  const trusted = { ...input, certificateFingerprint: first.presentedFingerprint };
  const second = (await client.mutate(AddVCenterDocument, { input: trusted }, { signal })).addVCenter;
  return payload(second, 'AddVCenterPayload').vcenter.id;
}

/** Reads the vCenter's inventory anew and lists its virtual machines. */
export async function listVirtualMachines(
  { client, clock, signal }: Traveller,
  vcenterId: string,
): Promise<readonly ListedVm[]> {
  payload(
    (await client.mutate(RefreshInventoryDocument, { input: { vcenterId } }, { signal })).refreshInventory,
    'RefreshInventoryPayload',
  );
  for (;;) {
    const { vcenter } = await client.query(VCenterDocument, { id: vcenterId }, { signal });
    if (vcenter?.inventoryState === 'CURRENT') break;
    if (vcenter?.inventoryState === 'FAILED')
      throw new ApiError({
        code: 'INVENTORY_FAILED',
        message: vcenter.statusMessage ?? 'The inventory could not be read.',
      });
    await clock.sleep(200, signal);
  }
  const { virtualMachines } = await client.query(
    VirtualMachinesDocument,
    { first: 100, filter: { vcenterId } },
    { signal },
  );
  return virtualMachines?.nodes ?? [];
}

export async function startBackup(
  { client, signal }: Traveller,
  input: { virtualMachineId: string; forceFull?: boolean; idempotencyKey?: string },
): Promise<string> {
  const { startBackup } = await client.mutate(StartBackupDocument, { input }, { signal });
  return payload(startBackup, 'StartBackupPayload').job.id;
}

export async function startRestore(
  { client, signal }: Traveller,
  input: { recoveryPointId: string; vmName: string; idempotencyKey?: string },
): Promise<string> {
  const { startRestore } = await client.mutate(StartRestoreDocument, { input }, { signal });
  return payload(startRestore, 'StartRestorePayload').job.id;
}

/** Follows a job by its subscription to its end; should the connection be lost, it is opened again. */
export async function followJob(
  { client, clock, signal }: Traveller,
  jobId: string,
  onUpdate: (job: JobDetailsFragment) => void = () => undefined,
): Promise<JobDetailsFragment> {
  for (;;) {
    try {
      for await (const { jobProgress } of client.subscribe(JobProgressDocument, { jobId }, { signal })) {
        onUpdate(jobProgress.job);
        if (finalStatuses.includes(jobProgress.job.status)) return jobProgress.job;
      }
      const { job } = await client.query(JobDocument, { id: jobId }, { signal });
      if (job && finalStatuses.includes(job.status)) return job;
    } catch (error) {
      if (!(error instanceof ApiError && error.retryable)) throw error;
    }
    signal.throwIfAborted();
    await clock.sleep(500, signal);
  }
}

/** The job if it is COMPLETE; throws what it says went wrong otherwise. */
export function mustBeComplete(job: JobDetailsFragment): JobDetailsFragment {
  if (job.status === 'COMPLETE') return job;
  throw new HoldfastError({
    code: job.error?.code ?? 'JOB_NOT_COMPLETE',
    message: `The ${job.kind.toLowerCase()} job ended ${job.status}: ${job.error?.message ?? job.findings.map((finding) => finding.message).join(' ')}`,
    remedy: job.error?.remedy ?? 'Read the gateway log.',
    retryable: false,
  });
}
