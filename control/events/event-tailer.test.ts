import { sql } from 'kysely';
import { beforeAll, expect, it } from 'vitest';
import { onDatabases } from '../../tests/support/on-databases.ts';
import { createTenant, createViewer } from '../../tests/support/viewers.ts';
import { InvalidInputError } from '../errors.ts';
import type { Viewer } from '../viewer.ts';
import { encodeCursor } from './cursor.ts';
import type { NewEvent } from './event.ts';
import { EventTailer, type Followed } from './event-tailer.ts';
import { inTransaction } from './in-transaction.ts';
import { listEvents, wantsEvent } from './list-events.ts';
import { readHead } from './read-events.ts';

onDatabases('following events', (suite) => {
  let admin: Viewer;
  let tenant: { resourceGroupId: string; viewer: Viewer };
  beforeAll(async () => {
    admin = await createViewer(suite.control);
    tenant = await createTenant(suite.control, admin, 'tenant');
  });

  const emit = async (names: readonly string[], resourceGroupId: string | null = null): Promise<void> => {
    const subjectId = suite.control.ids.uuid();
    await inTransaction(suite.control, async (_trx, add) => {
      for (const name of names) {
        const event: NewEvent = { type: 'JOB_CREATED', resourceGroupId, subjectType: 'JOB', subjectId, data: { name } };
        add(event);
      }
    });
  };
  /** Reads until `count` have come. */
  const take = async (followed: AsyncGenerator<Followed>, count: number): Promise<unknown[]> => {
    const taken: unknown[] = [];
    while (taken.length < count) {
      const { value, done } = await followed.next();
      if (done) break;
      taken.push(value.kind === 'GAP' ? value.gap.reason : value.event.data.name);
    }
    return taken;
  };
  const endless = new AbortController().signal;

  it('begins now, and goes on with what comes', async () => {
    await using tailer = await EventTailer.start(suite.control);
    const followed = tailer.follow({ signal: endless });
    await emit(['a', 'b']);
    await emit(['c']);
    expect(await take(followed, 3)).toEqual(['a', 'b', 'c']);
    await followed.return(undefined);
  });

  it('goes on after a cursor without losing or repeating, whether from memory or from the database', async () => {
    const { stream, position } = await readHead(suite.control);
    const after = encodeCursor({ stream, position });
    const names = Array.from({ length: 450 }, (_, index) => `n${index}`);
    await emit(names);
    await using late = await EventTailer.start(suite.control);
    expect(await take(late.follow({ after, signal: endless }), 450)).toEqual(names);
    const followers = [1, 2, 3].map(() => late.follow({ after, signal: endless }));
    const more = ['x', 'y'];
    await emit(more);
    for (const follower of followers) expect(await take(follower, 452)).toEqual([...names, ...more]);
  });

  it('ends with its signal and with the tailer', async () => {
    const tailer = await EventTailer.start(suite.control);
    const stop = new AbortController();
    const one = take(tailer.follow({ signal: stop.signal }), 1);
    const two = take(tailer.follow({ signal: endless }), 1);
    stop.abort();
    expect(await one).toEqual([]);
    await tailer[Symbol.asyncDispose]();
    expect(await two).toEqual([]);
  });

  it('tells of a gap', async () => {
    await using tailer = await EventTailer.start(suite.control);
    const { stream, position } = await readHead(suite.control);
    const other = encodeCursor({ stream: suite.control.ids.uuid(), position: 1 });
    expect(await take(tailer.follow({ after: other, signal: endless }), 1)).toEqual(['OTHER_STREAM']);
    const beyond = encodeCursor({ stream, position: position + 1 });
    expect(await take(tailer.follow({ after: beyond, signal: endless }), 1)).toEqual(['BEYOND_HEAD']);
    await sql`update event_head set min_position = 5`.execute(suite.control.db);
    await sql`delete from event where position < 5`.execute(suite.control.db);
    const first = encodeCursor({ stream, position: 3 });
    const followed = tailer.follow({ after: first, signal: endless });
    expect(await followed.next()).toEqual({
      done: false,
      value: { kind: 'GAP', gap: { reason: 'EXPIRED', from: first, to: encodeCursor({ stream, position: 4 }) } },
    });
    expect(await followed.next()).toMatchObject({ value: { event: { position: 5 } } });
    const edge = tailer.follow({ after: encodeCursor({ stream, position: 4 }), signal: endless });
    expect(await edge.next()).toMatchObject({ value: { kind: 'EVENT', event: { position: 5 } } });
    expect((await listEvents(suite.control, admin, { after: first, first: 1 })).gap?.reason).toBe('EXPIRED');
  });

  it('tells of a gap when the log is put back to an earlier time and goes on differently', async () => {
    await emit(['kept', 'gone 1', 'gone 2']);
    await using tailer = await EventTailer.start(suite.control);
    const followed = tailer.follow({ signal: endless });
    const idle = tailer.follow({ signal: endless });
    await emit(['seen']);
    expect(await take(followed, 1)).toEqual(['seen']);
    expect(await take(idle, 1)).toEqual(['seen']);
    const head = await readHead(suite.control);
    await suite.control.db.transaction().execute(async (trx) => {
      await sql`update event_head set position = position - 3`.execute(trx);
      await sql`delete from event where position > ${head.position - 3}`.execute(trx);
    });
    // More than were taken away, before anybody could see that some were.
    await emit(['other 1', 'other 2', 'other 3', 'other 4', 'other 5']);
    const gap = await followed.next();
    expect(gap.value).toMatchObject({ kind: 'GAP', gap: { reason: 'BEYOND_HEAD' } });
    expect(await take(idle, 1)).toEqual(['BEYOND_HEAD']);
    await emit(['after']);
    expect(await take(followed, 1)).toEqual(['after']);
    expect(await take(idle, 1)).toEqual(['after']);
  });

  /** As a server that took over without the last `count` events. */
  const putBack = async (count: number): Promise<void> => {
    const { position } = await readHead(suite.control);
    await suite.control.db.transaction().execute(async (trx) => {
      await sql`update event_head set position = ${position - count}`.execute(trx);
      await sql`delete from event where position > ${position - count}`.execute(trx);
    });
  };

  it('tells of a gap also when nothing had happened since this process began', async () => {
    await emit(['gone 1', 'gone 2']);
    await using tailer = await EventTailer.start(suite.control);
    const followed = tailer.follow({ signal: endless });
    const watching = tailer.follow({ signal: endless });
    const first = watching.next();
    await putBack(2);
    await emit(['other']);
    expect(await first).toMatchObject({ value: { kind: 'GAP', gap: { reason: 'BEYOND_HEAD' } } });
    // Asked for the first time only now, but following since before.
    expect(await take(followed, 1)).toEqual(['BEYOND_HEAD']);
    await putBack(1);
    expect(await take(followed, 1)).toEqual(['BEYOND_HEAD']);
    await emit(['after']);
    expect(await take(followed, 1)).toEqual(['after']);
  });

  it('loses nothing when everything it has seen is trimmed before it looks again', async () => {
    await emit(['old']);
    await using tailer = await EventTailer.start(suite.control);
    const followed = tailer.follow({ signal: endless });
    const { position } = await readHead(suite.control);
    await suite.control.db.transaction().execute(async (trx) => {
      await sql`delete from event where position <= ${position}`.execute(trx);
      await sql`update event_head set min_position = ${position + 1}, position = ${position + 2}`.execute(trx);
      await sql`insert into event (stream, position, type, subject_type, subject_id, data, occurred_at)
        select stream, position + n, 'JOB_CREATED', 'JOB', ${suite.control.ids.uuid()}::uuid, jsonb_build_object('name', 'n' || n), now()
        from event_head, (values (-1), (0)) as new(n)`.execute(trx);
    });
    expect(await take(followed, 2)).toEqual(['n-1', 'n0']);
  });

  it('goes on with the stream of a database that was put in the place of the first', async () => {
    await emit(['before']);
    await using tailer = await EventTailer.start(suite.control);
    const followed = tailer.follow({ signal: endless });
    const stream = suite.control.ids.uuid();
    await suite.control.db.transaction().execute(async (trx) => {
      await sql`delete from event`.execute(trx);
      await sql`update event_head set stream = ${stream}, position = 0, min_position = 1`.execute(trx);
    });
    const to = encodeCursor({ stream, position: 0 });
    expect(await followed.next()).toMatchObject({ value: { kind: 'GAP', gap: { reason: 'OTHER_STREAM', to } } });
    await emit(['after']);
    expect(await take(followed, 1)).toEqual(['after']);
  });

  it.each([
    '',
    'x',
    Buffer.from('a:b').toString('base64url'),
    Buffer.from(`${'0'.repeat(36)}:1`).toString('base64url'),
  ])('refuses the cursor %j', async (after) => {
    const listing = listEvents(suite.control, admin, { after });
    if (after === '') await listing;
    else await expect(listing).rejects.toBeInstanceOf(InvalidInputError);
  });

  it('tells where the log ends, so that following from there misses nothing and repeats nothing', async () => {
    await emit(['before'], null);
    const { headCursor } = await listEvents(suite.control, admin, { first: 1 });
    await emit(['after'], null);
    await using tailer = await EventTailer.start(suite.control);
    const followed = tailer.follow({ after: headCursor, signal: endless });
    expect(await followed.next()).toMatchObject({ value: { event: { data: { name: 'after' } } } });
  });

  it('lists what the viewer may see, page by page, with cursors to subscribe after', async () => {
    await emit(['mine 1', 'mine 2', 'mine 3'], tenant.resourceGroupId);
    await emit(['nobody’s'], null);
    const filter = { types: ['JOB_CREATED'] as const };
    const page = await listEvents(suite.control, tenant.viewer, { first: 2, filter });
    expect(page.rows.map((event) => event.data.name)).toEqual(['mine 1', 'mine 2']);
    expect(page).toMatchObject({ totalCount: 3, hasNextPage: true, hasPreviousPage: false, gap: undefined });
    const next = await listEvents(suite.control, tenant.viewer, { first: 2, after: page.cursors[1], filter });
    expect(next.rows.map((event) => event.data.name)).toEqual(['mine 3']);
    expect(next).toMatchObject({ hasNextPage: false, hasPreviousPage: true });

    const newest = await listEvents(suite.control, tenant.viewer, { first: 2, filter, orderBy: 'POSITION_DESC' });
    expect(newest.rows.map((event) => event.data.name)).toEqual(['mine 3', 'mine 2']);
    expect(newest).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    const older = { first: 2, after: newest.cursors[1] ?? '', filter, orderBy: 'POSITION_DESC' } as const;
    const oldest = await listEvents(suite.control, tenant.viewer, older);
    expect(oldest.rows.map((event) => event.data.name)).toEqual(['mine 1']);
    expect(oldest).toMatchObject({ hasNextPage: false, hasPreviousPage: true });

    await using tailer = await EventTailer.start(suite.control);
    const seen: unknown[] = [];
    for await (const followed of tailer.follow({ after: page.cursors[0], signal: endless })) {
      if (followed.kind === 'GAP') continue;
      if (wantsEvent(tenant.viewer, filter, followed.event)) seen.push(followed.event.data.name);
      if (followed.event.data.name === 'nobody’s') break;
    }
    expect(seen).toEqual(['mine 2', 'mine 3']);
    const blind = await createViewer(suite.control, { scopes: ['job:read'] });
    const [event] = page.rows;
    expect(event && wantsEvent(blind, null, event)).toBe(false);
    expect(event && wantsEvent(admin, { subjectTypes: ['VAULT'] }, event)).toBe(false);
  });
});
