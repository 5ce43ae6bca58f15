import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach } from 'vitest';
import { deletionSweeper } from '../../control/deletion/deletion-sweeper.ts';
import { startBackup } from '../../control/jobs/start-backup.ts';
import { sweeper } from '../../control/jobs/sweeper.ts';
import { encodeId } from '../../schema/global-id.ts';
import { type ControlScene, claimOne, createActivatedGateway, createScene, finishBackup } from './control-scene.ts';
import { mutation } from './mutations.ts';
import type { ApiSuite } from './on-api.ts';
import { ask } from './public-api.ts';

/** What an answer tells of a deletion's impact. */
export const impact =
  'recoveryPoints virtualMachines virtualMachinesLosingAll logicalBytes storedBytes gateways openJobs jobs { id } byVirtualMachine { virtualMachine { name } recoveryPoints otherRecoveryPoints storedBytes }';
const documents = {
  deleteGateway: mutation(
    'deleteGateway',
    `gatewayId gateway { id status } deletesBackupData impact { ${impact} }`,
  ).replace('... on Error', '... on GatewayHasJobsError { jobs { id kind status } totalCount } ... on Error'),
  deleteVault: mutation('deleteVault', `vaultId vault { id status } impact { ${impact} }`).replace(
    '... on Error',
    '... on VaultHasJobsError { jobs { id } totalCount } ... on Error',
  ),
  deleteRecoveryPoints: mutation('deleteRecoveryPoints', 'recoveryPointIds recoveryPoints { id status }'),
  updateVault: mutation('updateVault', 'vault { id name version }'),
  createGateway: mutation('createGateway', 'gateway { id }'),
  createVault: mutation('createVault', 'vault { id }'),
} as const;

export const never = new AbortController().signal;

/** What tests of deletion do all the time, with a scene of its own for each test. */
export function deletionScene(suite: ApiSuite) {
  let scene: ControlScene;
  let gatewayName: string;
  beforeEach(async () => {
    // What an earlier test left to be deleted must not use up the faults of this one.
    await sweep();
    scene = await createScene(suite.control);
    gatewayName = (await gatewayRow(scene.gateway.gatewayId)).name;
  });

  const run = async (field: keyof typeof documents, input: Record<string, unknown>, key = suite.key) => {
    const { data, errors } = await ask(suite.api, key, documents[field], { input });
    if (errors) throw new Error(JSON.stringify(errors));
    return data[field];
  };
  const gatewayRow = (id: string) =>
    suite.control.db.selectFrom('gateway').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  const deleteGateway = (input: Record<string, unknown> = {}, key?: string) =>
    run('deleteGateway', { gatewayId: encodeId('Gateway', scene.gateway.gatewayId), ...input }, key);
  const sweep = async () => {
    await sweeper(suite.control).runOnce();
    return deletionSweeper(suite.control).runOnce(never);
  };
  const keysOf = async (vaultId: string) => {
    const root = join(suite.control.storageRoot, 'vaults', vaultId);
    const files = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
    const paths = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
    return paths.map((path) => path.slice(root.length + 1)).sort();
  };
  /** A recovery point with the objects that a real one has, and packs beside them. */
  const backup = async (vm: 0 | 1 | 2 = 0, gateway = scene.gateway) => {
    const virtualMachineId = scene.virtualMachineIds[vm];
    await startBackup(suite.control, scene.viewer, { virtualMachineId, gatewayId: gateway.gatewayId });
    const work = await claimOne(suite.control, gateway);
    const id = await finishBackup(suite.control, gateway, work);
    const name = `${virtualMachineId}/${work.jobId}`;
    for (const key of [`manifests/${name}`, `commits/${name}`, `packs/ab/${work.jobId}`]) {
      const path = join(suite.control.storageRoot, 'vaults', scene.vaultId, key);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, key);
    }
    return { id, gid: encodeId('RecoveryPoint', id), name, jobId: work.jobId };
  };
  const eventsOf = async (id: string) => {
    const rows = suite.control.db.selectFrom('event').select('type').where('subject_id', '=', id).orderBy('position');
    return (await rows.execute()).map(({ type }) => type);
  };
  const otherGateway = async () => {
    const other = await createActivatedGateway(suite.control, scene.viewer, scene.accessKey, scene.vaultId);
    const link = { vcenter_id: scene.vcenterId, gateway_id: other.gatewayId };
    await suite.control.db.insertInto('vcenter_gateway').values(link).execute();
    return other;
  };
  return {
    get scene() {
      return scene;
    },
    get gatewayName() {
      return gatewayName;
    },
    run,
    gatewayRow,
    deleteGateway,
    sweep,
    keysOf,
    backup,
    eventsOf,
    otherGateway,
  };
}
