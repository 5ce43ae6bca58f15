import type { Entity } from '../inventory/entity.ts';
import { principalOf } from '../sessions.ts';
import { VimFault } from '../soap/faults.ts';
import type { MoRef, VimObject } from '../soap/values.ts';
import { knownPrivileges, systemPrivileges } from './known-privileges.ts';

interface Role {
  readonly id: number;
  readonly system: boolean;
  name: string;
  privileges: readonly string[];
}

interface Permission {
  readonly entity: Entity;
  readonly principal: string;
  readonly group: boolean;
  readonly roleId: number;
  readonly propagate: boolean;
}

const administrator = -1;
const noAccess = -5;

/** Roles, and who has which on what: the nearest permission of a user on the way to the root counts. Groups have no members here. */
export class Authorization {
  readonly #roles = new Map<number, Role>();
  #permissions: Permission[] = [];
  #nextId = 1001;

  constructor() {
    const system = (id: number, name: string, privileges: readonly string[]) =>
      this.#roles.set(id, { id, system: true, name, privileges });
    system(administrator, 'Admin', knownPrivileges);
    system(-2, 'ReadOnly', systemPrivileges);
    system(-3, 'View', ['System.Anonymous', 'System.View']);
    system(-4, 'Anonymous', ['System.Anonymous']);
    system(noAccess, 'NoAccess', []);
  }

  roles(): readonly VimObject[] {
    return [...this.#roles.values()].map((role) => ({
      $type: 'AuthorizationRole',
      roleId: role.id,
      system: role.system,
      name: role.name,
      info: { $type: 'Description', label: role.name, summary: role.name },
      privilege: role.privileges,
    }));
  }

  addRole(name: string, privileges: readonly string[]): number {
    this.#checkName(name);
    const id = this.#nextId;
    this.#nextId += 1;
    this.#roles.set(id, { id, system: false, name, privileges: withSystem(privileges) });
    return id;
  }

  updateRole(id: number, name: string, privileges: readonly string[]): void {
    const role = this.#ownRole(id);
    if (name !== role.name) this.#checkName(name);
    role.name = name;
    role.privileges = withSystem(privileges);
  }

  removeRole(id: number, failIfUsed: boolean): void {
    this.#ownRole(id);
    const isUsed = this.#permissions.some((permission) => permission.roleId === id);
    if (isUsed && failIfUsed) throw new VimFault('RemoveFailed', 'The role is in use.');
    this.#permissions = this.#permissions.filter((permission) => permission.roleId !== id);
    this.#roles.delete(id);
  }

  setPermission(permission: Permission): void {
    if (!this.#roles.has(permission.roleId)) throw notFound();
    const { entity, principal, group } = permission;
    this.#permissions = this.#permissions.filter(
      (other) =>
        other.entity !== entity || other.group !== group || principalOf(other.principal) !== principalOf(principal),
    );
    this.#permissions.push(permission);
  }

  removePermission(entity: Entity, principal: string, group: boolean): void {
    const before = this.#permissions.length;
    this.#permissions = this.#permissions.filter(
      (other) =>
        other.entity !== entity || other.group !== group || principalOf(other.principal) !== principalOf(principal),
    );
    if (this.#permissions.length === before) throw notFound();
  }

  permissions(
    which: (permission: { readonly entity: Entity; readonly roleId: number }) => boolean,
  ): readonly VimObject[] {
    return this.#permissions.filter(which).map(({ entity, principal, group, roleId, propagate }) => ({
      $type: 'Permission',
      entity: entity.ref,
      principal,
      group,
      roleId,
      propagate,
    }));
  }

  privilegesOn(userName: string, entity: Entity): ReadonlySet<string> {
    const user = principalOf(userName);
    for (let at: Entity | undefined = entity; at; at = at.parent) {
      const found = this.#permissions.find(
        (each) => each.entity === at && !each.group && principalOf(each.principal) === user,
      );
      if (found && (found.propagate || at === entity)) return new Set(this.#roles.get(found.roleId)?.privileges);
    }
    return new Set();
  }

  /** Throws NoPermission with the entity and the privilege, as vCenter does. */
  require(userName: string, entity: Entity, privilege: string): void {
    if (!this.privilegesOn(userName, entity).has(privilege)) throw noPermission(entity.ref, privilege);
  }

  #ownRole(id: number): Role {
    const role = this.#roles.get(id);
    if (!role) throw notFound();
    if (role.system) throw new VimFault('InvalidArgument', 'A specified parameter was not correct: roleId');
    return role;
  }

  #checkName(name: string): void {
    const taken = [...this.#roles.values()].some((role) => role.name === name);
    if (taken) throw new VimFault('AlreadyExists', 'The specified key, name, or identifier already exists.', { name });
  }
}

function withSystem(privileges: readonly string[]): readonly string[] {
  if (privileges.some((privilege) => !knownPrivileges.includes(privilege)))
    throw new VimFault('InvalidArgument', 'A specified parameter was not correct: privIds', {
      invalidProperty: 'privIds',
    });
  return [...new Set([...systemPrivileges, ...privileges])];
}

function noPermission(object: MoRef, privilegeId: string): VimFault {
  return new VimFault('NoPermission', 'Permission to perform this operation was denied.', { object, privilegeId });
}

function notFound(): VimFault {
  return new VimFault('NotFound', 'The object or item referred to could not be found.');
}
