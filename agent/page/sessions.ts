import { createHmac, timingSafeEqual } from 'node:crypto';
import { verify } from '@node-rs/argon2';
import type { Clock } from '../../base/clock.ts';
import type { IdSource } from '../../base/ids.ts';
import { LogInLimit } from './log-in-limit.ts';

/** Log-ins end after this long without a page, in milliseconds. */
const sessionLifeMs = 30 * 60_000;
const maxSessions = 100;
const longestPassword = 512;
const browserIdPattern = /^[\w-]{32}$/;

interface Session {
  /** Monotonic milliseconds. */
  readonly usedAt: number;
  /** Of the password it was opened with: another password ends it, wherever that was set. */
  readonly passwordHash: string;
}

/** Who may see the page: log-ins by password, and form tokens against requests forged from other sites. Lives as long as the process. */
export class PageSessions {
  readonly #clock: Clock;
  readonly #ids: IdSource;
  readonly #csrfKey: Buffer;
  readonly #sessions = new Map<string, Session>();
  readonly #limit: LogInLimit;

  constructor(clock: Clock, ids: IdSource) {
    this.#clock = clock;
    this.#ids = ids;
    this.#csrfKey = ids.bytes(32);
    this.#limit = new LogInLimit(clock);
  }

  /** A new browser id, for the cookie that form tokens belong to. */
  newBrowserId(): string {
    return this.#ids.bytes(24).toString('base64url');
  }

  isBrowserId(value: string | undefined): value is string {
    return value !== undefined && browserIdPattern.test(value);
  }

  formToken(browserId: string): string {
    return createHmac('sha256', this.#csrfKey).update(browserId).digest('base64url');
  }

  isFormToken(token: string, browserId: string | undefined): boolean {
    if (!this.isBrowserId(browserId)) return false;
    const [left, right] = [Buffer.from(token), Buffer.from(this.formToken(browserId))];
    return left.length === right.length && timingSafeEqual(left, right);
  }

  /** Whether this is the password of the page; `wait` without looking at it while too many were wrong. `address`: whose try it is. */
  checkPassword(password: string, passwordHash: string, address: string): Promise<'right' | 'wrong' | 'wait'> {
    return this.#limit.try(address, () => verify(passwordHash, password.slice(0, longestPassword)));
  }

  /** `passwordHash`: of the password that this visitor proved to know. */
  open(passwordHash: string): string {
    const session = this.#ids.bytes(32).toString('base64url');
    this.#sessions.set(session, { usedAt: this.#clock.monotonic(), passwordHash });
    const oldest = this.#sessions.keys().next();
    if (this.#sessions.size > maxSessions && !oldest.done) this.#sessions.delete(oldest.value);
    return session;
  }

  /** Whether this is a living session under the present password. What a person does prolongs it; what a page does by itself does not. */
  isOpen(session: string | undefined, passwordHash: string, by: 'person' | 'page'): boolean {
    const known = session === undefined ? undefined : this.#sessions.get(session);
    if (session === undefined || known === undefined) return false;
    const isOver = this.#clock.monotonic() - known.usedAt > sessionLifeMs || known.passwordHash !== passwordHash;
    if (isOver || by === 'person') this.#sessions.delete(session);
    if (!isOver && by === 'person') this.#sessions.set(session, { usedAt: this.#clock.monotonic(), passwordHash });
    return !isOver;
  }

  closeAll(): void {
    this.#sessions.clear();
  }

  close(session: string | undefined): void {
    if (session !== undefined) this.#sessions.delete(session);
  }
}
