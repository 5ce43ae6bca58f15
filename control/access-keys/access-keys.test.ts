import { beforeAll, expect, it } from 'vitest';
import { ManualClock } from '../../base/manual-clock.ts';
import { onDatabases } from '../../tests/support/on-databases.ts';
import { createTenant, createViewer } from '../../tests/support/viewers.ts';
import { ForbiddenError, InvalidInputError, NotFoundError, VersionConflictError } from '../errors.ts';
import { scopes } from '../scopes.ts';
import type { Viewer } from '../viewer.ts';
import { accessKeysByIds, listAccessKeys } from './access-keys.ts';
import { authenticate, signIn, signInAgain } from './authenticate.ts';
import { type CreateAccessKeyInput, createAccessKey } from './create-access-key.ts';
import { ensureAdministratorKey } from './issue-access-key.ts';
import { revokeAccessKey } from './revoke-access-key.ts';

const clock = new ManualClock();

onDatabases(
  'access keys',
  (suite) => {
    let admin: Viewer;
    beforeAll(async () => {
      const keys = await Promise.all([1, 2, 3].map(() => ensureAdministratorKey(suite.control)));
      const printed = keys.filter((key) => key !== undefined);
      expect(printed).toHaveLength(1);
      const viewer = await authenticate(suite.control, printed[0] ?? '');
      if (!viewer) throw new Error('the administrator key does not work');
      admin = viewer;
    });

    it('gives the administrator everything', () => {
      expect(admin.scopes).toEqual(new Set(scopes));
      expect(admin.resourceGroups).toBe('ALL');
    });

    it('shows the secret once, and lets it in', async () => {
      const input: CreateAccessKeyInput = { name: ' ci ', scopes: ['job:read', 'job:read'], idempotencyKey: 'once' };
      const created = await createAccessKey(suite.control, admin, input);
      expect(created.accessKey).toMatchObject({ name: 'ci', scopes: ['job:read'], all_resource_groups: true });
      expect(created.accessKey).not.toHaveProperty('secret_hash');
      const viewer = await authenticate(suite.control, created.secret ?? '');
      expect(viewer).toMatchObject({ accessKeyId: created.accessKey.id, scopes: new Set(['job:read']) });
      const again = await createAccessKey(suite.control, admin, input);
      expect(again).toEqual({ accessKey: { ...created.accessKey, last_used_at: expect.any(Date) }, secret: null });
    });

    it.each([
      '',
      'x',
      '.',
      'HFAAAAAAAAAAAAAAAAAAAAAAAA.',
      `HF${'A'.repeat(24)}.${'a'.repeat(43)}`,
      `HF${'A'.repeat(24)}.${'a'.repeat(43)}.x`,
      `HF${'A'.repeat(24)}.${'a'.repeat(42)}\u0000`,
    ])('does not let in %j', async (text) => {
      expect(await authenticate(suite.control, text)).toBeUndefined();
    });

    it('does not let in a right id with another secret', async () => {
      const { secret } = await createAccessKey(suite.control, admin, { name: 'a', scopes: ['job:read'] });
      const other = await createAccessKey(suite.control, admin, { name: 'b', scopes: ['job:read'] });
      const mixed = [secret?.split('.')[0], other.secret?.split('.')[1]].join('.');
      expect(await authenticate(suite.control, mixed)).toBeUndefined();
    });

    it('ends with its time', async () => {
      const expiresAt = new Date(clock.now() + 60_000);
      const { accessKey, secret } = await createAccessKey(suite.control, admin, {
        name: 'short',
        scopes: ['job:read', 'accessKey:write'],
        expiresAt,
      });
      const signedIn = await signIn(suite.control, secret ?? '');
      if (!signedIn) throw new Error('the key does not work');
      expect(signedIn.goodUntil).toBe(expiresAt.getTime());
      const { viewer } = signedIn;
      expect(viewer.accessKeyId).toBe(accessKey.id);
      await expect(
        createAccessKey(suite.control, viewer, { name: 'longer', scopes: ['job:read'] }),
      ).rejects.toMatchObject({ issues: [{ path: ['expiresAt'], code: 'TOO_BIG' }] });
      await clock.advance(59_999);
      expect(await signInAgain(suite.control, signedIn)).toBeDefined();
      await clock.advance(1);
      expect(await signInAgain(suite.control, signedIn)).toBeUndefined();
      expect(await authenticate(suite.control, secret ?? '')).toBeUndefined();
    });

    it('ends when it is revoked, once, with one event', async () => {
      const { accessKey, secret } = await createAccessKey(suite.control, admin, { name: 'r', scopes: ['job:read'] });
      const stale = revokeAccessKey(suite.control, admin, { accessKeyId: accessKey.id, expectedVersion: 7 });
      await expect(stale).rejects.toBeInstanceOf(VersionConflictError);
      const revoked = await revokeAccessKey(suite.control, admin, { accessKeyId: accessKey.id, expectedVersion: 1 });
      expect(revoked.accessKey).toMatchObject({ version: 2, revoked_at: new Date(clock.now()) });
      expect(await revokeAccessKey(suite.control, admin, { accessKeyId: accessKey.id })).toEqual(revoked);
      expect(await authenticate(suite.control, secret ?? '')).toBeUndefined();
      const events = await suite.control.db
        .selectFrom('event')
        .select('type')
        .where('subject_id', '=', accessKey.id)
        .execute();
      expect(events.map((event) => event.type)).toEqual(['ACCESS_KEY_CREATED', 'ACCESS_KEY_REVOKED']);
    });

    it('never gives more than the creator has', async () => {
      const { viewer, resourceGroupId } = await createTenant(suite.control, admin, 'tenant');
      const narrow = await createViewer(suite.control, {
        scopes: ['accessKey:write', 'job:read'],
        resourceGroups: [resourceGroupId],
      });
      const make = (input: Partial<CreateAccessKeyInput>) =>
        createAccessKey(suite.control, narrow, {
          name: 'x',
          scopes: ['job:read'],
          resourceGroupIds: [resourceGroupId],
          ...input,
        });
      expect((await make({})).accessKey.resource_group_ids).toEqual([resourceGroupId]);
      await expect(make({ scopes: ['job:write'] })).rejects.toBeInstanceOf(ForbiddenError);
      await expect(make({ resourceGroupIds: null })).rejects.toBeInstanceOf(ForbiddenError);
      const [group] = await suite.control.db
        .selectFrom('resource_group')
        .select('id')
        .where('name', '=', 'default')
        .execute();
      await expect(make({ resourceGroupIds: [group?.id ?? ''] })).rejects.toBeInstanceOf(NotFoundError);
      await expect(make({ resourceGroupIds: ['nonsense'] })).rejects.toBeInstanceOf(NotFoundError);
      const seen = await listAccessKeys(suite.control, viewer, {});
      expect(seen.rows.every((key) => key.resource_group_ids.includes(resourceGroupId))).toBe(true);
      expect(await accessKeysByIds(suite.control, viewer, [admin.accessKeyId])).toEqual([undefined]);
      const forbidden = revokeAccessKey(suite.control, viewer, { accessKeyId: admin.accessKeyId });
      await expect(forbidden).rejects.toBeInstanceOf(NotFoundError);
    });

    it('lets a viewer without the scope see its own key only', async () => {
      const viewer = await createViewer(suite.control, { scopes: ['job:read'] });
      const [own, other] = await accessKeysByIds(suite.control, viewer, [viewer.accessKeyId, admin.accessKeyId]);
      expect(own?.id).toBe(viewer.accessKeyId);
      expect(other).toBeUndefined();
      await expect(listAccessKeys(suite.control, viewer, {})).rejects.toBeInstanceOf(ForbiddenError);
    });

    it.each([
      [{ name: '' }, 'name', 'TOO_SMALL'],
      [{ name: 'x'.repeat(65) }, 'name', 'TOO_BIG'],
      [{ name: 'a\nb' }, 'name', 'INVALID_FORMAT'],
      [{ scopes: [] }, 'scopes', 'TOO_SMALL'],
      [{ resourceGroupIds: [] }, 'resourceGroupIds', 'TOO_SMALL'],
      [{ expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt', 'TOO_SMALL'],
      [{ expiresAt: 'tomorrow' }, 'expiresAt', 'INVALID_FORMAT'],
      [{ idempotencyKey: '' }, 'idempotencyKey', 'TOO_SMALL'],
    ] satisfies [Partial<CreateAccessKeyInput>, string, string][])('refuses %j', async (wrong, field, code) => {
      const creating = createAccessKey(suite.control, admin, { name: 'x', scopes: ['job:read'], ...wrong });
      await expect(creating).rejects.toBeInstanceOf(InvalidInputError);
      await expect(creating).rejects.toMatchObject({ issues: [expect.objectContaining({ path: [field], code })] });
    });
  },
  { clock },
);
