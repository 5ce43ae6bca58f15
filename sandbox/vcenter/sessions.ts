import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import type { IdSource } from '../../base/ids.ts';
import type { VimObject } from './soap/values.ts';

/** One login. It owns what the client made with it: collectors, filters, views, pages. */
export interface Session {
  readonly id: string;
  readonly userName: string;
  readonly loginTime: Date;
  readonly userAgent: string;
  readonly address: string;
  lastActive: number;
  calls: number;
  /** Aborted when the session ends. */
  readonly ended: AbortController;
}

export interface SessionsOptions {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly username: string;
  readonly password: string;
  /** Milliseconds without a call after which a session is forgotten. VMware's default is 30 minutes. */
  readonly idleTimeoutMs: number;
}

/** Who is logged in. */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #sessions = new Map<string, Session>();
  readonly #calling = new AsyncLocalStorage<Session | undefined>();
  readonly #users = new Map<string, { readonly name: string; readonly password: string }>();
  /** Logins refused since the start; tests look at it to see that nobody hammers a wrong password. */
  refused = 0;
  /** Logins accepted since the start. */
  accepted = 0;

  constructor(options: SessionsOptions) {
    this.#options = options;
    this.setPassword(options.username, options.password);
  }

  /** A user there is from now on, or another password of one: sessions of before go on, as at a real vCenter. */
  setPassword(name: string, password: string): void {
    this.#users.set(principalOf(name), { name, password });
  }

  /** The new session, or undefined when the name or the password is wrong. */
  login(credentials: { userName: string; password: string; userAgent: string; address: string }): Session | undefined {
    const { ids, clock } = this.#options;
    const user = this.#users.get(principalOf(credentials.userName));
    if (!user || !same(credentials.password, user.password)) {
      this.refused += 1;
      return undefined;
    }
    this.accepted += 1;
    const session: Session = {
      id: ids.bytes(20).toString('hex'),
      userName: user.name,
      loginTime: new Date(clock.now()),
      userAgent: credentials.userAgent,
      address: credentials.address,
      lastActive: clock.now(),
      calls: 0,
      ended: new AbortController(),
    };
    this.#sessions.set(session.id, session);
    return session;
  }

  /** The live session with this id; finding it counts as activity. */
  use(id: string): Session | undefined {
    const session = this.#sessions.get(id);
    if (!session) return undefined;
    if (this.#options.clock.now() - session.lastActive > this.#options.idleTimeoutMs) {
      this.end(session);
      return undefined;
    }
    session.lastActive = this.#options.clock.now();
    session.calls += 1;
    return session;
  }

  /** Runs a call so that `current` is its session. */
  during<T>(session: Session | undefined, call: () => T): T {
    return this.#calling.run(session, call);
  }

  /** The session of the call that is being answered. */
  current(): Session | undefined {
    return this.#calling.getStore();
  }

  find(id: string): Session | undefined {
    return this.#sessions.get(id);
  }

  end(session: Session): void {
    this.#sessions.delete(session.id);
    session.ended.abort();
  }

  endAll(): void {
    for (const session of this.all()) this.end(session);
  }

  all(): readonly Session[] {
    return [...this.#sessions.values()];
  }
}

/** `DOMAIN\\user` and `user@domain` are the same user, in any case of letters. */
export function principalOf(name: string): string {
  const [, domain, user] = /^([^\\]+)\\(.+)$/s.exec(name) ?? [];
  return (domain === undefined ? name : `${user}@${domain}`).toLowerCase();
}

function same(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

/** UserSession, as Login answers it. */
export function userSession(session: Session): VimObject {
  return {
    $type: 'UserSession',
    key: session.id,
    userName: session.userName,
    fullName: session.userName.replace(/@.*/, ''),
    loginTime: session.loginTime,
    lastActiveTime: new Date(session.lastActive),
    locale: 'en',
    messageLocale: 'en',
    extensionSession: false,
    ipAddress: session.address,
    userAgent: session.userAgent,
    callCount: session.calls,
  };
}
