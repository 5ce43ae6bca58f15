import type { MissingPrivilege, VmRef } from '../contract.ts';
import { driverError, isFault } from './errors.ts';
import { readableName } from './names.ts';
import { readInventory } from './properties.ts';
import { requiredPrivileges } from './required-privileges.ts';
import type { VimSession } from './vim-session.ts';
import { type ManagedObjectReference, reference } from './vim-values.ts';

/** Entities are asked about in one call, so that thousands of virtual machines are not one answer. */
const entitiesPerCall = 100;

/**
 * What the session's user lacks: of everything on the data centers, or, for one virtual machine, of what is needed on that. `System.View` and
 * `System.Read` are in every role (AuthorizationManager, vSphere Web Services API Reference) and not asked for.
 */
export async function missingPrivileges(
  session: VimSession,
  scope: { readonly vm?: VmRef },
  signal: AbortSignal,
): Promise<readonly MissingPrivilege[]> {
  const { authorizationManager } = session.content;
  if (!authorizationManager) throw unknown();
  const wanted = requiredPrivileges.filter(({ on }) => scope.vm === undefined || on === 'sourceVm');
  const privId = wanted.map(({ privilege }) => privilege);
  const names = await entityNames(session, scope.vm, signal);
  const refs = [...names.keys()];
  const missing: MissingPrivilege[] = [];
  for (let start = 0; start < refs.length; start += entitiesPerCall) {
    const entity = refs.slice(start, start + entitiesPerCall);
    const answer = await session
      .call(
        'HasPrivilegeOnEntities',
        { _this: authorizationManager, entity, sessionId: session.key, privId },
        { signal, what: 'Asking for the privileges' },
      )
      .catch((error: unknown) => {
        // No permission to ask means none at all.
        if (isFault(error, 'NoPermission')) return undefined;
        throw error;
      });
    for (const of of entity) {
      const held = answer?.find((each) => each.entity.value === of.value)?.privAvailability ?? [];
      for (const { privilege, neededFor } of wanted) {
        const isGranted = held.some((each) => each.privId === privilege && each.isGranted);
        if (!isGranted) missing.push({ privilege, entity: names.get(of) ?? of.value, neededFor });
      }
    }
  }
  return missing;
}

/** What is asked about, with its name. */
async function entityNames(
  session: VimSession,
  vm: VmRef | undefined,
  signal: AbortSignal,
): Promise<Map<ManagedObjectReference, string>> {
  const names = new Map<ManagedObjectReference, string>();
  if (vm !== undefined) return names.set(reference('VirtualMachine', vm), vm);
  for await (const page of readInventory(session, { Datacenter: ['name'] }, signal))
    for (const object of page) names.set(object.ref, readableName(object.text('name') ?? object.ref.value));
  // A user who sees no data center has no privilege on the root either.
  if (names.size === 0) names.set(session.content.rootFolder, '/');
  return names;
}

function unknown() {
  return driverError(
    'permanent',
    'NOT_SUPPORTED',
    'The server does not tell which privileges a user has.',
    'Compare the role of the user with docs/vcenter-role.md.',
  );
}
