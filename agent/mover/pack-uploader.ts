import { unlink } from 'node:fs/promises';
import { abortable } from '../../base/abort.ts';
import { packKey } from '../../repository/pack-cipher.ts';
import type { SealedPack } from '../../repository/pack-writer.ts';
import type { Vault } from '../../repository/vault.ts';
import type { MoverStep } from './progress.ts';

/** Uploaded bytes after which an index segment makes them safe to find again. */
const SEGMENT_AFTER = 64 << 20;

/**
 * Puts sealed packs into the vault, then an index segment that names them, then removes them from the spool: so whatever
 * moment a crash takes, the next run finds a pack in the index or still in the spool.
 * Disposing aborts what is under way and waits for it.
 */
export class PackUploader implements AsyncDisposable {
  readonly #vault: Vault;
  readonly #signal: AbortSignal;
  readonly #onStep: (step: MoverStep) => void | Promise<void>;
  readonly #failure = new AbortController();
  readonly #uploads = new Set<Promise<void>>();
  #uploaded: SealedPack[] = [];

  constructor(options: {
    readonly vault: Vault;
    readonly signal: AbortSignal;
    readonly onStep?: (step: MoverStep) => void | Promise<void>;
  }) {
    this.#vault = options.vault;
    this.#signal = AbortSignal.any([options.signal, this.#failure.signal]);
    this.#onStep = options.onStep ?? (() => undefined);
  }

  /** Aborted with the reason when an upload fails. */
  get failed(): AbortSignal {
    return this.#failure.signal;
  }

  /** Starts the upload of a pack. */
  add(pack: SealedPack): void {
    const upload = this.#upload(pack)
      .catch((error: unknown) => this.#failure.abort(error))
      .finally(() => this.#uploads.delete(upload));
    this.#uploads.add(upload);
  }

  /** Resolves when at most `pending` packs are under way: the bound on what waits in the spool. Ends with `signal` too, if there is one. */
  async atMost(pending: number, signal?: AbortSignal): Promise<void> {
    const ends = signal ? AbortSignal.any([this.#signal, signal]) : this.#signal;
    while (this.#uploads.size > pending) await abortable(Promise.race(this.#uploads), ends);
    ends.throwIfAborted();
  }

  /** Resolves when everything added is durable and named by an index segment. */
  async finish(): Promise<void> {
    await this.atMost(0);
    await this.#publish();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#failure.abort(new Error('The uploader was closed.'));
    await Promise.all(this.#uploads);
  }

  async #upload(pack: SealedPack): Promise<void> {
    await this.#onStep('pack-sealed');
    await this.#vault.store.putFile(packKey(pack.packId), pack.path, this.#signal);
    await this.#onStep('pack-uploaded');
    this.#uploaded.push(pack);
    if (this.#uploaded.reduce((sum, { length }) => sum + length, 0) >= SEGMENT_AFTER) await this.#publish();
  }

  async #publish(): Promise<void> {
    const packs = this.#uploaded;
    this.#uploaded = [];
    if (packs.length === 0) return;
    await this.#vault.publishPacks(packs, this.#signal);
    await this.#onStep('index-uploaded');
    for (const { path } of packs) await unlink(path);
  }
}
