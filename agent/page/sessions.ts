import { createHmac, timingSafeEqual } from 'node:crypto';
import { verify } from '@node-rs/argon2';
import type { Clock } from '../../base/clock.ts';
import type { IdSource } from '../../base/ids.ts';

/** Log-ins end after this long without a page, in milliseconds. */
const sessionLifeMs = 30 * 60_000;
/** Wrong passwords in a row before each further one has to wait. */
const freeFailures = 5;
const longestDelayMs = 5 * 60_000;
const maxSessions = 100;

/** Who may see the page: log-ins by password, and form tokens against requests forged from other sites. Lives as long as the process. */
export class PageSessions {
  readonly #clock: Clock;
  readonly #ids: IdSource;
  readonly #csrfKey: Buffer;
  readonly #sessions = new Map<string, number>();
  #failures = 0;
  #blockedUntil = 0;

  constructor(clock: Clock, ids: IdSource) {
    this.#clock = clock;
    this.#ids = ids;
    this.#csrfKey = ids.bytes(32);
  }

  /** A new browser id, for the cookie that form tokens belong to. */
  newBrowserId(): string {
    return this.#ids.bytes(24).toString('base64url');
  }

  formToken(browserId: string): string {
    return createHmac('sha256', this.#csrfKey).update(browserId).digest('base64url');
  }

  isFormToken(token: string, browserId: string | undefined): boolean {
    if (!browserId) return false;
    const [left, right] = [Buffer.from(token), Buffer.from(this.formToken(browserId))];
    return left.length === right.length && timingSafeEqual(left, right);
  }

  /**
   * A session id for the right password, `wrong` otherwise; `wait` without looking at it while too many were wrong. One counter for
   * everybody: there is one password.
   */
  async logIn(password: string, passwordHash: string): Promise<{ readonly session: string } | 'wrong' | 'wait'> {
    if (this.#clock.monotonic() < this.#blockedUntil) return 'wait';
    // Counted before the slow check, so that many at once do not slip through.
    this.#failures += 1;
    if (this.#failures > freeFailures) {
      const delay = Math.min(1_000 * 2 ** (this.#failures - freeFailures), longestDelayMs);
      this.#blockedUntil = this.#clock.monotonic() + delay;
    }
    if (!(await verify(passwordHash, password))) return 'wrong';
    this.#failures = 0;
    this.#blockedUntil = 0;
    return { session: this.open() };
  }

  open(): string {
    const session = this.#ids.bytes(32).toString('base64url');
    this.#sessions.set(session, this.#clock.monotonic());
    const oldest = this.#sessions.keys().next();
    if (this.#sessions.size > maxSessions && !oldest.done) this.#sessions.delete(oldest.value);
    return session;
  }

  /** Whether this is a living session; seeing a page prolongs it. */
  isOpen(session: string | undefined): boolean {
    const usedAt = session === undefined ? undefined : this.#sessions.get(session);
    if (session === undefined || usedAt === undefined) return false;
    this.#sessions.delete(session);
    if (this.#clock.monotonic() - usedAt > sessionLifeMs) return false;
    this.#sessions.set(session, this.#clock.monotonic());
    return true;
  }

  closeAll(): void {
    this.#sessions.clear();
  }

  close(session: string | undefined): void {
    if (session !== undefined) this.#sessions.delete(session);
  }
}
