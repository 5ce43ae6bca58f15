import type { ColumnType, JSONColumnType } from 'kysely';
import type { VerifiedIdentity } from '../../drivers/identity/contract.ts';
import type { VaultLocation } from '../../drivers/storage/contract.ts';
import type { AgentDescription, GatewaySettings } from '../../protocol/activation.ts';
import type { FlowWindow } from '../../protocol/flow-control.ts';
import type { ErrorBody, Finding } from '../../protocol/primitives.ts';
import type { CommitRequest, DiskSummary, Progress, TransferStatistics } from '../../protocol/work.ts';
import type { AuditEntryTable, AuditOutcomeTable } from './audit-tables.ts';
import type { GatewayCommandTable } from './command-table.ts';
import type { ExpiryWarningColumns, GatewayCredentialsColumns } from './credentials-columns.ts';
import type { GatewayDeletionColumns, RecoveryPointDeletionColumns, VaultDeletionColumns } from './deletion-columns.ts';
import type { EventHeadTable, EventTable } from './event-tables.ts';

import type { JobLogTable } from './job-log-table.ts';
import type { ControlAbsenceTable, ControlPresenceTable } from './presence-tables.ts';
import type { WebhookDeliveryTable, WebhookTable } from './webhook-tables.ts';

/** The tables as migrations leave them. Bigints are read as numbers: all are byte counts or counters below 2^53. */
export interface Database {
  control_secret: ControlSecretTable;
  resource_group: ResourceGroupTable;
  access_key: AccessKeyTable;
  vault: VaultTable;
  gateway: GatewayTable;
  gateway_certificate: GatewayCertificateTable;
  vcenter: VcenterTable;
  vcenter_gateway: VcenterGatewayTable;
  virtual_machine: VirtualMachineTable;
  virtual_disk: VirtualDiskTable;
  job: JobTable;
  job_attempt: JobAttemptTable;
  job_progress: JobProgressTable;
  job_log: JobLogTable;
  control_presence: ControlPresenceTable;
  control_absence: ControlAbsenceTable;
  permit: PermitTable;
  vault_session: VaultSessionTable;
  recovery_point: RecoveryPointTable;
  gateway_command: GatewayCommandTable;
  idempotency: IdempotencyTable;
  event_head: EventHeadTable;
  event: EventTable;
  webhook: WebhookTable;
  webhook_delivery: WebhookDeliveryTable;
  audit_entry: AuditEntryTable;
  audit_outcome: AuditOutcomeTable;
}

type WithDefault<T> = ColumnType<T, T | undefined, T>;
type Json<T> = ColumnType<T, string, string>;
type NullableJson<T> = ColumnType<T | null, string | null | undefined, string | null>;
type Nullable<T> = ColumnType<T | null, T | null | undefined, T | null>;

export type RedundancyType = 'ZRS' | 'LRS';
export type RedundancyReason =
  | 'ZONE_REDUNDANT'
  | 'REGION_WITHOUT_ZONES'
  | 'BUCKET_IN_ONE_ZONE'
  | 'STORAGE_DID_NOT_TELL'
  | 'STORAGE_WITHOUT_ZONES';
export type VaultStatus = 'CREATING' | 'ACTIVE' | 'DELETING' | 'ERROR';
export type GatewayStatus =
  | 'NOT_ACTIVATED'
  | 'ACTIVATED'
  | 'OFFLINE'
  | 'CREDENTIALS_EXPIRED'
  | 'CERTIFICATE_EXPIRED'
  | 'DELETING';
export type JobKind = 'BACKUP' | 'RESTORE' | 'CLEANUP';
export type JobStatus =
  | 'CREATED'
  | 'QUEUED'
  | 'RUNNING'
  | 'COMPLETE'
  | 'PARTIAL_COMPLETE'
  | 'FAILED'
  | 'CANCELING'
  | 'CANCELED'
  | 'EXPIRED';
export type WaitReason =
  | 'GATEWAY_OFFLINE'
  | 'GATEWAY_BUSY'
  | 'CREDENTIALS'
  | 'PERMITS'
  | 'RETRY_DELAY'
  | 'VCENTER_CREDENTIALS'
  | 'VCENTER_CERTIFICATE'
  | 'PAUSED';
export type AttemptStatus = 'RUNNING' | 'COMPLETE' | 'FAILED' | 'CANCELED' | 'LOST';
export type NetworkTypeName = 'VPC' | 'INTERNET';

export interface ControlSecretTable {
  name: string;
  value_sealed: Buffer;
  public_value: Nullable<Buffer>;
  created_at: Date;
}

export interface ResourceGroupTable {
  id: string;
  name: string;
  created_at: Date;
  version: WithDefault<number>;
}

export interface AccessKeyTable extends ExpiryWarningColumns {
  id: string;
  key_id: string;
  secret_hash: Buffer;
  name: string;
  scopes: string[];
  all_resource_groups: boolean;
  resource_group_ids: string[];
  created_at: Date;
  created_by: Nullable<string>;
  expires_at: Nullable<Date>;
  revoked_at: Nullable<Date>;
  last_used_at: Nullable<Date>;
  /** When the secret was last replaced; null: it is the first one. */
  secret_changed_at: Nullable<Date>;
  /** The secret before that one, and until when it is still good. */
  previous_secret_hash: Nullable<Buffer>;
  previous_secret_until: Nullable<Date>;
  version: WithDefault<number>;
}

export interface VaultTable extends VaultDeletionColumns {
  id: string;
  resource_group_id: string;
  region_id: string;
  name: string;
  status: VaultStatus;
  redundancy_type: RedundancyType;
  redundancy_reason: Nullable<RedundancyReason>;
  storage_class: string;
  encrypt_type: string;
  worm_enabled: WithDefault<boolean>;
  storage_driver: string;
  location: JSONColumnType<VaultLocation>;
  keys_sealed: Buffer;
  created_at: Date;
  created_by: Nullable<string>;
  version: WithDefault<number>;
}

/** AUTO: hot-add where the gateway's VM is in the same vCenter, otherwise NFC. */
export type TransportMode = 'AUTO' | 'HOTADD' | 'NFC';

export interface GatewayTable extends GatewayCredentialsColumns, GatewayDeletionColumns {
  id: string;
  vault_id: string;
  resource_group_id: string;
  name: string;
  platform: string;
  network_type: NetworkTypeName;
  vpc_region: Nullable<string>;
  use_https: boolean;
  max_workers: WithDefault<number>;
  max_cpu_cores: WithDefault<number>;
  transport: WithDefault<TransportMode>;
  /** Limits of its traffic; those of one direction do not overlap. */
  flow_control: ColumnType<FlowWindow[], string | undefined, string>;
  created_at: Date;
  created_by: Nullable<string>;
  activated_at: Nullable<Date>;
  access_key_id: Nullable<string>;
  identity: NullableJson<VerifiedIdentity>;
  credentials_expire_at: Nullable<Date>;
  signing_key: Nullable<Buffer>;
  sealing_key: Nullable<Buffer>;
  control_network: Nullable<NetworkTypeName>;
  message_network: Nullable<NetworkTypeName>;
  message_secret_sealed: Nullable<Buffer>;
  instance_id: Nullable<string>;
  agent: NullableJson<AgentDescription>;
  last_seen_at: Nullable<Date>;
  last_control_at: Nullable<Date>;
  last_message_at: Nullable<Date>;
  status: WithDefault<GatewayStatus>;
  status_since: Date;
  version: WithDefault<number>;
}

export interface GatewayCertificateTable {
  id: string;
  gateway_id: string;
  issued_at: Date;
  issued_by: Nullable<string>;
  expires_at: Date;
  voided_at: Nullable<Date>;
  used_at: Nullable<Date>;
  used_by_signing_key: Nullable<Buffer>;
  content_sealed: Nullable<Buffer>;
}

export interface VcenterTable {
  id: string;
  resource_group_id: string;
  instance_uuid: string;
  name: string;
  address: string;
  username: string;
  password_sealed: Buffer;
  trusted_fingerprint: Nullable<string>;
  /** PEM certificates of authorities whose signature is trusted as well. */
  certificate_authority: Nullable<string>;
  /** While the status is CERTIFICATE_CHANGED: what it shows instead of what is trusted. */
  presented_fingerprint: Nullable<string>;
  kind: 'VCENTER' | 'ESXI';
  product_version: string;
  build: string;
  platform_driver: string;
  status: 'CONNECTED' | 'UNREACHABLE' | 'CREDENTIALS_INVALID' | 'CERTIFICATE_CHANGED';
  status_message: Nullable<string>;
  status_since: WithDefault<Date>;
  /** Grows whenever somebody gives or confirms how to log in. */
  login_version: WithDefault<number>;
  inventory_state: WithDefault<'NEVER' | 'REFRESHING' | 'CURRENT' | 'FAILED'>;
  inventory_refresh_id: Nullable<string>;
  inventory_refreshed_at: Nullable<Date>;
  /** Hidden since then: its virtual machines and their recovery points stay. */
  removed_at: Nullable<Date>;
  created_at: Date;
  created_by: Nullable<string>;
  version: WithDefault<number>;
}

export interface VcenterGatewayTable {
  vcenter_id: string;
  gateway_id: string;
}

export interface VirtualMachineTable {
  id: string;
  vcenter_id: string;
  resource_group_id: string;
  instance_uuid: string;
  bios_uuid: string;
  ref: string;
  name: string;
  path: string;
  power_state: 'POWERED_ON' | 'POWERED_OFF' | 'SUSPENDED';
  guest_full_name: Nullable<string>;
  template: boolean;
  change_tracking_enabled: boolean;
  host: Nullable<string>;
  cpu_count: number;
  memory_bytes: number;
  config_file: string;
  networks: Json<string[]>;
  refresh_id: string;
  present: WithDefault<boolean>;
  first_seen_at: Date;
  last_seen_at: Date;
}

export interface VirtualDiskTable {
  virtual_machine_id: string;
  key: number;
  uuid: string;
  label: string;
  capacity_bytes: number;
  datastore: string;
  file_name: string;
  thin: boolean;
  obstacle: Nullable<'INDEPENDENT' | 'RDM' | 'SHARED'>;
}

/** What a job was asked to do, by kind. */
export type JobInput =
  | { readonly kind: 'BACKUP'; readonly quiesce: 'REQUIRE' | 'PREFER' | 'NONE'; readonly forceFull: boolean }
  | {
      readonly kind: 'RESTORE';
      readonly vmName: string;
      readonly folder: string | null;
      readonly datastore: string | null;
    }
  | { readonly kind: 'CLEANUP'; readonly ofJobId: string };

export interface JobResult {
  readonly restoredVm?: { readonly name: string; readonly instanceUuid: string; readonly biosUuid: string };
}

export interface JobTable {
  id: string;
  kind: JobKind;
  status: JobStatus;
  wait_reason: Nullable<WaitReason>;
  resource_group_id: string;
  vault_id: string;
  gateway_id: string;
  vcenter_id: string;
  virtual_machine_id: Nullable<string>;
  /** The point a restore reads, or the one a backup made. */
  recovery_point_id: Nullable<string>;
  input: Json<JobInput>;
  error: NullableJson<ErrorBody>;
  findings: ColumnType<Finding[], string | undefined, string>;
  statistics: NullableJson<TransferStatistics>;
  result: NullableJson<JobResult>;
  fence: WithDefault<number>;
  failed_attempts: WithDefault<number>;
  cancel_requested_at: Nullable<Date>;
  start_before: Nullable<Date>;
  not_before: Nullable<Date>;
  created_at: Date;
  created_by: Nullable<string>;
  started_at: Nullable<Date>;
  finished_at: Nullable<Date>;
  version: WithDefault<number>;
}

export interface JobAttemptTable {
  id: string;
  job_id: string;
  number: number;
  fence: number;
  gateway_id: string;
  instance_id: string;
  status: AttemptStatus;
  lease_until: Date;
  claimed_at: Date;
  ended_at: Nullable<Date>;
  error: NullableJson<ErrorBody>;
  /** The gateway's, as they were when it took the job. */
  settings: Json<GatewaySettings>;
  /** Name of the transport driver, which with AUTO the gateway chose. Null until it told. */
  transport_used: Nullable<string>;
  /** Worker threads for the job's data. Null until the gateway told. */
  workers_used: Nullable<number>;
  /** `login_version` of the vCenter as this attempt was given it. */
  vcenter_login: Nullable<number>;
}

export interface JobProgressTable {
  job_id: string;
  attempt_id: string;
  fence: number;
  sequence: number;
  progress: Json<Progress>;
  updated_at: Date;
}

export interface PermitTable {
  name: string;
  slot: number;
  attempt_id: string;
}

export interface VaultSessionTable {
  id: string;
  vault_id: string;
  attempt_id: Nullable<string>;
  pins: string[];
  opened_at: Date;
  ended_at: Nullable<Date>;
}

export interface RecoveryPointTable extends RecoveryPointDeletionColumns {
  id: string;
  resource_group_id: string;
  vault_id: string;
  virtual_machine_id: string;
  gateway_id: string;
  job_id: string;
  parent_id: Nullable<string>;
  kind: CommitRequest['kind'];
  status: 'AVAILABLE' | 'DELETING' | 'DAMAGED';
  quiesced: boolean;
  manifest_key: string;
  manifest_hash: string;
  commit_object: string;
  disks: Json<DiskSummary[]>;
  statistics: Json<TransferStatistics>;
  captured_at: Date;
  created_at: Date;
}

export interface IdempotencyTable {
  principal_id: string;
  field: string;
  key: string;
  input_hash: Buffer;
  result_id: string;
  created_at: Date;
}
