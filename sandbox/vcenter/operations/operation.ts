import type { ManagedObject } from '../core/managed-object.ts';
import type { World } from '../core/world.ts';
import type { Session, Sessions } from '../sessions.ts';
import type { VimObject, VimValue } from '../soap/values.ts';

/** One call as an operation sees it. */
export interface Call {
  readonly world: World;
  readonly sessions: Sessions;
  /** The caller's session. Operations that need none are called without. */
  readonly session: Session | undefined;
  readonly self: ManagedObject;
  readonly params: VimObject;
  readonly userAgent: string;
  readonly address: string;
  /** Aborted when the client goes away or the sandbox closes. */
  readonly signal: AbortSignal;
  /** Makes the answer carry a session cookie. */
  setSession(session: Session): void;
}

export type Operation = (call: Call) => VimValue | undefined | Promise<VimValue | undefined>;

export type OperationTable = Readonly<Record<string, Operation>>;
