/** What happened, in one word. A later version may add types. */
export const eventTypes = [
  'VAULT_CREATED',
  'VAULT_UPDATED',
  'VAULT_DELETED',
  'GATEWAY_CREATED',
  'GATEWAY_CERTIFICATE_ISSUED',
  'GATEWAY_ACTIVATED',
  'GATEWAY_STATUS_CHANGED',
  'GATEWAY_CREDENTIALS_EXPIRING',
  'GATEWAY_ACCESS_KEY_REPLACED',
  'GATEWAY_SETTINGS_CHANGED',
  'GATEWAY_DELETED',
  'VCENTER_ADDED',
  'VCENTER_UPDATED',
  'VCENTER_STATUS_CHANGED',
  'VCENTER_CERTIFICATE_TRUSTED',
  'VCENTER_REMOVED',
  'INVENTORY_REFRESHED',
  'JOB_CREATED',
  'JOB_STARTED',
  'JOB_REQUEUED',
  'JOB_FINISHED',
  'RECOVERY_POINT_CREATED',
  'RECOVERY_POINT_DELETED',
  'ACCESS_KEY_CREATED',
  'ACCESS_KEY_UPDATED',
  'ACCESS_KEY_ROTATED',
  'ACCESS_KEY_EXPIRING',
  'ACCESS_KEY_REVOKED',
  'RESOURCE_GROUP_CREATED',
  'WEBHOOK_CREATED',
  'WEBHOOK_UPDATED',
  'WEBHOOK_DISABLED',
  'WEBHOOK_DELETED',
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
  'WEBHOOK',
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
