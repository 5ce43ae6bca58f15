import { type Entity, Folder } from '../inventory/entity.ts';
import { VimFault } from '../soap/faults.ts';

/** The name of a VM as the name of its directory and files. */
export function fileNameOf(name: string): string {
  return name.replaceAll(/[/\\%<>"&]/g, '_');
}

/** Throws InvalidName or DuplicateName. */
export function checkNameFree(parent: Entity | undefined, name: string): void {
  if (name === '' || name.length > 80) {
    throw new VimFault('InvalidName', `The name '${name}' is not valid.`, { name });
  }
  const taken = parent instanceof Folder ? parent.children.find((child) => child.name === name) : undefined;
  if (taken) {
    throw new VimFault('DuplicateName', `The name '${name}' already exists.`, { name, object: taken.ref });
  }
}
