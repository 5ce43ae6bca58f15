import { readableName } from './names.ts';
import { type ObjectProperties, type PathsByType, readInventory, readObject } from './properties.ts';
import type { VimSession } from './vim-session.ts';
import type { ManagedObjectReference } from './vim-values.ts';

interface Place {
  readonly type: string;
  /** As vSphere stores it. */
  readonly name: string;
  readonly parent: ManagedObjectReference | undefined;
}

/** What every data center calls the folder above all its VMs. */
const hiddenVmFolder = 'vm';

export interface VmFolder {
  readonly ref: ManagedObjectReference;
  /** `DC/folder`; `DC` alone for the data center's own folder. Names as vSphere stores them. */
  readonly path: string;
  /** The same as vSphere's own tools write it: `DC/vm/folder`. */
  readonly fullPath: string;
}

const placePaths: PathsByType = {
  Datacenter: ['name', 'parent'],
  Folder: ['name', 'parent'],
  HostSystem: ['name', 'parent'],
  Network: ['name', 'parent'],
};

/** Names of and ways to data centers, folders, hosts and networks, read once and remembered for one look at the inventory. */
export class Topology {
  readonly #session: VimSession;
  readonly #places = new Map<string, Place>();

  constructor(session: VimSession) {
    this.#session = session;
  }

  /** Reads all of them at once: right before looking at many VMs, wasteful before looking at one. */
  async load(signal: AbortSignal): Promise<void> {
    for await (const page of readInventory(this.#session, placePaths, signal)) {
      for (const object of page) this.#remember(object);
    }
  }

  /** The readable name of a host or network. */
  async name(ref: ManagedObjectReference, signal: AbortSignal): Promise<string> {
    return readableName((await this.#place(ref, signal)).name);
  }

  /** `DC/folder/name` of a VM or folder with this name in `parent`; names stay as vSphere stores them. */
  async path(name: string, parent: ManagedObjectReference | undefined, signal: AbortSignal): Promise<string> {
    const names = [name];
    for (let ref = parent; ref; ) {
      const place = await this.#place(ref, signal);
      const above = place.parent;
      // The root folder and each data center's hidden VM folder say nothing to a reader.
      if (above && !(place.type === 'Folder' && above.type === 'Datacenter')) names.unshift(place.name);
      ref = above;
    }
    return names.join('/');
  }

  /** The data center that `ref` lies in. */
  async datacenter(
    ref: ManagedObjectReference | undefined,
    signal: AbortSignal,
  ): Promise<ManagedObjectReference | undefined> {
    for (let current = ref; current; ) {
      if (current.type === 'Datacenter') return current;
      current = (await this.#place(current, signal)).parent;
    }
    return undefined;
  }

  /**
   * Every folder for VMs known after {@link load}, by the path people see. A data center has folders for hosts, datastores and networks
   * too, and one of those often has the same name.
   */
  async vmFolders(signal: AbortSignal): Promise<readonly VmFolder[]> {
    const found: VmFolder[] = [];
    for (const [value, place] of this.#places) {
      if (place.type !== 'Folder') continue;
      const names: string[] = [];
      for (let current: Place | undefined = place; current; current = this.#parentOf(current)) {
        if (current.parent?.type !== 'Datacenter') {
          names.unshift(current.name);
          continue;
        }
        if (current.name !== hiddenVmFolder) break;
        const datacenter = await this.#place(current.parent, signal);
        const above = await this.path(datacenter.name, datacenter.parent, signal);
        const path = [above, ...names].join('/');
        found.push({ ref: { type: 'Folder', value }, path, fullPath: [above, hiddenVmFolder, ...names].join('/') });
        break;
      }
    }
    return found;
  }

  #parentOf(place: Place): Place | undefined {
    return place.parent && this.#places.get(place.parent.value);
  }

  async #place(ref: ManagedObjectReference, signal: AbortSignal): Promise<Place> {
    const known = this.#places.get(ref.value);
    if (known) return known;
    const paths = ref.type === 'VirtualApp' ? ['name', 'parent', 'parentFolder'] : ['name', 'parent'];
    return this.#remember(await readObject(this.#session, ref, paths, signal));
  }

  #remember(object: ObjectProperties): Place {
    const place = {
      type: object.ref.type,
      name: object.text('name') ?? object.ref.value,
      parent: object.reference('parentFolder') ?? object.reference('parent'),
    };
    this.#places.set(object.ref.value, place);
    return place;
  }
}
