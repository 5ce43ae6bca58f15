import { InvalidInputError } from '../control/errors.ts';

/** Every type whose objects have a global id. */
export const nodeTypes = [
  'AccessKey',
  'AuditEntry',
  'BackupJob',
  'CleanupJob',
  'Gateway',
  'GatewayCertificate',
  'RecoveryPoint',
  'ResourceGroup',
  'RestoreJob',
  'VCenter',
  'Vault',
  'VirtualMachine',
  'Webhook',
  'WebhookDelivery',
] as const;
export type NodeType = (typeof nodeTypes)[number];

export const jobTypes = ['BackupJob', 'RestoreJob', 'CleanupJob'] as const satisfies readonly NodeType[];

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function encodeId(type: string, id: string): string {
  return Buffer.from(`${type}:${id}`).toString('base64url');
}

/** The type and row id behind a global id; anything this server would not have written itself is an InvalidInputError. */
export function parseId(value: string, path: readonly string[] = ['id']): { typename: NodeType; id: string } {
  const text = Buffer.from(value, 'base64url').toString('utf8');
  const [name, id, ...rest] = text.split(':');
  const typename = nodeTypes.find((type) => type === name);
  if (!typename || !id || rest.length > 0 || !uuidPattern.test(id) || encodeId(typename, id) !== value) {
    throw new InvalidInputError([
      {
        path,
        code: 'MALFORMED_ID',
        message: 'This is not an id of this server. Use an id exactly as a query gave it.',
      },
    ]);
  }
  return { typename, id };
}

/** The row id behind a global id that must be of one of `types`; anything else is an InvalidInputError naming `path`. */
export function decodeId(value: string, types: NodeType | readonly NodeType[], path: readonly string[]): string {
  const { typename, id } = parseId(value, path);
  const allowed = typeof types === 'string' ? [types] : types;
  if (!allowed.includes(typename)) {
    throw new InvalidInputError([
      {
        path,
        code: 'WRONG_TYPE',
        message: `This is the id of a ${typename}; the id of a ${allowed.join(' or ')} is needed.`,
      },
    ]);
  }
  return id;
}

/** As {@link decodeId}; nothing stays nothing. */
export function decodeOptionalId(
  value: string | null | undefined,
  types: NodeType | readonly NodeType[],
  path: readonly string[],
): string | null {
  return value === null || value === undefined ? null : decodeId(value, types, path);
}

/** As {@link decodeId} for a list; nothing stays nothing. */
export function decodeIds(
  values: readonly string[] | null | undefined,
  types: NodeType | readonly NodeType[],
  path: readonly string[],
): string[] | null {
  return values?.map((value, index) => decodeId(value, types, [...path, String(index)])) ?? null;
}
