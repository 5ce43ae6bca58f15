import { authenticate } from '../../control/access-keys/authenticate.ts';
import { issueAccessKey } from '../../control/access-keys/issue-access-key.ts';
import type { ControlContext } from '../../control/context.ts';
import { createResourceGroup } from '../../control/resource-groups/resource-groups.ts';
import { type Scope, scopes } from '../../control/scopes.ts';
import type { Viewer } from '../../control/viewer.ts';

/** A viewer behind a real access key of its own; everything is allowed unless it says otherwise. */
export async function createViewer(
  control: ControlContext,
  rights: {
    readonly name?: string;
    readonly scopes?: readonly Scope[];
    readonly resourceGroups?: 'ALL' | readonly string[];
    readonly expiresAt?: Date;
  } = {},
): Promise<Viewer> {
  const { secret } = await issueAccessKey(control, {
    name: rights.name ?? 'test',
    scopes: rights.scopes ?? scopes,
    resourceGroups: rights.resourceGroups ?? 'ALL',
    expiresAt: rights.expiresAt ?? null,
  });
  const viewer = await authenticate(control, secret);
  if (!viewer) throw new Error('a new access key does not work');
  return viewer;
}

/** A resource group with a viewer that sees only it. */
export async function createTenant(
  control: ControlContext,
  administrator: Viewer,
  name: string,
): Promise<{ readonly resourceGroupId: string; readonly viewer: Viewer }> {
  const { resourceGroup } = await createResourceGroup(control, administrator, { name });
  return {
    resourceGroupId: resourceGroup.id,
    viewer: await createViewer(control, { name, resourceGroups: [resourceGroup.id] }),
  };
}
