/**
 * The resource group of an event about something that belongs to several: its only one, and null, for viewers of all groups alone, when
 * there are more or none in particular.
 */
export function onlyGroup(resourceGroupIds: readonly string[]): string | null {
  const [only, ...others] = resourceGroupIds;
  return others.length === 0 ? (only ?? null) : null;
}
