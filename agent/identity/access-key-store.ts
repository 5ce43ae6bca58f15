import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { IdSource } from '../../base/ids.ts';
import type { AccessKeyPair } from '../../drivers/identity/contract.ts';
import type { AccessKeysRecord } from '../state/records.ts';
import type { StateFile } from '../state/state-directory.ts';

type StoredKey = AccessKeysRecord['keys'][number];

/** The present one, and some of which nobody learned whether they were taken. */
const keptKeys = 3;

/**
 * The access key in force, and its secret where the identity driver has to prove it again and again. Secrets are encrypted with a key that lies in the same
 * directory: that keeps them out of a copy of one file, out of logs and out of a careless search, and protects nothing from whoever may read the whole
 * directory (mode 0700, files 0600). Of the drivers there are, `builtin` stores no secret at all.
 */
export class AccessKeyStore {
  readonly #file: StateFile<AccessKeysRecord>;
  readonly #sealingFile: StateFile<{ readonly version: 1; readonly key: string }>;
  readonly #ids: IdSource;
  #record: AccessKeysRecord;
  #changing: Promise<void> = Promise.resolve();

  private constructor(
    files: {
      readonly file: StateFile<AccessKeysRecord>;
      readonly sealingFile: StateFile<{ readonly version: 1; readonly key: string }>;
    },
    ids: IdSource,
    record: AccessKeysRecord,
  ) {
    this.#file = files.file;
    this.#sealingFile = files.sealingFile;
    this.#ids = ids;
    this.#record = record;
  }

  static async open(
    files: {
      readonly file: StateFile<AccessKeysRecord>;
      readonly sealingFile: StateFile<{ readonly version: 1; readonly key: string }>;
    },
    ids: IdSource,
  ): Promise<AccessKeyStore> {
    const record = await files.file.read();
    return new AccessKeyStore(files, ids, record ?? { version: 1, current: null, keys: [] });
  }

  /** Of the key the control plane took last; null before that. */
  get currentId(): string | null {
    return this.#record.current;
  }

  /**
   * Stores a secret beside the present one, before the control plane is told of it: cut off at any moment, the gateway has the one that counts. The present one
   * stays the first of its id, because another secret for it may be a typing mistake.
   */
  async add(accessKey: AccessKeyPair): Promise<void> {
    const added = await this.#seal(accessKey);
    await this.#change((record) => {
      const proven = record.keys.filter(({ accessKeyId }) => accessKeyId === record.current).slice(0, 1);
      const others = record.keys.filter((stored) => !proven.includes(stored));
      return { ...record, keys: [...proven, added, ...others].slice(0, keptKeys) };
    });
  }

  /** The control plane did not take what was added; the present one is left as it is. */
  async drop({ accessKeyId, accessKeySecret }: AccessKeyPair): Promise<void> {
    const dropped = new Set<StoredKey>();
    for (const stored of this.#record.keys) {
      if (stored.accessKeyId === accessKeyId && (await this.#open(stored)) === accessKeySecret) dropped.add(stored);
    }
    await this.#change((record) => {
      const proven = record.keys.find((stored) => stored.accessKeyId === record.current);
      return { ...record, keys: record.keys.filter((stored) => stored === proven || !dropped.has(stored)) };
    });
  }

  /** The control plane took this key: the others go. */
  async setCurrent(accessKey: AccessKeyPair, options: { readonly keepSecret: boolean }): Promise<void> {
    const keys = options.keepSecret ? [await this.#seal(accessKey)] : [];
    await this.#change(() => ({ version: 1, current: accessKey.accessKeyId, keys }));
  }

  /** The secrets this gateway has for an id. The first is the one that was taken; of another nobody ever learned whether it was. */
  async find(accessKeyId: string): Promise<readonly AccessKeyPair[]> {
    const found: AccessKeyPair[] = [];
    for (const stored of this.#record.keys) {
      if (stored.accessKeyId !== accessKeyId) continue;
      const accessKeySecret = await this.#open(stored);
      if (accessKeySecret !== undefined) found.push({ accessKeyId, accessKeySecret });
    }
    return found;
  }

  /** No secret is needed any more. */
  async forget(): Promise<void> {
    await this.#file.remove();
    await this.#sealingFile.remove();
    this.#record = { version: 1, current: null, keys: [] };
  }

  async #seal({ accessKeyId, accessKeySecret }: AccessKeyPair): Promise<StoredKey> {
    const nonce = this.#ids.bytes(12);
    const cipher = createCipheriv('aes-256-gcm', await this.#sealingKey(), nonce).setAAD(Buffer.from(accessKeyId));
    const parts = [cipher.update(accessKeySecret, 'utf8'), cipher.final(), cipher.getAuthTag()];
    return { accessKeyId, sealed: Buffer.concat([nonce, ...parts]).toString('base64') };
  }

  async #open({ accessKeyId, sealed }: StoredKey): Promise<string | undefined> {
    const bytes = Buffer.from(sealed, 'base64');
    try {
      const decipher = createDecipheriv('aes-256-gcm', await this.#sealingKey(), bytes.subarray(0, 12), {
        authTagLength: 16,
      });
      decipher.setAAD(Buffer.from(accessKeyId)).setAuthTag(bytes.subarray(-16));
      return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('utf8');
    } catch {
      // Of another sealing key: lost, and a person has to enter it again.
      return undefined;
    }
  }

  async #sealingKey(): Promise<Buffer> {
    const stored = await this.#sealingFile.read();
    if (stored) return Buffer.from(stored.key, 'base64');
    const key = this.#ids.bytes(32);
    await this.#sealingFile.write({ version: 1, key: key.toString('base64') });
    return key;
  }

  /** One after the other: a key may be entered on the page and be sent by the control plane at once. */
  #change(next: (record: AccessKeysRecord) => AccessKeysRecord): Promise<void> {
    const changed = this.#changing.then(async () => {
      const record = next(this.#record);
      await this.#file.write(record);
      this.#record = record;
    });
    this.#changing = changed.catch(() => undefined);
    return changed;
  }
}
