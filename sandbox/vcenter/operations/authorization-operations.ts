import { Entity } from '../inventory/entity.ts';
import { managedObjectNotFound } from '../soap/faults.ts';
import { booleanOf, numberOf, objectsOf, refOf, refsOf, stringOf, stringsOf } from '../soap/values.ts';
import type { Call, OperationTable } from './operation.ts';

function entityAt({ world }: Call, ref: ReturnType<typeof refOf>): Entity {
  const found = ref && world.objects.find(ref);
  if (found instanceof Entity) return found;
  throw managedObjectNotFound(ref ?? world.root.ref);
}

function sessionUser({ sessions, params }: Call): string {
  return sessions.find(stringOf(params, 'sessionId') ?? '')?.userName ?? '';
}

function availability(call: Call, entities: readonly Entity[], userName: string) {
  const asked = stringsOf(call.params, 'privId');
  return entities.map((entity) => {
    const held = call.world.authorization.privilegesOn(userName, entity);
    return {
      $type: 'EntityPrivilege',
      entity: entity.ref,
      privAvailability: asked.map((privId) => ({
        $type: 'PrivilegeAvailability',
        privId,
        isGranted: held.has(privId),
      })),
    };
  });
}

/** Roles, permissions, and who may what. */
export const authorizationOperations: OperationTable = {
  AddAuthorizationRole: ({ world, params }) =>
    world.authorization.addRole(stringOf(params, 'name') ?? '', stringsOf(params, 'privIds')),

  UpdateAuthorizationRole: ({ world, params }) => {
    const [id, name] = [numberOf(params, 'roleId') ?? 0, stringOf(params, 'newName') ?? ''];
    world.authorization.updateRole(id, name, stringsOf(params, 'privIds'));
    return undefined;
  },

  RemoveAuthorizationRole: ({ world, params }) => {
    world.authorization.removeRole(numberOf(params, 'roleId') ?? 0, booleanOf(params, 'failIfUsed') ?? false);
    return undefined;
  },

  SetEntityPermissions: (call) => {
    const entity = entityAt(call, refOf(call.params, 'entity'));
    for (const permission of objectsOf(call.params, 'permission')) {
      call.world.authorization.setPermission({
        entity,
        principal: stringOf(permission, 'principal') ?? '',
        group: booleanOf(permission, 'group') ?? false,
        roleId: numberOf(permission, 'roleId') ?? 0,
        propagate: booleanOf(permission, 'propagate') ?? false,
      });
    }
    return undefined;
  },

  RemoveEntityPermission: (call) => {
    const { params, world } = call;
    const entity = entityAt(call, refOf(params, 'entity'));
    world.authorization.removePermission(entity, stringOf(params, 'user') ?? '', booleanOf(params, 'isGroup') ?? false);
    return undefined;
  },

  RetrieveAllPermissions: ({ world }) => world.authorization.permissions(() => true),

  RetrieveRolePermissions: ({ world, params }) =>
    world.authorization.permissions(({ roleId }) => roleId === numberOf(params, 'roleId')),

  RetrieveEntityPermissions: (call) => {
    const wanted = [entityAt(call, refOf(call.params, 'entity'))];
    if (booleanOf(call.params, 'inherited') ?? false)
      for (let at = wanted[0]?.parent; at; at = at.parent) wanted.push(at);
    return call.world.authorization.permissions(({ entity }) => wanted.includes(entity));
  },

  HasPrivilegeOnEntities: (call) =>
    availability(
      call,
      refsOf(call.params, 'entity').map((ref) => entityAt(call, ref)),
      sessionUser(call),
    ),

  HasPrivilegeOnEntity: (call) => {
    const [of] = availability(call, [entityAt(call, refOf(call.params, 'entity'))], sessionUser(call));
    return of?.privAvailability.map(({ isGranted }) => isGranted);
  },

  HasUserPrivilegeOnEntities: (call) =>
    availability(
      call,
      refsOf(call.params, 'entities').map((ref) => entityAt(call, ref)),
      stringOf(call.params, 'userName') ?? '',
    ),

  FetchUserPrivilegeOnEntities: (call) =>
    refsOf(call.params, 'entities').map((ref) => {
      const entity = entityAt(call, ref);
      const held = call.world.authorization.privilegesOn(stringOf(call.params, 'userName') ?? '', entity);
      return { $type: 'UserPrivilegeResult', entity: entity.ref, privileges: [...held] };
    }),
};
