import { beforeAll, expect, it } from 'vitest';
import { onDatabases } from '../../tests/support/on-databases.ts';
import { createTenant, createViewer } from '../../tests/support/viewers.ts';
import { ConflictError, ForbiddenError, InvalidInputError, NotFoundError } from '../errors.ts';
import type { Viewer } from '../viewer.ts';
import {
  chooseResourceGroup,
  createResourceGroup,
  listResourceGroups,
  resourceGroupsByIds,
} from './resource-groups.ts';

onDatabases('resource groups', (suite) => {
  let admin: Viewer;
  beforeAll(async () => {
    admin = await createViewer(suite.control);
  });

  it('begin with the default one', async () => {
    const { rows } = await listResourceGroups(suite.control, admin, {});
    expect(rows).toMatchObject([{ name: 'default', version: 1 }]);
    expect(await chooseResourceGroup(suite.control, admin, null)).toBe(rows[0]?.id);
  });

  it('are made once for a key, with one event', async () => {
    const { resourceGroup } = await createResourceGroup(suite.control, admin, { name: 'ops', idempotencyKey: 'k' });
    expect(await createResourceGroup(suite.control, admin, { name: 'ops', idempotencyKey: 'k' })).toEqual({
      resourceGroup,
    });
    const again = createResourceGroup(suite.control, admin, { name: 'ops' });
    await expect(again).rejects.toBeInstanceOf(ConflictError);
    const events = await suite.control.db
      .selectFrom('event')
      .select('type')
      .where('subject_id', '=', resourceGroup.id)
      .execute();
    expect(events).toEqual([{ type: 'RESOURCE_GROUP_CREATED' }]);
  });

  it('are seen by those who belong to them', async () => {
    const { viewer, resourceGroupId } = await createTenant(suite.control, admin, 'tenant');
    const other = await createTenant(suite.control, admin, 'other');
    expect((await listResourceGroups(suite.control, viewer, {})).rows.map((row) => row.name)).toEqual(['tenant']);
    const found = await resourceGroupsByIds(suite.control, viewer, [other.resourceGroupId, resourceGroupId, 'x']);
    expect(found.map((row) => row?.name)).toEqual([undefined, 'tenant', undefined]);
    expect(await chooseResourceGroup(suite.control, viewer, undefined)).toBe(resourceGroupId);
    const foreign = chooseResourceGroup(suite.control, viewer, other.resourceGroupId);
    await expect(foreign).rejects.toBeInstanceOf(NotFoundError);
    const both = await createViewer(suite.control, { resourceGroups: [resourceGroupId, other.resourceGroupId] });
    await expect(chooseResourceGroup(suite.control, both, undefined)).rejects.toBeInstanceOf(NotFoundError);
    await expect(createResourceGroup(suite.control, viewer, { name: 'mine' })).rejects.toBeInstanceOf(ForbiddenError);
  });

  it.each(['', ' ', 'x'.repeat(65), 'a\tb'])('refuse the name %j', async (name) => {
    const creating = createResourceGroup(suite.control, admin, { name });
    await expect(creating).rejects.toBeInstanceOf(InvalidInputError);
  });

  it('need scopes', async () => {
    const none = await createViewer(suite.control, { scopes: ['job:read'] });
    await expect(createResourceGroup(suite.control, none, { name: 'x' })).rejects.toBeInstanceOf(ForbiddenError);
    await expect(listResourceGroups(suite.control, none, {})).rejects.toBeInstanceOf(ForbiddenError);
  });
});
