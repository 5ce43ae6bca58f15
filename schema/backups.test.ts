import { expect, it } from 'vitest';
import { claim, finishBackup } from '../tests/support/control-scene.ts';
import { mutation } from '../tests/support/mutations.ts';
import { onApi } from '../tests/support/on-api.ts';
import { ask, newKey } from '../tests/support/public-api.ts';
import { encodeId } from './global-id.ts';

const startBackups = mutation(
  'startBackups',
  'startedCount failedCount outcomes { virtualMachineId virtualMachine { name } job { id status quiesce virtualMachine { id } } error { __typename code message remedy retryable ... on InvalidInputError { issues { path code } } } }',
);
const protection =
  'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on VirtualMachine { protection { state ageSeconds recoveryPointCount lastRecoveryPoint { id } nextBackup { id status } lastBackup { id status } } } } }';

onApi('backups', (suite) => {
  const vmIds = () => suite.scene.virtualMachineIds.map((id) => encodeId('VirtualMachine', id));
  const start = async (input: Record<string, unknown>) => (await suite.read(startBackups, { input })).startBackups;
  const protectionOf = async (ids: readonly string[]) => {
    const { nodes } = await suite.read(protection, { ids });
    return nodes.map((node: { protection: unknown }) => node.protection);
  };

  it('starts many at once; one that cannot be started keeps none of the others from it', async () => {
    const { scene } = suite;
    const unknown = encodeId('VirtualMachine', scene.vaultId);
    const [first, second, third] = vmIds();
    const input = {
      virtualMachineIds: [first, unknown, second, first],
      quiesce: 'NONE',
      idempotencyKey: 'tonight',
    };
    const made = await start(input);
    expect(made).toMatchObject({ startedCount: 2, failedCount: 1 });
    expect(made.outcomes).toMatchObject([
      {
        virtualMachineId: first,
        job: { status: 'QUEUED', quiesce: 'NONE', virtualMachine: { id: first } },
        error: null,
      },
      { virtualMachineId: unknown, virtualMachine: null, job: null, error: { __typename: 'NotFoundError' } },
      { virtualMachineId: second, job: { status: 'QUEUED' }, error: null },
    ]);

    const again = await start(input);
    expect(again.outcomes[0].job.id).toBe(made.outcomes[0].job.id);
    expect(again.outcomes[2].job.id).toBe(made.outcomes[2].job.id);
    expect(again.outcomes[1].error.code).toBe('NOT_FOUND');
    expect(await start({ ...input, forceFull: true })).toMatchObject({ __typename: 'IdempotencyConflictError' });

    const more = await start({ virtualMachineIds: [first, third] });
    expect(more.outcomes).toMatchObject([
      { job: null, error: { __typename: 'ConflictError', code: 'BACKUP_ALREADY_OPEN', retryable: true } },
      { job: { status: 'QUEUED' }, error: null },
    ]);
  });

  it('refuses as a whole what is wrong for all', async () => {
    const [first] = vmIds();
    expect(await start({ virtualMachineIds: [] })).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['virtualMachineIds'] }],
    });
    expect(await start({ virtualMachineIds: Array.from({ length: 101 }, () => first) })).toMatchObject({
      __typename: 'InvalidInputError',
    });
    expect(await start({ virtualMachineIds: [first, 'nonsense'] })).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['virtualMachineIds', '1'], code: 'MALFORMED_ID' }],
    });
    expect(await start({ virtualMachineIds: [first], startBefore: '2020-01-01T00:00:00Z' })).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['startBefore'], code: 'IN_THE_PAST' }],
    });
    const reader = await newKey(suite.control, { scopes: ['job:read', 'vcenter:read'] });
    const { data } = await ask(suite.api, reader, startBackups, { input: { virtualMachineIds: [first] } });
    expect(data.startBackups).toMatchObject({ __typename: 'ForbiddenError', requiredScope: 'job:write' });
    const other = await newKey(suite.control, { resourceGroups: [] });
    const foreign = await ask(suite.api, other, startBackups, { input: { virtualMachineIds: [first] } });
    expect(foreign.data.startBackups.outcomes[0]).toMatchObject({ job: null, error: { code: 'NOT_FOUND' } });
  });

  it('tells how well a virtual machine is protected', async () => {
    const { control, scene } = suite;
    const [first = '', second = '', third = ''] = vmIds();
    expect(await protectionOf([first])).toMatchObject([
      { state: 'UNPROTECTED', ageSeconds: null, recoveryPointCount: 0, lastRecoveryPoint: null, lastBackup: null },
    ]);
    const { work: given } = await claim(control, scene.gateway, [], 1);
    const [work] = given;
    if (!work) throw new Error('no backup was given out');
    const pointId = await finishBackup(control, scene.gateway, work);
    const [one, two, three] = await protectionOf([first, second, third]);
    expect(one).toMatchObject({
      state: 'PROTECTED',
      ageSeconds: expect.any(Number),
      recoveryPointCount: 1,
      lastRecoveryPoint: { id: encodeId('RecoveryPoint', pointId) },
      nextBackup: null,
      lastBackup: { id: encodeId('BackupJob', work.jobId), status: 'COMPLETE' },
    });
    for (const waiting of [two, three])
      expect(waiting).toMatchObject({ state: 'UNPROTECTED', nextBackup: { status: 'QUEUED' }, lastBackup: null });
    const reader = await newKey(control, { scopes: ['vcenter:read'] });
    const { data, errors } = await ask(suite.api, reader, protection, { ids: [first] });
    expect(data.nodes[0].protection).toBeNull();
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN' });
  });
});
