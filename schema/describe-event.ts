import type { ControlEvent, SubjectType } from '../control/events/event.ts';
import { encodeId, type NodeType } from './global-id.ts';

/** One detail of an event. */
export interface DescribedDetail {
  readonly name: string;
  readonly value: string;
}

/** An event outside of a GraphQL answer, with the schema's names and ids. */
export interface DescribedEvent {
  readonly cursor: string;
  readonly type: string;
  /** ISO 8601 UTC. */
  readonly occurredAt: string;
  readonly subjectType: SubjectType;
  readonly subjectId: string;
  readonly resourceGroupId: string | null;
  readonly details: readonly DescribedDetail[];
}

export function describeEvent(event: ControlEvent): DescribedEvent {
  const { cursor, type, occurredAt, subjectType, subjectId, resourceGroupId, data } = event;
  const node = subjectType === 'JOB' ? jobType(data.kind) : nodeTypeOf[subjectType];
  return {
    cursor,
    type,
    occurredAt: occurredAt.toISOString(),
    subjectType,
    subjectId: encodeId(node, subjectId),
    resourceGroupId: resourceGroupId === null ? null : encodeId('ResourceGroup', resourceGroupId),
    details: describeDetails(data),
  };
}

export function describeDetails(data: ControlEvent['data']): DescribedDetail[] {
  return Object.entries(data).flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [{ name, value: detail(name, value) }],
  );
}

const nodeTypeOf: Readonly<Record<Exclude<SubjectType, 'JOB'>, NodeType>> = {
  VAULT: 'Vault',
  GATEWAY: 'Gateway',
  VCENTER: 'VCenter',
  RECOVERY_POINT: 'RecoveryPoint',
  ACCESS_KEY: 'AccessKey',
  RESOURCE_GROUP: 'ResourceGroup',
  WEBHOOK: 'Webhook',
};

function jobType(kind: unknown): NodeType {
  if (kind === 'RESTORE') return 'RestoreJob';
  return kind === 'CLEANUP' ? 'CleanupJob' : 'BackupJob';
}

/** Details that name another object; a row's id means nothing to a client, so they are told as global ids. */
const detailIds: ReadonlyMap<string, NodeType> = new Map([
  ['vaultId', 'Vault'],
  ['gatewayId', 'Gateway'],
  ['certificateId', 'GatewayCertificate'],
  ['virtualMachineId', 'VirtualMachine'],
  ['recoveryPointId', 'RecoveryPoint'],
  ['jobId', 'BackupJob'],
]);

function detail(name: string, value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  const type = detailIds.get(name);
  return type ? encodeId(type, value) : value;
}
