/** What happened, in one word. A later version may add types. */
export const eventTypes = [
  'VAULT_CREATED',
  'GATEWAY_CREATED',
  'GATEWAY_CERTIFICATE_ISSUED',
  'GATEWAY_ACTIVATED',
  'GATEWAY_STATUS_CHANGED',
  'VCENTER_ADDED',
  'INVENTORY_REFRESHED',
  'JOB_CREATED',
  'JOB_STARTED',
  'JOB_REQUEUED',
  'JOB_FINISHED',
  'RECOVERY_POINT_CREATED',
  'ACCESS_KEY_CREATED',
  'ACCESS_KEY_REVOKED',
  'RESOURCE_GROUP_CREATED',
] as const;
export type EventType = (typeof eventTypes)[number];

export const subjectTypes = [
  'VAULT',
  'GATEWAY',
  'VCENTER',
  'JOB',
  'RECOVERY_POINT',
  'ACCESS_KEY',
  'RESOURCE_GROUP',
] as const;
export type SubjectType = (typeof subjectTypes)[number];

/** An event as a transaction emits it. */
export interface NewEvent {
  readonly type: EventType;
  /** Null: only viewers of all resource groups see it. */
  readonly resourceGroupId: string | null;
  readonly subjectType: SubjectType;
  readonly subjectId: string;
  /** Small and free of secrets: statuses, names, counts. */
  readonly data: Readonly<Record<string, unknown>>;
}

export type Emit = (event: NewEvent) => void;

/** An event of the log. Positions of a stream have no gaps and are in commit order. */
export interface ControlEvent extends NewEvent {
  readonly stream: string;
  readonly position: number;
  readonly cursor: string;
  readonly occurredAt: Date;
}
