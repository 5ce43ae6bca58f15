/** Everything an access key may be allowed to do, `subject:verb`. Write does not include read. */
export const scopes = [
  'vault:read',
  'vault:write',
  'gateway:read',
  'gateway:write',
  'vcenter:read',
  'vcenter:write',
  'job:read',
  'job:write',
  'recoveryPoint:read',
  'recoveryPoint:delete',
  'event:read',
  'accessKey:read',
  'accessKey:write',
  'resourceGroup:read',
  'resourceGroup:write',
  'webhook:read',
  'webhook:write',
  'audit:read',
  'metrics:read',
] as const;

export type Scope = (typeof scopes)[number];

const known: ReadonlySet<string> = new Set(scopes);

export function isScope(text: string): text is Scope {
  return known.has(text);
}
