import { beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '../../base/manual-clock.ts';
import { onDatabases } from '../../tests/support/on-databases.ts';
import { createTenant, createViewer } from '../../tests/support/viewers.ts';
import type { Scope } from '../scopes.ts';
import type { Viewer } from '../viewer.ts';
import { authenticate, signIn, signInAgain } from './authenticate.ts';
import { canRotate } from './change-access-key.ts';
import { createAccessKey } from './create-access-key.ts';
import { revokeAccessKey } from './revoke-access-key.ts';
import { maxGraceSeconds, rotateAccessKey } from './rotate-access-key.ts';
import { updateAccessKey } from './update-access-key.ts';

const clock = new ManualClock();

onDatabases(
  'changing access keys',
  (suite) => {
    let admin: Viewer;
    beforeAll(async () => {
      admin = await createViewer(suite.control);
    });
    const make = async (scopes: readonly Scope[] = ['job:read'], expiresAt: Date | null = null) => {
      const made = await createAccessKey(suite.control, admin, { name: 'made', scopes: [...scopes], expiresAt });
      const viewer = await authenticate(suite.control, made.secret ?? '');
      if (!made.secret || !viewer) throw new Error('the key does not work');
      return { id: made.accessKey.id, secret: made.secret, viewer };
    };
    const works = async (secret: string | null) => (await authenticate(suite.control, secret ?? '')) !== undefined;
    const eventsOf = async (id: string) =>
      (await suite.control.db.selectFrom('event').select('type').where('subject_id', '=', id).execute()).map(
        ({ type }) => type,
      );

    describe('rotation', () => {
      it('ends the old secret at once, for those who are signed in too', async () => {
        const { id, secret, viewer } = await make();
        const before = await signIn(suite.control, secret);
        if (!before) throw new Error('not signed in');
        const rotated = await rotateAccessKey(suite.control, admin, { accessKeyId: id, expectedVersion: 1 });
        expect(rotated.accessKey).toMatchObject({ key_id: viewer.keyId, version: 2 });
        expect(rotated.accessKey.secret_changed_at).toEqual(new Date(clock.now()));
        expect([await works(secret), await works(rotated.secret)]).toEqual([false, true]);
        expect(await signInAgain(suite.control, before)).toBeUndefined();
        expect(await eventsOf(id)).toEqual(['ACCESS_KEY_CREATED', 'ACCESS_KEY_ROTATED']);
      });

      it('lets the old one live for the grace, but none before it', async () => {
        const { id, secret } = await make();
        const second = await rotateAccessKey(suite.control, admin, { accessKeyId: id, graceSeconds: 60 });
        const signedIn = await signIn(suite.control, secret);
        expect(signedIn?.goodUntil).toBe(clock.now() + 60_000);
        const third = await rotateAccessKey(suite.control, admin, { accessKeyId: id, graceSeconds: 60 });
        expect([await works(secret), await works(second.secret), await works(third.secret)]).toEqual([
          false,
          true,
          true,
        ]);
        await clock.advance(59_999);
        expect(await works(second.secret)).toBe(true);
        await clock.advance(1);
        expect([await works(second.secret), await works(third.secret)]).toEqual([false, true]);
        await rotateAccessKey(suite.control, admin, { accessKeyId: id, graceSeconds: maxGraceSeconds });
        for (const graceSeconds of [-1, maxGraceSeconds + 1]) {
          await expect(rotateAccessKey(suite.control, admin, { accessKeyId: id, graceSeconds })).rejects.toMatchObject({
            issues: [{ path: ['graceSeconds'] }],
          });
        }
      });

      it('happens once for an idempotency key, whose answer never repeats the secret', async () => {
        const { id, secret } = await make();
        const input = { accessKeyId: id, graceSeconds: 5, idempotencyKey: 'once' };
        const first = await rotateAccessKey(suite.control, admin, input);
        const again = await rotateAccessKey(suite.control, admin, input);
        expect(again).toEqual({ accessKey: first.accessKey, secret: null });
        expect([await works(secret), await works(first.secret)]).toEqual([true, true]);
        await expect(rotateAccessKey(suite.control, admin, { ...input, graceSeconds: 6 })).rejects.toMatchObject({
          code: 'IDEMPOTENCY_KEY_REUSED',
        });
      });

      it('of the own key needs no scope, and gives it no longer life', async () => {
        const { id, viewer } = await make(['job:read'], new Date(clock.now() + 1_000_000));
        const rotated = await rotateAccessKey(suite.control, viewer, { accessKeyId: id });
        expect(await works(rotated.secret)).toBe(true);
        await expect(
          rotateAccessKey(suite.control, viewer, { accessKeyId: id, expiresAt: null }),
        ).rejects.toMatchObject({ requiredScope: 'accessKey:write' });
        const sooner = new Date(clock.now() + 1_000);
        const shortened = await rotateAccessKey(suite.control, viewer, { accessKeyId: id, expiresAt: sooner });
        expect(shortened.accessKey.expires_at).toEqual(sooner);
        const other = await make();
        await expect(rotateAccessKey(suite.control, viewer, { accessKeyId: other.id })).rejects.toMatchObject({
          requiredScope: 'accessKey:write',
        });
      });

      it('is not for whoever holds a secret in its grace, and neither is a longer life', async () => {
        const { id, secret } = await make(['job:read', 'accessKey:write']);
        const input = { accessKeyId: id, graceSeconds: 60, idempotencyKey: 'own' };
        const owner = await authenticate(suite.control, secret);
        if (!owner) throw new Error('not signed in');
        const rotated = await rotateAccessKey(suite.control, owner, input);
        const late = await authenticate(suite.control, secret);
        const current = await authenticate(suite.control, rotated.secret ?? '');
        if (!late || !current) throw new Error('not signed in');
        await expect(rotateAccessKey(suite.control, late, { accessKeyId: id })).rejects.toMatchObject({
          code: 'SECRET_REPLACED',
        });
        // Who asks again because the answer was lost learns that it was done.
        expect(await rotateAccessKey(suite.control, late, input)).toMatchObject({ secret: null });
        for (const expiresAt of [null, new Date(clock.now() + 60_001)]) {
          await expect(
            createAccessKey(suite.control, late, { name: 'heir', scopes: ['job:read'], expiresAt }),
          ).rejects.toMatchObject({ issues: [{ path: ['expiresAt'], code: 'TOO_BIG' }] });
        }
        expect(await works(rotated.secret)).toBe(true);
        expect(canRotate(late, rotated.accessKey, clock.now())).toBe(false);
        expect(canRotate(current, rotated.accessKey, clock.now())).toBe(true);
        expect((await rotateAccessKey(suite.control, current, { accessKeyId: id })).secret).not.toBeNull();
      });

      it('hands nobody the secret of a key that may do, see or last more than its own', async () => {
        const { id: powerful } = await make(['job:read', 'vault:write']);
        const { viewer: narrow } = await make(['accessKey:write', 'job:read']);
        await expect(rotateAccessKey(suite.control, narrow, { accessKeyId: powerful })).rejects.toMatchObject({
          requiredScope: 'vault:write',
        });
        const { viewer: tenant } = await createTenant(suite.control, admin, `tenant ${suite.control.ids.uuid()}`);
        await expect(rotateAccessKey(suite.control, tenant, { accessKeyId: powerful })).rejects.toMatchObject({
          code: 'NOT_FOUND',
        });
        const passing = await createViewer(suite.control, { expiresAt: new Date(clock.now() + 60_000) });
        await expect(rotateAccessKey(suite.control, passing, { accessKeyId: powerful })).rejects.toMatchObject({
          issues: [{ path: ['expiresAt'], code: 'TOO_BIG' }],
        });
      });

      it('is refused for what was revoked, has expired or was changed meanwhile', async () => {
        const { id } = await make(['job:read'], new Date(clock.now() + 1_000));
        await expect(
          rotateAccessKey(suite.control, admin, { accessKeyId: id, expectedVersion: 9 }),
        ).rejects.toMatchObject({ code: 'VERSION_CONFLICT' });
        await clock.advance(1_000);
        await expect(rotateAccessKey(suite.control, admin, { accessKeyId: id })).rejects.toMatchObject({
          code: 'ACCESS_KEY_EXPIRED',
        });
        const revived = await rotateAccessKey(suite.control, admin, { accessKeyId: id, expiresAt: null });
        expect(await works(revived.secret)).toBe(true);
        await revokeAccessKey(suite.control, admin, { accessKeyId: id });
        await expect(rotateAccessKey(suite.control, admin, { accessKeyId: id })).rejects.toMatchObject({
          code: 'ACCESS_KEY_REVOKED',
        });
      });
    });

    describe('updates', () => {
      it('change what is given and leave the rest', async () => {
        const { id, secret } = await make(['job:read', 'vault:read']);
        const { resourceGroupId } = await createTenant(suite.control, admin, `group ${suite.control.ids.uuid()}`);
        const named = await updateAccessKey(suite.control, admin, {
          accessKeyId: id,
          name: 'renamed',
          expectedVersion: 1,
        });
        expect(named.accessKey).toMatchObject({ name: 'renamed', scopes: ['job:read', 'vault:read'], version: 2 });
        const expiresAt = new Date(clock.now() + 5_000);
        await updateAccessKey(suite.control, admin, {
          accessKeyId: id,
          scopes: ['job:read'],
          resourceGroupIds: [resourceGroupId],
          expiresAt,
        });
        expect(await authenticate(suite.control, secret)).toMatchObject({
          name: 'renamed',
          scopes: new Set(['job:read']),
          resourceGroups: [resourceGroupId],
          expiresAt: expiresAt.getTime(),
        });
        const wide = { accessKeyId: id, allResourceGroups: true, expiresAt: null } as const;
        await updateAccessKey(suite.control, admin, wide);
        expect(await authenticate(suite.control, secret)).toMatchObject({ resourceGroups: 'ALL', expiresAt: null });
        expect((await eventsOf(id)).filter((type) => type === 'ACCESS_KEY_UPDATED')).toHaveLength(3);
      });

      it('add nothing that the caller does not have, and let it take away everything', async () => {
        const { id } = await make(['job:read', 'vault:write']);
        const { viewer: narrow } = await make(['accessKey:write', 'job:read', 'event:read']);
        const update = (viewer: Viewer, changes: Partial<Parameters<typeof updateAccessKey>[2]>) =>
          updateAccessKey(suite.control, viewer, { accessKeyId: id, ...changes });
        await expect(update(narrow, { scopes: ['job:read', 'vault:read'] })).rejects.toMatchObject({
          requiredScope: 'vault:read',
        });
        await update(admin, { expiresAt: new Date(clock.now() + 60_000) });
        // It may do more than the caller: the caller must not make that last.
        await expect(update(narrow, { expiresAt: null })).rejects.toMatchObject({ requiredScope: 'vault:write' });
        await update(narrow, { scopes: ['job:read', 'event:read'], expiresAt: null });
        const passing = await createViewer(suite.control, { expiresAt: new Date(clock.now() + 60_000) });
        await update(passing, { expiresAt: new Date(clock.now() + 600_000) });
        await expect(update(passing, { expiresAt: null })).rejects.toMatchObject({ issues: [{ code: 'TOO_BIG' }] });

        const { viewer: tenant, resourceGroupId } = await createTenant(
          suite.control,
          admin,
          `g ${suite.control.ids.uuid()}`,
        );
        await expect(update(tenant, { name: 'x' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
        await update(admin, { resourceGroupIds: [resourceGroupId] });
        await update(tenant, { name: 'x' });
        await expect(update(tenant, { allResourceGroups: true })).rejects.toMatchObject({ code: 'FORBIDDEN' });
        const { resourceGroupId: other } = await createTenant(suite.control, admin, `h ${suite.control.ids.uuid()}`);
        await expect(update(tenant, { resourceGroupIds: [other] })).rejects.toMatchObject({ code: 'NOT_FOUND' });
        await expect(update(narrow, { allResourceGroups: true, resourceGroupIds: [other] })).rejects.toMatchObject({
          issues: [{ path: ['resourceGroupIds'], code: 'CONFLICTING' }],
        });
        await revokeAccessKey(suite.control, admin, { accessKeyId: id });
        await expect(update(admin, { name: 'late' })).rejects.toMatchObject({ code: 'ACCESS_KEY_REVOKED' });
      });
    });

    it('writes when a key was last used at most once a minute, for requests and for what stays open', async () => {
      const { id, secret } = await make();
      const lastUsed = async () =>
        (
          await suite.control.db
            .selectFrom('access_key')
            .select('last_used_at')
            .where('id', '=', id)
            .executeTakeFirstOrThrow()
        ).last_used_at?.getTime();
      const first = clock.now();
      expect(await lastUsed()).toBe(first);
      await clock.advance(59_000);
      const signedIn = await signIn(suite.control, secret);
      expect(await lastUsed()).toBe(first);
      await clock.advance(1_000);
      if (signedIn) await signInAgain(suite.control, signedIn);
      expect(await lastUsed()).toBe(first + 60_000);
    });
  },
  { clock },
);
