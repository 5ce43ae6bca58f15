import { rmSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { CHUNK_KIND, type ChunkEntry, type ChunkKind, ENCODING, ID_LENGTH } from './chunk.ts';
import type { IndexSegment } from './index-segment.ts';
import type { PackContents } from './pack-reader.ts';

/** Where one copy of a chunk is. */
export interface ChunkLocation extends ChunkEntry {
  readonly packId: string;
  readonly epoch: number;
  readonly salt: Uint8Array;
  readonly ordinal: number;
}

const LAYOUT = 1;
const SQLITE_BUSY = 5;
const layoutSql = `
CREATE TABLE IF NOT EXISTS about (layout INTEGER NOT NULL, vault TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS lists (key TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS packs (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, epoch INTEGER NOT NULL,
  salt BLOB NOT NULL, length INTEGER NOT NULL, condemned INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS condemned (pack TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS chunks (id BLOB PRIMARY KEY, kind INTEGER NOT NULL, pack INTEGER NOT NULL, ordinal INTEGER NOT NULL,
  offset INTEGER NOT NULL, stored INTEGER NOT NULL, raw INTEGER NOT NULL, encoding INTEGER NOT NULL) WITHOUT ROWID;`;

/** A gateway's rebuildable copy of a vault's index, in SQLite; several threads and processes may have it open. */
export class LocalIndex implements Disposable {
  readonly path: string;
  readonly #database: DatabaseSync;
  readonly #has: StatementSync;
  readonly #locate: StatementSync;

  private constructor(path: string, database: DatabaseSync) {
    this.path = path;
    this.#database = database;
    this.#has = database.prepare(
      'SELECT 1 FROM chunks JOIN packs ON packs.number = chunks.pack WHERE chunks.id = ? AND kind = ? AND NOT condemned',
    );
    this.#locate = database.prepare(
      `SELECT kind, ordinal, offset, stored, raw, encoding, packs.id AS packId, epoch, salt
       FROM chunks JOIN packs ON packs.number = chunks.pack WHERE chunks.id = ?`,
    );
  }

  /** Opens or makes the index; one that is damaged, of another layout or of another vault is thrown away. */
  static open(path: string, vaultId: string): LocalIndex {
    try {
      return LocalIndex.#open(path, vaultId);
    } catch (error) {
      // Somebody else is at work in it; it is not damaged.
      if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) throw error;
      for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
      return LocalIndex.#open(path, vaultId);
    }
  }

  /** For a worker: looks up only. */
  static openReadOnly(path: string): LocalIndex {
    const database = new DatabaseSync(path, { readOnly: true });
    database.exec('PRAGMA busy_timeout = 10000');
    return new LocalIndex(path, database);
  }

  static #open(path: string, vaultId: string): LocalIndex {
    const database = new DatabaseSync(path);
    try {
      database.exec('PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
      database.exec(layoutSql);
      const about = database.prepare('SELECT layout, vault FROM about').get();
      if (about === undefined) database.prepare('INSERT INTO about VALUES (?, ?)').run(LAYOUT, vaultId);
      else if (about.layout !== LAYOUT || about.vault !== vaultId) throw new Error('another layout or vault');
      return new LocalIndex(path, database);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /** Whether a pack that may be relied on holds the chunk. */
  has(id: string, kind: ChunkKind): boolean {
    return this.#has.get(Buffer.from(id, 'hex'), kind) !== undefined;
  }

  locate(id: string): ChunkLocation | undefined {
    const row = this.#locate.get(Buffer.from(id, 'hex'));
    if (row === undefined) return undefined;
    const { kind, encoding, packId, salt } = row;
    if (typeof packId !== 'string' || !(salt instanceof Uint8Array)) return undefined;
    return {
      id,
      packId,
      salt,
      kind: kind === CHUNK_KIND.page ? CHUNK_KIND.page : CHUNK_KIND.data,
      encoding: encoding === ENCODING.zstd ? ENCODING.zstd : ENCODING.raw,
      epoch: Number(row.epoch),
      ordinal: Number(row.ordinal),
      offset: Number(row.offset),
      storedLength: Number(row.stored),
      rawLength: Number(row.raw),
    };
  }

  /** Keys of the index segments and condemned lists that are in here. */
  lists(): Set<string> {
    return new Set(
      this.#database
        .prepare('SELECT key FROM lists')
        .all()
        .map((row) => String(row.key)),
    );
  }

  addSegment(key: string, segment: Pick<IndexSegment, 'packs'>): void {
    this.#transaction(() => {
      for (const pack of segment.packs) this.#addPack(pack);
      this.#database.prepare('INSERT OR IGNORE INTO lists VALUES (?)').run(key);
    });
  }

  /** Condemned packs may be read, but nothing new relies on them. */
  addCondemned(key: string, packIds: readonly string[]): void {
    this.#transaction(() => {
      for (const packId of packIds) {
        this.#database.prepare('INSERT OR IGNORE INTO condemned VALUES (?)').run(packId);
        this.#database.prepare('UPDATE packs SET condemned = 1 WHERE id = ?').run(packId);
      }
      this.#database.prepare('INSERT OR IGNORE INTO lists VALUES (?)').run(key);
    });
  }

  /** Adds a pack by its trailer, for a vault that lost index segments. */
  addPack(pack: PackContents): void {
    this.#transaction(() => this.#addPack(pack));
  }

  hasPack(packId: string): boolean {
    return this.#database.prepare('SELECT 1 FROM packs WHERE id = ?').get(packId) !== undefined;
  }

  /** Every known pack, by id. */
  *packs(): Iterable<Omit<PackContents, 'entries'> & { readonly condemned: boolean }> {
    const rows = this.#database.prepare('SELECT id, epoch, salt, length, condemned FROM packs ORDER BY id').iterate();
    for (const row of rows) {
      if (!(row.salt instanceof Uint8Array)) continue;
      yield {
        packId: String(row.id),
        epoch: Number(row.epoch),
        salt: row.salt,
        length: Number(row.length),
        condemned: row.condemned !== 0,
      };
    }
  }

  /** Chunks whose known copy is in this pack. */
  chunksIn(packId: string): number {
    const sql = 'SELECT count(*) AS count FROM chunks JOIN packs ON packs.number = chunks.pack WHERE packs.id = ?';
    return Number(this.#database.prepare(sql).get(packId)?.count ?? 0);
  }

  /** Forgets everything. */
  clear(): void {
    this.#transaction(() =>
      this.#database.exec('DELETE FROM chunks; DELETE FROM packs; DELETE FROM condemned; DELETE FROM lists'),
    );
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }

  #addPack(pack: PackContents): void {
    const condemned = this.#database.prepare('SELECT 1 FROM condemned WHERE pack = ?').get(pack.packId) !== undefined;
    const added = this.#database
      .prepare('INSERT OR IGNORE INTO packs (id, epoch, salt, length, condemned) VALUES (?, ?, ?, ?, ?)')
      .run(pack.packId, pack.epoch, pack.salt, pack.length, condemned ? 1 : 0);
    if (added.changes === 0) return;
    // A copy in a pack that stays replaces one in a condemned pack.
    const insert = this.#database.prepare(
      `INSERT INTO chunks (id, kind, pack, ordinal, offset, stored, raw, encoding) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, pack = excluded.pack, ordinal = excluded.ordinal,
         offset = excluded.offset, stored = excluded.stored, raw = excluded.raw, encoding = excluded.encoding
       WHERE (SELECT condemned FROM packs WHERE number = chunks.pack) = 1`,
    );
    for (const [ordinal, entry] of pack.entries.entries())
      insert.run(
        Buffer.from(entry.id, 'hex').subarray(0, ID_LENGTH),
        entry.kind,
        added.lastInsertRowid,
        ordinal,
        entry.offset,
        entry.storedLength,
        entry.rawLength,
        entry.encoding,
      );
  }

  #transaction(work: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }
}
