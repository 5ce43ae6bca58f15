import { createHash, type KeyObject } from 'node:crypto';
import { abortable, withDeadline } from '../../base/abort.ts';
import { isDriverError } from '../../base/errors.ts';
import type { PlatformConnection, PlatformSession, VmRef } from '../../drivers/platform/contract.ts';
import { sealContext, unseal } from '../../protocol/sealed.ts';
import type { VcenterAccess } from '../../protocol/work.ts';
import { uuidSpellings } from '../describe.ts';
import type { AgentTools } from '../options.ts';

interface Login {
  readonly vcenterId: string;
  readonly fingerprint: string;
  readonly session: Promise<PlatformSession>;
  gatewayVm: Promise<VmRef | null> | undefined;
  users: number;
  usedAt: number;
}

/** One login in use; disposing gives it back. */
export interface BorrowedSession extends Disposable {
  readonly session: PlatformSession;
  /** The gateway's own VM in this vCenter; null when it runs elsewhere. */
  readonly gatewayVm: VmRef | null;
}

const connectWithinMs = 60_000;
const idleLifeMs = 10 * 60_000;
/** Somebody who tries many logins must not fill the memory. */
const refusedKept = 1_000;

/**
 * At most one login per vCenter, shared by all jobs. Passwords are unsealed when they are used. One that was refused is not tried again for
 * a job until the control plane sends another one: accounts get locked by less.
 */
export class PlatformSessions implements AsyncDisposable {
  readonly #tools: AgentTools;
  readonly #sealingKey: KeyObject;
  readonly #vmUuid: string | null;
  readonly #logins = new Map<string, Login>();
  /** Nobody gets these any more, but somebody still uses them. */
  readonly #retired = new Set<Login>();
  readonly #refused = new Map<string, unknown>();
  readonly #noSession = new WeakSet<Error>();
  readonly #closed = new AbortController();

  constructor(tools: AgentTools, sealingKey: KeyObject, vmUuid: string | null) {
    this.#tools = tools;
    this.#sealingKey = sealingKey;
    this.#vmUuid = vmUuid;
  }

  /** How to log in, with the password in the clear. */
  connection(access: VcenterAccess): PlatformConnection {
    const context = sealContext.vcenterPassword(access.vcenterId);
    return {
      address: access.address,
      username: access.username,
      password: unseal(this.#sealingKey, access.sealedPassword, context).toString('utf8'),
      ...(access.trustedFingerprint && { trustedFingerprint: access.trustedFingerprint }),
      ...(access.ca && { ca: access.ca }),
    };
  }

  /** A password that works is no longer refused. */
  accepted(access: VcenterAccess): void {
    this.#refused.delete(fingerprintOf(access, this.connection(access)));
  }

  /** A login that was accepted before and is not any more: that password is not tried again either. */
  refused(access: VcenterAccess, error: unknown): void {
    this.#refuse(fingerprintOf(access, this.connection(access)), error);
  }

  async borrow(access: VcenterAccess, signal: AbortSignal): Promise<BorrowedSession> {
    this.#closeIdle(access.vcenterId);
    const login = this.#loginFor(access);
    login.users += 1;
    const giveBack = () => {
      login.users -= 1;
      login.usedAt = this.#tools.clock.monotonic();
      if (login.users === 0 && this.#retired.delete(login)) void close(login);
    };
    try {
      const session = await abortable(login.session, signal);
      login.gatewayVm ??= this.#findGatewayVm(session);
      const gatewayVm = await abortable(login.gatewayVm, signal);
      let isBorrowed = true;
      return {
        session,
        gatewayVm,
        [Symbol.dispose]() {
          if (isBorrowed) giveBack();
          isBorrowed = false;
        },
      };
    } catch (error) {
      login.gatewayVm = undefined;
      giveBack();
      throw error;
    }
  }

  /** The session does not work any more; whoever comes next logs in anew. */
  retire(vcenterId: string): void {
    const login = this.#logins.get(vcenterId);
    if (!login) return;
    this.#logins.delete(vcenterId);
    if (login.users === 0) void close(login);
    else this.#retired.add(login);
  }

  /** Whoever uses the session loses it: what answers there must not be spoken to any more. */
  end(vcenterId: string): void {
    const retired = [...this.#retired].filter((login) => login.vcenterId === vcenterId);
    const present = this.#logins.get(vcenterId);
    this.#logins.delete(vcenterId);
    for (const login of present ? [present, ...retired] : retired) {
      this.#retired.delete(login);
      void close(login);
    }
  }

  /** Whether `error` is why there is no session with a vCenter, and not what went wrong in one. */
  isNoSession(error: unknown): boolean {
    return error instanceof Error && this.#noSession.has(error);
  }

  #loginFor(access: VcenterAccess): Login {
    const connection = this.connection(access);
    const fingerprint = fingerprintOf(access, connection);
    const present = this.#logins.get(access.vcenterId);
    if (present?.fingerprint === fingerprint) return present;
    if (this.#refused.has(fingerprint)) throw this.#refused.get(fingerprint);
    this.retire(access.vcenterId);
    const driver = this.#tools.drivers.platform(access.platformDriver);
    const session = withDeadline(
      { clock: this.#tools.clock, ms: connectWithinMs, what: 'The login at the vCenter', parent: this.#closed.signal },
      (signal) => driver.connect(connection, signal),
    );
    const login: Login = {
      vcenterId: access.vcenterId,
      fingerprint,
      session,
      gatewayVm: undefined,
      users: 0,
      usedAt: this.#tools.clock.monotonic(),
    };
    this.#logins.set(access.vcenterId, login);
    session.catch((error: unknown) => {
      if (this.#logins.get(access.vcenterId) === login) this.#logins.delete(access.vcenterId);
      if (error instanceof Error) this.#noSession.add(error);
      if (isDriverError(error) && error.code === 'INVALID_LOGIN') this.#refuse(fingerprint, error);
    });
    return login;
  }

  #refuse(fingerprint: string, error: unknown): void {
    this.#refused.set(fingerprint, error);
    const [oldest] = this.#refused.keys();
    if (this.#refused.size > refusedKept && oldest !== undefined) this.#refused.delete(oldest);
  }

  async #findGatewayVm(session: PlatformSession): Promise<VmRef | null> {
    if (this.#vmUuid === null) return null;
    const spellings = uuidSpellings(this.#vmUuid);
    const found: VmRef[] = [];
    for await (const batch of session.inventory(this.#closed.signal))
      for (const vm of batch) if (spellings.includes(vm.biosUuid.toLowerCase())) found.push(vm.ref);
    // A clone of the appliance has the same uuid; guessing could attach disks to the wrong one.
    if (found.length > 1) this.#tools.logger.warn({ vms: found }, "several VMs have this gateway's uuid; none is used");
    return found.length === 1 ? (found[0] ?? null) : null;
  }

  /** The one that is `wanted` keeps itself alive and may know already that its password is refused: another one would try that again. */
  #closeIdle(wanted: string): void {
    const before = this.#tools.clock.monotonic() - idleLifeMs;
    for (const [vcenterId, login] of this.#logins)
      if (vcenterId !== wanted && login.users === 0 && login.usedAt < before) this.retire(vcenterId);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort(new Error('the gateway is closing'));
    const logins = [...this.#logins.values(), ...this.#retired];
    this.#logins.clear();
    this.#retired.clear();
    await Promise.all(logins.map(close));
  }
}

async function close(login: Login): Promise<void> {
  try {
    const session = await login.session;
    await session[Symbol.asyncDispose]();
  } catch {
    // It never opened, or the vCenter is gone: either way nothing is left to close.
  }
}

function fingerprintOf(access: VcenterAccess, connection: PlatformConnection): string {
  const { address, username, password, trustedFingerprint, ca } = connection;
  const parts = [
    access.platformDriver,
    address,
    username,
    password,
    trustedFingerprint ?? '',
    ca ?? '',
    // What somebody has confirmed since it was refused may be tried again.
    String(access.loginVersion ?? ''),
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
