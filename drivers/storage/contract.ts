/**
 * Where a vault's objects live. The control plane holds a {@link StorageDriver} and its target's identity; a gateway
 * opens an {@link ObjectStore} with what `issueCredentials` gave out for one vault's prefix.
 *
 * Retry, limits, logging and injected faults wrap a driver; none of them is inside one. Every method throws
 * `DriverError` only, or the signal's reason when aborted. Codes: `NOT_FOUND` (permanent), `ACCESS_DENIED` and
 * `CREDENTIALS_EXPIRED` (needsPerson, unless fresh credentials can be had), `NO_SPACE` (needsPerson), `UNREACHABLE`,
 * `TIMEOUT` and `THROTTLED` (transient), `SHORT_BODY` (transient, or permanent where the storage itself tells that the
 * object is shorter), `BAD_CONFIGURATION` (needsPerson), `CORRUPT` (permanent, or
 * transient where the bytes were damaged only on their way).
 */
export interface StorageDriver {
  /** The name used in configuration and kept with every vault: `file`, `oss`, … */
  readonly name: string;
  /**
   * True where a store of this driver ends an operation itself once nothing moves any more. Others get a limit on the
   * whole of an operation from the retrying decorator, which also ends what is only slow.
   */
  readonly watchesProgress?: boolean;
  /**
   * True where a store of this driver keeps to {@link OpenStoreOptions.pace} within an upload. For others a limit of the
   * traffic holds each object back as a whole.
   */
  readonly pacesUploads?: boolean;
  /** Checks a storage target's settings as the operator wrote them. Pure; throws BAD_CONFIGURATION naming the setting. */
  parseTarget(settings: Readonly<Record<string, string>>): StorageTarget;
  /**
   * Where a vault lives inside the target, with what a gateway needs to find it (endpoints, a CA) in its settings.
   * Pure. Throws BAD_CONFIGURATION where the target has no place for that region. Absent: the target's `bucket` or
   * `root`, and no settings.
   */
  locate?(target: StorageTarget, vault: NewVault): VaultLocation;
  /**
   * How the control plane itself reaches the target. Absent: as {@link OpenStoreOptions.endpoint} is when it is left
   * out.
   */
  ownEndpoint?(target: StorageTarget): StoreEndpoint;
  /**
   * Creates the bucket or directory behind `location` where it is missing and proves that put, get, list and delete
   * work. May be called again. Resolves with what is really there, which need not be what {@link locate} was asked for;
   * with nothing where the driver has nothing to tell, as of a directory.
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: a driver with nothing to tell returns nothing.
  provision(target: StorageTarget, location: VaultLocation, signal: AbortSignal): Promise<ProvisionedPlace | void>;
  /** Credentials confined to the vault's prefix. `expiresAt` is ISO 8601 UTC, or null when they do not expire. */
  issueCredentials(
    target: StorageTarget,
    location: VaultLocation,
    access: StorageAccess,
    signal: AbortSignal,
  ): Promise<StorageCredentials>;
  /**
   * Which server a gateway's requests for this vault go to, so that it can be probed and firewalls be opened.
   * Pure. Throws BAD_CONFIGURATION. Absent, or null: none that
   * a network leads to, or nobody knows.
   */
  serverOf?(location: VaultLocation, endpoint: StoreEndpoint): StoreServer | null;
  /** Opens the vault's prefix. No I/O: the first operation shows whether the credentials work. */
  open(options: OpenStoreOptions): ObjectStore;
}

/** A configured target: the driver's own validated settings, secrets included. Never logged, never sent to a gateway. */
export interface StorageTarget {
  readonly driver: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** A vault that needs a place. */
export interface NewVault {
  readonly region: string;
  /** Ends with `/`; nobody else's. */
  readonly prefix: string;
  /** What a bucket should be if it is made for this vault. */
  readonly redundancy?: 'ZRS' | 'LRS';
  /**
   * Host patterns of the region's object storage by network; `<bucket>` and `<region>` stand for the vault's. For a
   * target whose settings name none.
   */
  readonly hosts?: { readonly VPC?: string; readonly INTERNET?: string };
}

/** What {@link StorageDriver.provision} found or made. */
export interface ProvisionedPlace {
  /** How the storage keeps the bucket's objects. UNKNOWN: it has a redundancy, and would not tell which. */
  readonly redundancy: 'ZRS' | 'LRS' | 'UNKNOWN';
  /** Of objects that are put there, as a console shows it: `STANDARD`, `IA`, …; UNKNOWN as with the redundancy. */
  readonly storageClass: string;
}

/** Names a vault's place inside a target; not secret; given to gateways and kept in the database. */
export interface VaultLocation {
  readonly driver: string;
  readonly region: string;
  /** Bucket name or root directory. */
  readonly bucket: string;
  /** Ends with `/`. Keys of an {@link ObjectStore} are relative to it. */
  readonly prefix: string;
  /** Driver specific, not secret (endpoint templates, …). */
  readonly settings: Readonly<Record<string, string>>;
}

/** `maintain` adds delete; only maintenance jobs get it. */
export type StorageAccess = 'read' | 'write' | 'maintain';

export interface StorageCredentials {
  readonly access: StorageAccess;
  readonly expiresAt: string | null;
  /** Driver specific, secret: sealed on its way to a gateway. */
  readonly values: Readonly<Record<string, string>>;
}

export interface OpenStoreOptions {
  readonly location: VaultLocation;
  /** Asked for at the first operation and again when what it gave is about to expire or was refused as expired. */
  readonly credentials: (signal: AbortSignal) => Promise<StorageCredentials>;
  /** The data channel's host of the network driver and the scheme of the transfer driver; a directory ignores both. */
  readonly endpoint?: StoreEndpoint;
  /**
   * How the driver does each step of a longer operation, such as a part of an upload: the retrying decorator does a
   * step again where doing all of the operation again would never end. Absent: once. What is tried again, and when, is
   * decided there and not in the driver.
   */
  readonly step?: <T>(what: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>) => Promise<T>;
  /** Given only to drivers that say `pacesUploads`. Pieces of up to 256 KiB make it even. Absent: no limit. */
  readonly pace?: UploadPace;
}

/** A limit of what may be sent, which may begin, change and end at any time. */
export interface UploadPace {
  readonly isLimited: boolean;
  /**
   * Called before each piece of a body is sent, with its bytes and the operation's own signal. Resolves when it may go;
   * undefined: at once. Rejects with the signal's reason. Such a wait is no silence of the storage, nor is it part of
   * any limit of time.
   */
  take(bytes: number, signal: AbortSignal): Promise<void> | undefined;
}

export interface StoreEndpoint {
  readonly scheme: 'https' | 'http';
  readonly network: 'VPC' | 'INTERNET';
}

export interface ObjectInfo {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** ISO 8601 UTC, by the server's clock. */
  readonly modifiedAt: string;
}

export interface StoreServer {
  /** An IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
  /** PEM; null: the public authorities. */
  readonly ca: string | null;
}

/** Half-open byte range. A negative `start` counts from the object's end and then `end` is left out. */
export interface ByteRange {
  readonly start: number;
  readonly end?: number;
}

/**
 * Flat objects under one prefix. Keys: 1 to 512 characters of `[A-Za-z0-9._/-]`, without empty, `.` or `..` segments.
 * Objects are immutable once visible: a reader sees a whole object or none, also after a crash of the writer.
 * When a put has resolved the object is durable.
 */
export interface ObjectStore extends AsyncDisposable {
  /** Writes or replaces. May be called twice with the same bytes. `body` is not kept after the promise settles. */
  put(key: string, body: Uint8Array, signal: AbortSignal): Promise<void>;
  /**
   * Uploads a local file. Same promises as `put`. The caller may remove the file afterwards but never changes it: a
   * directory on the same file system keeps it by a hard link.
   */
  putFile(key: string, path: string, signal: AbortSignal): Promise<void>;
  /** Atomic: of several writers exactly one gets `created`; the others get `exists` and change nothing. */
  putIfAbsent(key: string, body: Uint8Array, signal: AbortSignal): Promise<'created' | 'exists'>;
  /**
   * The whole object or the range, exactly; NOT_FOUND where there is no such object; SHORT_BODY rather than fewer
   * bytes.
   */
  get(key: string, range: ByteRange | undefined, signal: AbortSignal): Promise<Uint8Array>;
  /** Undefined where there is no such object. */
  head(key: string, signal: AbortSignal): Promise<ObjectInfo | undefined>;
  /** Ascending by key (bytewise), only keys that start with `prefix` and come after `after`. Read as it is consumed. */
  list(options: { readonly prefix: string; readonly after?: string }, signal: AbortSignal): AsyncIterable<ObjectInfo>;
  /** Deletes; a key that is not there is no error. */
  delete(keys: readonly string[], signal: AbortSignal): Promise<void>;
}
