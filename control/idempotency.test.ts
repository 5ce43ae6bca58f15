import { beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { createTestControl } from '../tests/support/control.ts';
import { serverDatabases } from '../tests/support/databases.ts';
import { onDatabases } from '../tests/support/on-databases.ts';
import { createViewer } from '../tests/support/viewers.ts';
import { IdempotencyConflictError } from './errors.ts';
import { inTransaction } from './events/in-transaction.ts';
import { forgetIdempotencyKeys, idempotencyLifeMs, idempotent } from './idempotency.ts';
import { createResourceGroup } from './resource-groups/resource-groups.ts';
import { createVault } from './vaults/create-vault.ts';
import type { Viewer } from './viewer.ts';

const clock = new ManualClock();

onDatabases(
  'idempotency keys',
  (suite) => {
    let viewer: Viewer;
    beforeAll(async () => {
      viewer = await createViewer(suite.control);
    });
    const ask = (key: string | null, input: unknown, field = 'createThing', as = viewer) =>
      inTransaction(suite.control, (trx) => idempotent(trx, suite.control, as, { field, key, input }));

    it('gives the same id to the same request, whatever the order of its fields', async () => {
      const first = await ask('a', { name: 'x', size: 1, note: null });
      expect(first.replayed).toBe(false);
      expect(await ask('a', { size: 1, name: 'x' })).toEqual({ id: first.id, replayed: true });
    });

    it('keeps fields and principals apart', async () => {
      const first = await ask('b', 1);
      expect((await ask('b', 1, 'createOther')).id).not.toBe(first.id);
      const other = await createViewer(suite.control);
      expect((await ask('b', 1, 'createThing', other)).id).not.toBe(first.id);
    });

    it('refuses another input, and forgets after a day', async () => {
      const first = await ask('c', { name: 'x' });
      await expect(ask('c', { name: 'y' })).rejects.toBeInstanceOf(IdempotencyConflictError);
      await clock.advance(idempotencyLifeMs - 1);
      await expect(ask('c', { name: 'y' })).rejects.toBeInstanceOf(IdempotencyConflictError);
      await clock.advance(1);
      const later = await ask('c', { name: 'y' });
      expect(later.replayed).toBe(false);
      expect(later.id).not.toBe(first.id);
      await clock.advance(idempotencyLifeMs);
      await forgetIdempotencyKeys(suite.control);
      expect(await suite.control.db.selectFrom('idempotency').select('key').execute()).toEqual([]);
    });

    it('remembers nothing of a request that failed', async () => {
      const failing = inTransaction(suite.control, async (trx) => {
        await idempotent(trx, suite.control, viewer, { field: 'f', key: 'd', input: 1 });
        throw new Error('later trouble');
      });
      await expect(failing).rejects.toThrow('later trouble');
      expect((await ask('d', 2, 'f')).replayed).toBe(false);
    });

    it('makes every request without a key a new one', async () => {
      expect((await ask(null, 1)).id).not.toBe((await ask(null, 1)).id);
    });
  },
  { clock },
);

describe.each(serverDatabases())('requests at the same moment on $name', ({ open }) => {
  it('yield one result', async () => {
    await using database = await open();
    await using control = await createTestControl({ database });
    const viewer = await createViewer(control);
    const groups = await Promise.all(
      Array.from({ length: 8 }, () => createResourceGroup(control, viewer, { name: 'one', idempotencyKey: 'k' })),
    );
    expect(new Set(groups.map((group) => group.resourceGroup.id)).size).toBe(1);

    const vaults = await Promise.all(
      Array.from({ length: 4 }, () => createVault(control, viewer, { regionId: 'sandbox-1', idempotencyKey: 'k' })),
    );
    expect(new Set(vaults.map(({ vault }) => vault.id)).size).toBe(1);
    expect(vaults.filter(({ recoveryKey }) => recoveryKey !== null)).toHaveLength(1);
    const events = await control.db.selectFrom('event').select('type').where('type', '=', 'VAULT_CREATED').execute();
    expect(events).toHaveLength(1);
  });
});
