import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { authenticate } from '../../control/access-keys/authenticate.ts';
import { issueAccessKey } from '../../control/access-keys/issue-access-key.ts';
import { activateGateway } from '../../control/activation/activate.ts';
import { issueActivationChallenge } from '../../control/activation/activation-challenge.ts';
import { authenticateGateway } from '../../control/activation/authenticate-gateway.ts';
import { hello } from '../../control/activation/hello.ts';
import { issueToken, issueTokenChallenge } from '../../control/activation/token.ts';
import { claimWork } from '../../control/attempts/claim-work.ts';
import { completeAttempt } from '../../control/attempts/complete.ts';
import type { ControlContext } from '../../control/context.ts';
import { createGateway } from '../../control/gateways/create-gateway.ts';
import { issueGatewayCertificate } from '../../control/gateways/issue-gateway-certificate.ts';
import { commitRecoveryPoint } from '../../control/recovery-points/commit.ts';
import { scopes } from '../../control/scopes.ts';
import { createVault } from '../../control/vaults/create-vault.ts';
import type { Viewer } from '../../control/viewer.ts';
import {
  type ActivationRequest,
  type AgentDescription,
  activationSignatureInput,
  tokenSignatureInput,
} from '../../protocol/activation.ts';
import type { CommitRequest, Outcome, TransferStatistics, Work } from '../../protocol/work.ts';

/** What control's tests start from: an administrator, a vault, an activated gateway with a vCenter of three VMs. */
export interface ControlScene {
  readonly viewer: Viewer;
  /** `<id>.<secret>` of the administrator. */
  readonly accessKey: string;
  readonly vaultId: string;
  readonly gateway: SceneGateway;
  readonly vcenterId: string;
  readonly virtualMachineIds: readonly [string, string, string];
}

export interface GatewayKeys {
  readonly signing: { readonly privateKey: KeyObject; readonly publicKey: KeyObject };
  readonly sealing: { readonly privateKey: KeyObject; readonly publicKey: KeyObject };
}

/** A gateway as an agent would play it, calling control's functions directly. */
export interface SceneGateway {
  readonly gatewayId: string;
  readonly keys: GatewayKeys;
  readonly instanceId: string;
}

export const agent: AgentDescription = { version: '0.0.0-test', hostname: 'gateway-1', cpuCount: 2, vmUuid: null };
export const vcenterPassword = 'p@ss:w/ö#rd %"\'';

export async function createScene(control: ControlContext): Promise<ControlScene> {
  const { accessKey, viewer } = await createAdministrator(control);
  const { vault } = await createVault(control, viewer, { name: `vault ${control.ids.uuid()}`, regionId: 'sandbox-1' });
  const gateway = await createActivatedGateway(control, viewer, accessKey, vault.id);
  const { vcenterId, virtualMachineIds } = await createVcenter(control, vault.resource_group_id, gateway.gatewayId);
  return { viewer, accessKey, vaultId: vault.id, gateway, vcenterId, virtualMachineIds };
}

export async function createAdministrator(control: ControlContext) {
  const { secret } = await issueAccessKey(control, {
    name: 'administrator',
    scopes: [...scopes],
    resourceGroups: 'ALL',
    expiresAt: null,
  });
  const viewer = await authenticate(control, secret);
  if (!viewer) throw new Error('the new access key does not work');
  return { accessKey: secret, viewer };
}

export async function createGatewayRow(
  control: ControlContext,
  viewer: Viewer,
  vaultId: string,
  transport: 'AUTO' | 'HOTADD' | 'NFC' = 'AUTO',
): Promise<string> {
  const { gateway } = await createGateway(control, viewer, {
    vaultId,
    name: `gw ${control.ids.uuid()}`,
    platform: 'ONPREM_VSPHERE',
    networkType: 'INTERNET',
    useHttps: true,
    transport,
  });
  return gateway.id;
}

export async function issueCertificate(control: ControlContext, viewer: Viewer, gatewayId: string): Promise<string> {
  const { content } = await issueGatewayCertificate(control, viewer, { gatewayId });
  if (content === null) throw new Error('no certificate');
  return content;
}

export function generateGatewayKeys(): GatewayKeys {
  return { signing: generateKeyPairSync('ed25519'), sealing: generateKeyPairSync('x25519') };
}

/** The body an agent would send; `changes` spoil it before it is signed. */
export async function activationRequest(
  control: ControlContext,
  certificate: string,
  accessKey: string,
  keys: GatewayKeys,
  changes: Partial<ActivationRequest> = {},
): Promise<ActivationRequest> {
  const challenge = changes.challenge ?? (await issueActivationChallenge(control, { certificate })).challenge;
  const [accessKeyId = '', accessKeySecret = ''] = accessKey.split('.');
  const never = new AbortController().signal;
  const unsigned = {
    certificate,
    challenge,
    proof: {
      ...(await control.identity.prove({ accessKeyId, accessKeySecret }, challenge, never)),
      values: { challenge, secret: accessKeySecret },
    },
    signingKey: keys.signing.publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
    sealingKey: keys.sealing.publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
    controlNetwork: 'INTERNET' as const,
    messageNetwork: 'INTERNET' as const,
    agent,
    ...changes,
  };
  const signature = sign(null, activationSignatureInput(unsigned), keys.signing.privateKey).toString('base64');
  return { signature, ...unsigned };
}

export async function createActivatedGateway(
  control: ControlContext,
  viewer: Viewer,
  accessKey: string,
  vaultId: string,
): Promise<SceneGateway> {
  const gatewayId = await createGatewayRow(control, viewer, vaultId);
  const keys = generateGatewayKeys();
  const certificate = await issueCertificate(control, viewer, gatewayId);
  const request = await activationRequest(control, certificate, accessKey, keys);
  await activateGateway(control, request, new AbortController().signal);
  const instanceId = control.ids.uuid();
  await hello(control, { gatewayId }, { instanceId, previousInstanceId: null, agent });
  return { gatewayId, keys, instanceId };
}

export async function bearerOf(control: ControlContext, gatewayId: string, keys: GatewayKeys): Promise<string> {
  const { challenge } = await issueTokenChallenge(control, { gatewayId });
  const signature = sign(null, tokenSignatureInput(gatewayId, challenge), keys.signing.privateKey).toString('base64');
  const { token } = await issueToken(control, { gatewayId, challenge, signature });
  await authenticateGateway(control, token);
  return token;
}

/** A vCenter with three VMs of one disk each, as an inventory refresh would have left it. */
export async function createVcenter(control: ControlContext, resourceGroupId: string, gatewayId: string) {
  const now = new Date(control.clock.now());
  const vcenterId = control.ids.uuid();
  const refreshId = control.ids.uuid();
  const place = { table: 'vcenter', column: 'password_sealed', id: vcenterId };
  await control.db
    .insertInto('vcenter')
    .values({
      id: vcenterId,
      resource_group_id: resourceGroupId,
      instance_uuid: control.ids.uuid(),
      name: 'vcenter-1',
      address: '127.0.0.1:443',
      username: 'backup@vsphere.local',
      password_sealed: control.vault.seal(Buffer.from(vcenterPassword), place),
      kind: 'VCENTER',
      product_version: '8.0.3',
      build: '24022515',
      platform_driver: 'vsphere',
      status: 'CONNECTED',
      created_at: now,
    })
    .execute();
  await control.db.insertInto('vcenter_gateway').values({ vcenter_id: vcenterId, gateway_id: gatewayId }).execute();
  const virtualMachineIds = [control.ids.uuid(), control.ids.uuid(), control.ids.uuid()] as const;
  for (const [index, id] of virtualMachineIds.entries()) {
    await control.db
      .insertInto('virtual_machine')
      .values({
        id,
        vcenter_id: vcenterId,
        resource_group_id: resourceGroupId,
        instance_uuid: control.ids.uuid(),
        bios_uuid: control.ids.uuid(),
        ref: `vm-${index + 1}`,
        name: `vm ${index + 1}`,
        path: `/dc/vm ${index + 1}`,
        power_state: 'POWERED_ON',
        template: false,
        change_tracking_enabled: true,
        cpu_count: 2,
        memory_bytes: 2 ** 31,
        config_file: `[ds] vm ${index + 1}/vm.vmx`,
        networks: JSON.stringify(['VM Network']),
        refresh_id: refreshId,
        first_seen_at: now,
        last_seen_at: now,
      })
      .execute();
  }
  return { vcenterId, virtualMachineIds };
}

export const statistics: TransferStatistics = {
  bytesTotal: 1_024,
  bytesRead: 1_024,
  bytesZero: 512,
  bytesDeduplicated: 0,
  bytesStored: 300,
  durationMs: 10,
};

export const complete = { status: 'COMPLETE', findings: [], statistics, restoredVm: null } satisfies Outcome;

export const retry = (code = 'UNREACHABLE') => ({
  status: 'RETRY' as const,
  error: { code, message: 'not now', remedy: 'wait', retryable: true },
  findings: [],
});

/** Claims once, with what the gateway is `running` already. */
export function claim(
  control: ControlContext,
  gateway: SceneGateway,
  running: readonly string[] = [],
  freeSlots = 4,
  instanceId = gateway.instanceId,
) {
  const principal = { gatewayId: gateway.gatewayId };
  return claimWork(control, principal, { instanceId, freeSlots, running: [...running] });
}

/** Claims until it gets the one job that waits. */
export async function claimOne(control: ControlContext, gateway: SceneGateway): Promise<Work> {
  const { work } = await claim(control, gateway);
  const [first, ...rest] = work;
  if (!first || rest.length > 0) throw new Error(`expected one job to claim, got ${work.length}`);
  return first;
}

export function commitBody(work: Work, changes: Partial<CommitRequest> = {}): CommitRequest {
  if (work.kind !== 'BACKUP') throw new Error('not a backup');
  return {
    fence: work.fence,
    manifestKey: `manifests/${work.virtualMachine.virtualMachineId}/${work.jobId}`,
    manifestHash: 'ab'.repeat(32),
    capturedAt: '2026-01-01T00:00:00.000Z',
    quiesced: true,
    kind: 'FULL',
    disks: [{ uuid: 'disk-1', key: 2_000, label: 'Hard disk 1', capacityBytes: 1_024, mode: 'FULL', fullReason: null }],
    statistics,
    ...changes,
  };
}

/** Commits and completes a claimed backup; returns the recovery point's id. */
export async function finishBackup(control: ControlContext, gateway: SceneGateway, work: Work): Promise<string> {
  const principal = { gatewayId: gateway.gatewayId };
  const { recoveryPointId } = await commitRecoveryPoint(control, principal, work.attemptId, commitBody(work));
  await completeAttempt(control, principal, work.attemptId, { fence: work.fence, outcome: complete });
  return recoveryPointId;
}

export function readJob(control: ControlContext, jobId: string) {
  return control.db.selectFrom('job').selectAll().where('id', '=', jobId).executeTakeFirstOrThrow();
}

export async function jobEvents(control: ControlContext, jobId: string): Promise<readonly string[]> {
  const rows = await control.db
    .selectFrom('event')
    .select('type')
    .where('subject_id', '=', jobId)
    .orderBy('position')
    .execute();
  return rows.map((row) => row.type);
}
