import { z } from 'zod';
import type { ControlContext } from '../context.ts';
import { ForbiddenError, NotFoundError } from '../errors.ts';
import { eventTypes } from '../events/event.ts';
import { resourceGroupsByIds } from '../resource-groups/resource-groups.ts';
import type { Viewer } from '../viewer.ts';

/** Whether the receiver's address is one that may be reached is looked at when something is sent: names change theirs. */
export const webhookUrl = z
  .string()
  .trim()
  .max(2_000)
  .superRefine((text, context) => {
    const issue = (message: string) =>
      context.addIssue({ code: 'custom', params: { code: 'INVALID_FORMAT' }, message });
    const url = URL.parse(text);
    if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) issue('must be an https: URL');
    else if (url.username || url.password) issue('must not hold a user name or password; check the signature instead');
    else if (url.hash) issue('must not have a fragment');
  });

export const webhookEventTypes = z.array(z.enum(eventTypes)).min(1).max(eventTypes.length).nullish();

/** The resource groups a new webhook is told of: never more than its maker sees. */
export async function reachableGroups(
  db: ControlContext['db'],
  viewer: Viewer,
  asked: readonly string[] | null | undefined,
): Promise<'ALL' | readonly string[]> {
  if (!asked) {
    if (viewer.resourceGroups !== 'ALL') throw new ForbiddenError('webhook:write for all resource groups');
    return 'ALL';
  }
  const found = await resourceGroupsByIds({ db }, viewer, asked);
  if (found.includes(undefined)) throw new NotFoundError('resource group');
  return asked;
}
