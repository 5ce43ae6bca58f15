import type { ManagedObject } from '../core/managed-object.ts';
import type { MoRef, VimValue } from '../soap/values.ts';

type Properties = Record<string, VimValue | (() => VimValue | undefined)>;

/** A named thing in the inventory tree. */
export class Entity implements ManagedObject {
  readonly ref: MoRef;
  name: string;
  parent: Entity | undefined;
  readonly recentTasks: MoRef[] = [];
  readonly #properties: Properties;

  constructor(ref: MoRef, name: string, properties: Properties = {}) {
    this.ref = ref;
    this.name = name;
    this.#properties = properties;
  }

  read(property: string): VimValue | undefined {
    switch (property) {
      case 'name':
        return encodeName(this.name);
      case 'parent':
        return this.parent?.ref;
      case 'overallStatus':
      case 'configStatus':
        return 'green';
      case 'recentTask':
        return this.recentTasks;
      case 'effectiveRole':
        return [-1];
      case 'alarmActionsEnabled':
        return true;
      case 'disabledMethod':
      case 'customValue':
      case 'value':
      case 'availableField':
      case 'configIssue':
      case 'permission':
      case 'declaredAlarmState':
      case 'triggeredAlarmState':
      case 'tag':
        return [];
      default: {
        const value = Object.hasOwn(this.#properties, property) ? this.#properties[property] : undefined;
        return typeof value === 'function' ? value() : value;
      }
    }
  }

  /** Names from the root's child down to this one, as an inventory path has them. */
  path(): readonly string[] {
    return this.parent ? [...this.parent.path(), this.name] : [];
  }
}

/** vCenter shows these three characters of a name as escapes. */
export function encodeName(name: string): string {
  return name.replace(/[%/\\]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
}

export function decodeName(name: string): string {
  return name.replace(/%(25|2f|5c)/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

export class Folder extends Entity {
  readonly children: Entity[] = [];
  readonly childTypes: readonly string[];

  constructor(ref: MoRef, name: string, childTypes: readonly string[]) {
    super(ref, name);
    this.childTypes = childTypes;
  }

  add<T extends Entity>(child: T): T {
    child.parent = this;
    this.children.push(child);
    return child;
  }

  drop(child: Entity): void {
    const index = this.children.indexOf(child);
    if (index >= 0) this.children.splice(index, 1);
  }

  override read(property: string): VimValue | undefined {
    if (property === 'childType') return this.childTypes;
    if (property === 'childEntity') return this.children.map((child) => child.ref);
    return super.read(property);
  }
}

export class Datacenter extends Entity {
  readonly vmFolder: Folder;
  readonly hostFolder: Folder;
  readonly datastoreFolder: Folder;
  readonly networkFolder: Folder;

  constructor(
    ref: MoRef,
    name: string,
    folders: { readonly vm: Folder; readonly host: Folder; readonly datastore: Folder; readonly network: Folder },
  ) {
    super(ref, name, {
      vmFolder: folders.vm.ref,
      hostFolder: folders.host.ref,
      datastoreFolder: folders.datastore.ref,
      networkFolder: folders.network.ref,
      datastore: () => folders.datastore.children.map((child) => child.ref),
      network: () => folders.network.children.map((child) => child.ref),
      configuration: { $type: 'DatacenterConfigInfo' },
    });
    this.vmFolder = folders.vm;
    this.hostFolder = folders.host;
    this.datastoreFolder = folders.datastore;
    this.networkFolder = folders.network;
    for (const folder of Object.values(folders)) folder.parent = this;
  }

  get folders(): readonly Folder[] {
    return [this.vmFolder, this.hostFolder, this.datastoreFolder, this.networkFolder];
  }
}

/** The data center an entity lies in. */
export function datacenterOf(entity: Entity): Datacenter | undefined {
  if (entity instanceof Datacenter) return entity;
  return entity.parent ? datacenterOf(entity.parent) : undefined;
}
