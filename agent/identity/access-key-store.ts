import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { IdSource } from '../../base/ids.ts';
import type { AccessKeyPair } from '../../drivers/identity/contract.ts';
import type { AccessKeysRecord } from '../state/records.ts';
import type { StateFile } from '../state/state-directory.ts';

type StoredKey = AccessKeysRecord['keys'][number];

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

  /** Stores a secret beside the present one, before the control plane is told of it: cut off at any moment, the gateway has the one that counts. */
  async add({ accessKeyId, accessKeySecret }: AccessKeyPair): Promise<void> {
    const others = this.#record.keys.filter((stored) => stored.accessKeyId === this.#record.current);
    const nonce = this.#ids.bytes(12);
    const cipher = createCipheriv('aes-256-gcm', await this.#sealingKey(), nonce).setAAD(Buffer.from(accessKeyId));
    const parts = [cipher.update(accessKeySecret, 'utf8'), cipher.final(), cipher.getAuthTag()];
    const sealed = Buffer.concat([nonce, ...parts]).toString('base64');
    await this.#write({ ...this.#record, keys: [{ accessKeyId, sealed }, ...others].slice(0, 3) });
  }

  /** The control plane took this key: the others go. */
  async setCurrent(accessKeyId: string, options: { readonly keepSecret: boolean }): Promise<void> {
    const own = this.#record.keys.filter((stored) => stored.accessKeyId === accessKeyId).slice(0, 1);
    await this.#write({ version: 1, current: accessKeyId, keys: options.keepSecret ? own : [] });
  }

  /** The pairs with this id, the newest first: a secret that was entered last may not have been taken. */
  async find(accessKeyId: string): Promise<AccessKeyPair | undefined> {
    for (const stored of this.#record.keys) {
      if (stored.accessKeyId !== accessKeyId) continue;
      const accessKeySecret = await this.#open(stored);
      if (accessKeySecret !== undefined) return { accessKeyId, accessKeySecret };
    }
    return undefined;
  }

  /** No secret is needed any more. */
  async forget(): Promise<void> {
    await this.#file.remove();
    await this.#sealingFile.remove();
    this.#record = { version: 1, current: null, keys: [] };
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

  async #write(record: AccessKeysRecord): Promise<void> {
    await this.#file.write(record);
    this.#record = record;
  }
}
