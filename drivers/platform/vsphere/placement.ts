import type { MissingPlace } from '../contract.ts';
import { driverError } from './errors.ts';
import { readableName, storedName } from './names.ts';
import { type ObjectProperties, readInventory, readObject, readObjects } from './properties.ts';
import { Topology } from './topology.ts';
import type { VimSession } from './vim-session.ts';
import type { ManagedObjectReference } from './vim-values.ts';

/** Where a new VM goes. */
export interface Placement {
  readonly folder: ManagedObjectReference;
  readonly pool: ManagedObjectReference;
  readonly host: ManagedObjectReference;
  /** The networks the host offers. */
  readonly networks: readonly ManagedObjectReference[];
}

/** Chooses a folder by its path and a usable host that has the datastore mounted for writing. */
export async function choosePlacement(
  session: VimSession,
  wanted: { readonly folder: string | null; readonly datastore: string },
  signal: AbortSignal,
): Promise<Placement> {
  const topology = new Topology(session);
  await topology.load(signal);
  const folder = wanted.folder === null ? undefined : await findFolder(topology, wanted.folder, signal);
  const folderDatacenter = await topology.datacenter(folder, signal);
  for (const datastore of await datastores(session, wanted.datastore, signal)) {
    const datacenter = await topology.datacenter(datastore.reference('parent'), signal);
    if (!datacenter || (folderDatacenter && folderDatacenter.value !== datacenter.value)) continue;
    const host = await usableHost(session, datastore, signal);
    const vmFolder = folder ?? (await readObject(session, datacenter, ['vmFolder'], signal)).reference('vmFolder');
    if (!host || !vmFolder) continue;
    return { ...host, folder: vmFolder };
  }
  throw driverError(
    'permanent',
    'NOT_FOUND',
    `No connected host that can write to a datastore named ${wanted.datastore} was found${wanted.folder === null ? '' : ` in the data center of ${wanted.folder}`}.`,
    'Choose another datastore or folder, or bring a host that has the datastore out of maintenance.',
    missingPlace('datastore'),
  );
}

async function findFolder(topology: Topology, path: string, signal: AbortSignal): Promise<ManagedObjectReference> {
  const wanted = path
    .split('/')
    .filter((name) => name !== '')
    .join('/');
  const folders = await topology.vmFolders(signal);
  const found =
    folders.find((folder) => folder.path === wanted) ?? folders.find((folder) => folder.fullPath === wanted);
  if (found) return found.ref;
  throw driverError(
    'permanent',
    'NOT_FOUND',
    `There is no folder ${path}.`,
    'Name the data center and the folders below it, separated by slashes.',
    missingPlace('folder'),
  );
}

/** The cause that lets a caller give way in the right place. */
export function missingPlace(missing: MissingPlace['missing']): MissingPlace {
  return { missing };
}

async function datastores(
  session: VimSession,
  name: string,
  signal: AbortSignal,
): Promise<readonly ObjectProperties[]> {
  const found: ObjectProperties[] = [];
  for await (const page of readInventory(session, { Datastore: ['name', 'parent', 'host'] }, signal)) {
    for (const object of page) {
      const own = object.text('name');
      if (own === name || own === storedName(name) || (own && readableName(own) === name)) found.push(object);
    }
  }
  return found;
}

async function usableHost(
  session: VimSession,
  datastore: ObjectProperties,
  signal: AbortSignal,
): Promise<Omit<Placement, 'folder'> | undefined> {
  const mounted = datastore
    .list('host', 'DatastoreHostMount')
    .filter(({ mountInfo }) => mountInfo.accessMode === 'readWrite' && mountInfo.accessible !== false)
    .map((mount) => mount.key);
  const paths = ['parent', 'network', 'runtime.connectionState', 'runtime.inMaintenanceMode'];
  for (const host of await readObjects(session, 'HostSystem', mounted, paths, signal)) {
    const connected = (host.text('runtime.connectionState') ?? 'connected') === 'connected';
    const computeResource = host.reference('parent');
    if (!connected || host.flag('runtime.inMaintenanceMode') || !computeResource) continue;
    const pool = (await readObject(session, computeResource, ['resourcePool'], signal)).reference('resourcePool');
    if (pool) return { pool, host: host.ref, networks: host.references('network') };
  }
  return undefined;
}
