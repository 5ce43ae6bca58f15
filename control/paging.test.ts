import { beforeAll, expect, it } from 'vitest';
import { onDatabases } from '../tests/support/on-databases.ts';
import { createViewer } from '../tests/support/viewers.ts';
import { InvalidInputError } from './errors.ts';
import type { Page, PageInput } from './paging.ts';
import { listResourceGroups, type ResourceGroupOrder } from './resource-groups/resource-groups.ts';
import type { ResourceGroupRow } from './rows.ts';
import type { Viewer } from './viewer.ts';

onDatabases('paging', (suite) => {
  let viewer: Viewer;
  const at = new Date('2026-03-01T00:00:00.123Z');
  const add = async (name: string, createdAt = at) => {
    const row = { id: suite.control.ids.uuid(), name, created_at: createdAt };
    await suite.control.db.insertInto('resource_group').values(row).execute();
    return row.id;
  };
  const list = (page: PageInput<Record<string, never>, ResourceGroupOrder>) =>
    listResourceGroups(suite.control, viewer, page);
  const walk = async (orderBy: ResourceGroupOrder, between?: (page: Page<ResourceGroupRow>) => Promise<unknown>) => {
    const names: string[] = [];
    for (let after: string | undefined; ; ) {
      const page = await list({ first: 3, after, orderBy });
      names.push(...page.rows.map((row) => row.name));
      expect(page.hasPreviousPage).toBe(after !== undefined);
      if (!page.hasNextPage) return names;
      after = page.cursors.at(-1);
      await between?.(page);
    }
  };

  beforeAll(async () => {
    viewer = await createViewer(suite.control);
    await suite.control.db.deleteFrom('resource_group').execute();
    for (let index = 0; index < 10; index += 1) await add(`group ${index}`);
  });

  it('walks every row once in each order, also where the times are equal', async () => {
    const names = Array.from({ length: 10 }, (_, index) => `group ${index}`);
    expect(await walk('NAME_ASC')).toEqual(names);
    const byTime = await walk('CREATED_AT_ASC');
    expect(byTime.toSorted()).toEqual(names);
    expect(await walk('CREATED_AT_DESC')).toEqual(byTime.toReversed());
  });

  it('neither repeats nor skips a row when others come and go meanwhile', async () => {
    let round = 0;
    const seen = await walk('NAME_ASC', async (page) => {
      round += 1;
      await add(`aaa ${round}`);
      const last = page.rows.at(-1);
      if (last && round === 1) await suite.control.db.deleteFrom('resource_group').where('id', '=', last.id).execute();
    });
    expect(seen).toEqual(Array.from({ length: 10 }, (_, index) => `group ${index}`));
  });

  it('counts exactly up to 10,000', async () => {
    const counted = await list({ first: 1 });
    const before = counted.totalCount ?? 0;
    await suite.database.pool.query(
      `insert into resource_group (id, name, created_at) select gen_random_uuid(), 'many ' || n, now() from generate_series(1, $1::int) n`,
      [10_000 - before],
    );
    expect(await list({ first: 1 })).toMatchObject({ totalCount: 10_000, hasNextPage: true });
    await add('one more');
    expect((await list({ first: 1 })).totalCount).toBeNull();
  });

  it.each([
    [{ first: 0 }, 'first'],
    [{ first: 101 }, 'first'],
    [{ first: 1.5 }, 'first'],
    [{ first: -1 }, 'first'],
    [{ after: 'nonsense' }, 'after'],
    [{ after: Buffer.from('["NAME_ASC","x","no id"]').toString('base64url') }, 'after'],
  ])('refuses %j', async (page, field) => {
    await expect(list(page)).rejects.toBeInstanceOf(InvalidInputError);
    await expect(list(page)).rejects.toMatchObject({ issues: [{ path: [field] }] });
  });

  it('refuses a cursor of another order, and one whose value is nonsense', async () => {
    const { cursors } = await list({ first: 1, orderBy: 'NAME_ASC' });
    await expect(list({ after: cursors[0], orderBy: 'CREATED_AT_ASC' })).rejects.toBeInstanceOf(InvalidInputError);
    const forged = JSON.stringify(['CREATED_AT_ASC', 'not a time', suite.control.ids.uuid()]);
    const after = Buffer.from(forged).toString('base64url');
    await expect(list({ after, orderBy: 'CREATED_AT_ASC' })).rejects.toBeInstanceOf(InvalidInputError);
  });
});
