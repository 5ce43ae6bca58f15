/** vSphere keeps `/`, `\` and `%` in names as `%2f`, `%5c` and `%25`; people read and write the plain characters. */
export function readableName(stored: string): string {
  return stored.replace(/%(2f|5c|25)/gi, (_match, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** The name as vSphere stores it. */
export function storedName(readable: string): string {
  return readable.replaceAll('%', '%25').replaceAll('/', '%2f').replaceAll('\\', '%5c');
}

export interface DatastorePath {
  readonly datastore: string;
  /** `[datastore] directory`, without a slash at the end; `[datastore]` for a file at the root. */
  readonly directory: string;
}

/** The parts of `[datastore] directory/file.vmdk`. Undefined for anything else, such as a device path. */
export function parseDatastorePath(fileName: string): DatastorePath | undefined {
  const match = /^\[(?<datastore>.+?)\] ?(?<path>.*)$/.exec(fileName);
  const datastore = match?.groups?.datastore;
  if (!datastore) return undefined;
  const path = match.groups?.path ?? '';
  const slash = path.lastIndexOf('/');
  return { datastore, directory: slash < 0 ? `[${datastore}]` : `[${datastore}] ${path.slice(0, slash)}` };
}
