import { createCipheriv, createDecipheriv } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { IdSource } from '../../base/ids.ts';
import { readPolicy } from './policy.ts';
import { randomText } from './random-text.ts';
import type { ServerTime } from './server-time.ts';

const sessionShape = z.object({
  accessKeyId: z.string(),
  accessKeySecret: z.string(),
  sessionName: z.string(),
  /** The session policy's text. */
  policy: z.string().optional(),
  /** Milliseconds since the epoch. */
  expiresAt: z.number(),
});
export type Session = z.infer<typeof sessionShape>;

export interface SessionCredentials {
  readonly session: Session;
  readonly securityToken: string;
}

const MARK = 'CAIS';

/**
 * Security tokens carry their session sealed inside them, under a key kept in the directory: they outlive a restart of
 * the sandbox, and nothing has to be remembered but which ones were made to expire early.
 */
export class SessionTokens {
  readonly #key: Buffer;
  readonly #ids: IdSource;
  readonly #time: ServerTime;
  readonly #issued = new Set<string>();
  #expired = new Set<string>();
  #strangersExpired = false;

  private constructor(key: Buffer, ids: IdSource, time: ServerTime) {
    this.#key = key;
    this.#ids = ids;
    this.#time = time;
  }

  static async open(directory: string, ids: IdSource, time: ServerTime): Promise<SessionTokens> {
    await mkdir(directory, { recursive: true });
    const path = join(directory, 'token.key');
    await writeFile(path, ids.bytes(32), { flag: 'wx', mode: 0o600 }).catch(ignoreExisting);
    return new SessionTokens(await readFile(path), ids, time);
  }

  issue(options: {
    readonly sessionName: string;
    readonly policy: string | undefined;
    readonly expiresAt: number;
  }): SessionCredentials {
    const session: Session = {
      accessKeyId: `STS.${randomText(this.#ids, 25)}`,
      accessKeySecret: randomText(this.#ids, 44),
      sessionName: options.sessionName,
      ...(options.policy !== undefined && { policy: options.policy }),
      expiresAt: options.expiresAt,
    };
    this.#issued.add(session.accessKeyId);
    return { session, securityToken: this.#seal(session) };
  }

  /** The session of a token; undefined when nobody here made that token. Whether it has expired is another question. */
  open(securityToken: string): Session | undefined {
    if (!securityToken.startsWith(MARK)) return undefined;
    const sealed = Buffer.from(securityToken.slice(MARK.length), 'base64');
    try {
      const cipher = createDecipheriv('aes-256-gcm', this.#key, sealed.subarray(0, 12), { authTagLength: 16 });
      cipher.setAuthTag(sealed.subarray(12, 28));
      const text = Buffer.concat([cipher.update(sealed.subarray(28)), cipher.final()]).toString('utf8');
      return sessionShape.parse(JSON.parse(text));
    } catch {
      return undefined;
    }
  }

  hasExpired(session: Session): boolean {
    if (this.#time.now() >= session.expiresAt || this.#expired.has(session.accessKeyId)) return true;
    return this.#strangersExpired && !this.#issued.has(session.accessKeyId);
  }

  /** Every token given out until now has expired. */
  expireAll(): void {
    this.#expired = new Set([...this.#expired, ...this.#issued]);
    this.#strangersExpired = true;
  }

  #seal(session: Session): string {
    const nonce = this.#ids.bytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce);
    const sealed = Buffer.concat([cipher.update(JSON.stringify(session), 'utf8'), cipher.final()]);
    return MARK + Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
  }
}

/** What the session's policy allows; undefined when it came without one. */
export const policyOf = (session: Session) => (session.policy === undefined ? undefined : readPolicy(session.policy));

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
