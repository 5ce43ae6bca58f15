import { DriverError, type DriverErrorKind } from '../../../base/errors.ts';
import { faultChain } from './vim-types.ts';

/** A fault of the vSphere API as the cause of a DriverError. Holds no request, so no secret. */
export class VimFault extends Error {
  override readonly name = 'VimFault';
  /** WSDL name, for example `InvalidLogin`. */
  readonly type: string;
  /** Privilege a NoPermission fault asks for. */
  readonly privilege: string | undefined;

  constructor(type: string, message: string, privilege?: string) {
    super(message);
    this.type = type;
    this.privilege = privilege;
  }
}

/** Whether `error` was caused by fault `type` or one derived from it. */
export function isFault(error: unknown, type: string): boolean {
  return error instanceof Error && error.cause instanceof VimFault && faultChain(error.cause.type).includes(type);
}

export function driverError(
  kind: DriverErrorKind,
  code: string,
  message: string,
  remedy: string,
  cause?: unknown,
): DriverError {
  return new DriverError({ kind, code, message, remedy }, cause === undefined ? undefined : { cause });
}

interface Meaning {
  readonly kind: DriverErrorKind;
  readonly code: string;
  readonly remedy: string;
}

const quiesceFailed: Meaning = {
  kind: 'permanent',
  code: 'QUIESCE_FAILED',
  remedy: 'Check VMware Tools and the writers or scripts in the guest, or back up without quiescing.',
};
const busy: Meaning = { kind: 'transient', code: 'BUSY', remedy: 'Try again when the running task has ended.' };
const noConnection: Meaning = {
  kind: 'transient',
  code: 'BUSY',
  remedy: 'Try again when other backups and restores of this host have ended.',
};
const unreachable: Meaning = {
  kind: 'transient',
  code: 'UNREACHABLE',
  remedy: 'Check that the ESXi host is connected to vCenter and reachable.',
};
const notSupported: Meaning = {
  kind: 'permanent',
  code: 'NOT_SUPPORTED',
  remedy: 'This server, its licence or this virtual machine does not support the operation.',
};
const invalidState: Meaning = {
  kind: 'permanent',
  code: 'INVALID_STATE',
  remedy: 'Bring the virtual machine into the state the message asks for and start again.',
};

/** What each fault means; a fault that is not listed means what its nearest listed ancestor means. */
const meanings: Readonly<Record<string, Meaning>> = {
  InvalidLogin: {
    kind: 'needsPerson',
    code: 'INVALID_LOGIN',
    remedy: 'Correct the user name or the password. It is not tried again, so that the account is not locked.',
  },
  NoPermission: {
    kind: 'needsPerson',
    code: 'NO_PERMISSION',
    remedy: "Give the account's role the missing privilege, propagated to the virtual machines.",
  },
  NotAuthenticated: { kind: 'transient', code: 'SESSION_LOST', remedy: 'Try again; a new session is made.' },
  ManagedObjectNotFound: {
    kind: 'permanent',
    code: 'NOT_FOUND',
    remedy: 'The object was removed from the inventory; refresh the inventory.',
  },
  // Another product's backup lets go by itself; whoever retries bounds the tries.
  FileLocked: {
    kind: 'transient',
    code: 'DISK_LOCKED',
    remedy: 'If it stays locked, detach the disk from the virtual machine or backup product that holds it.',
  },
  ApplicationQuiesceFault: quiesceFailed,
  FilesystemQuiesceFault: quiesceFailed,
  ToolsUnavailable: quiesceFailed,
  TaskInProgress: busy,
  ConcurrentAccess: busy,
  ResourceInUse: busy,
  Timedout: { kind: 'transient', code: 'TIMEOUT', remedy: 'Try again when the server is less loaded.' },
  HostCommunication: unreachable,
  HostConnectFault: unreachable,
  SystemError: {
    kind: 'transient',
    code: 'TASK_FAILED',
    remedy: "Try again; if it stays, the host's log (hostd.log) has the reason behind a general system error.",
  },
  NotSupported: notSupported,
  NotImplemented: notSupported,
  InvalidRequest: notSupported,
  RestrictedVersion: notSupported,
  NotEnoughLicenses: notSupported,
  InvalidState: invalidState,
  NoDiskSpace: {
    kind: 'permanent',
    code: 'DATASTORE_FULL',
    remedy: 'Free space on the datastore, or choose another one, then start again.',
  },
  DuplicateName: {
    kind: 'permanent',
    code: 'NAME_TAKEN',
    remedy: 'Choose another name or another folder for the virtual machine.',
  },
};

const taskFailed: Meaning = {
  kind: 'permanent',
  code: 'TASK_FAILED',
  remedy: "See the task and the events of the virtual machine in the vSphere Client for the server's reason.",
};

/** ESXi reports a lock held by another machine, or a guest that will not quiesce, in words only under generic faults. */
function spokenMeaning(message: string): Meaning | undefined {
  if (/failed to lock the file|file is locked/i.test(message)) return meanings.FileLocked;
  return /quiesc/i.test(message) ? quiesceFailed : undefined;
}

/**
 * A host gives few connections for disk transfers ("NFC") and tells of their end under general faults; what counts is that they are free again
 * later ("NFC Session Connection Limits", Virtual Disk Development Kit guide).
 */
function isNfcLimit(message: string): boolean {
  return /\bnfc\b/i.test(message) && /connection|session|limit|too many|maximum|memory|resource/i.test(message);
}

/** The DriverError for a fault. `what` names what was attempted, as the start of a sentence: `Creating the snapshot`. */
export function errorOfFault(fault: VimFault, what: string): DriverError {
  const known = faultChain(fault.type).find((type) => Object.hasOwn(meanings, type));
  const listed = (known && meanings[known]) || taskFailed;
  const isGeneral = listed === taskFailed || listed === meanings.SystemError;
  const spoken = listed === taskFailed ? spokenMeaning(fault.message) : undefined;
  const meaning = isGeneral && isNfcLimit(fault.message) ? noConnection : (spoken ?? listed);
  const privilege = fault.privilege ? ` (privilege ${fault.privilege})` : '';
  const message = `${what} failed: ${fault.message || fault.type} [${fault.type}]${privilege}.`;
  return driverError(meaning.kind, meaning.code, message.replace(/\.\s*\[/, ' ['), meaning.remedy, fault);
}
