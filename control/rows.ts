import type { Selectable } from 'kysely';
import type { JobLogTable } from './database/job-log-table.ts';
import type {
  AccessKeyTable,
  GatewayCertificateTable,
  GatewayTable,
  JobAttemptTable,
  JobProgressTable,
  JobTable,
  RecoveryPointTable,
  ResourceGroupTable,
  VaultTable,
  VcenterTable,
  VirtualDiskTable,
  VirtualMachineTable,
} from './database/tables.ts';

/** What control gives out of its tables: rows without what is sealed, hashed or of no use outside. */
export type ResourceGroupRow = Selectable<ResourceGroupTable>;
export type AccessKeyRow = Omit<
  Selectable<AccessKeyTable>,
  'secret_hash' | 'previous_secret_hash' | 'expiry_told_days' | 'expiry_told_for'
>;
export type VaultRow = Omit<Selectable<VaultTable>, 'keys_sealed' | 'deleted_at'>;
export type GatewayRow = Omit<
  Selectable<GatewayTable>,
  | 'message_secret_sealed'
  | 'signing_key'
  | 'instance_id'
  | 'expiry_told_days'
  | 'expiry_told_for'
  | 'deletion'
  | 'deleted_at'
>;
export type GatewayCertificateRow = Omit<Selectable<GatewayCertificateTable>, 'used_by_signing_key' | 'content_sealed'>;
export type VcenterRow = Omit<Selectable<VcenterTable>, 'password_sealed'>;
export type VirtualMachineRow = Omit<Selectable<VirtualMachineTable>, 'refresh_id'>;
export type VirtualDiskRow = Selectable<VirtualDiskTable>;
export type JobRow = Omit<Selectable<JobTable>, 'fence'>;
export type JobLogRow = Pick<
  Selectable<JobLogTable>,
  'job_id' | 'position' | 'attempt' | 'source' | 'level' | 'code' | 'message' | 'details' | 'at'
>;
export type JobAttemptRow = Omit<Selectable<JobAttemptTable>, 'fence' | 'vcenter_login'>;
export type JobProgressRow = Selectable<JobProgressTable>;
export type RecoveryPointRow = Omit<
  Selectable<RecoveryPointTable>,
  'commit_object' | 'deleted_at' | 'stored_bytes' | 'logical_bytes'
>;

export const resourceGroupColumns = [
  'resource_group.id',
  'resource_group.name',
  'resource_group.created_at',
  'resource_group.version',
] as const;

export const accessKeyColumns = [
  'access_key.id',
  'access_key.key_id',
  'access_key.name',
  'access_key.scopes',
  'access_key.all_resource_groups',
  'access_key.resource_group_ids',
  'access_key.created_at',
  'access_key.created_by',
  'access_key.expires_at',
  'access_key.revoked_at',
  'access_key.last_used_at',
  'access_key.secret_changed_at',
  'access_key.previous_secret_until',
  'access_key.version',
] as const;

export const vaultColumns = [
  'vault.id',
  'vault.resource_group_id',
  'vault.region_id',
  'vault.name',
  'vault.status',
  'vault.redundancy_type',
  'vault.redundancy_reason',
  'vault.storage_class',
  'vault.encrypt_type',
  'vault.worm_enabled',
  'vault.storage_driver',
  'vault.location',
  'vault.created_at',
  'vault.created_by',
  'vault.deletion',
  'vault.version',
] as const;

export const gatewayColumns = [
  'gateway.id',
  'gateway.vault_id',
  'gateway.resource_group_id',
  'gateway.name',
  'gateway.platform',
  'gateway.network_type',
  'gateway.vpc_region',
  'gateway.use_https',
  'gateway.max_workers',
  'gateway.max_cpu_cores',
  'gateway.transport',
  'gateway.flow_control',
  'gateway.created_at',
  'gateway.created_by',
  'gateway.activated_at',
  'gateway.access_key_id',
  'gateway.identity',
  'gateway.credentials_expire_at',
  'gateway.control_network',
  'gateway.message_network',
  'gateway.agent',
  'gateway.last_seen_at',
  'gateway.last_control_at',
  'gateway.last_message_at',
  'gateway.sealing_key',
  'gateway.identity_proved_at',
  'gateway.identity_checked_at',
  'gateway.identity_trouble',
  'gateway.credentials_problem',
  'gateway.status',
  'gateway.status_since',
  'gateway.version',
] as const;

export const gatewayCertificateColumns = [
  'gateway_certificate.id',
  'gateway_certificate.gateway_id',
  'gateway_certificate.issued_at',
  'gateway_certificate.issued_by',
  'gateway_certificate.expires_at',
  'gateway_certificate.voided_at',
  'gateway_certificate.used_at',
] as const;

export const vcenterColumns = [
  'vcenter.id',
  'vcenter.resource_group_id',
  'vcenter.instance_uuid',
  'vcenter.name',
  'vcenter.address',
  'vcenter.username',
  'vcenter.trusted_fingerprint',
  'vcenter.certificate_authority',
  'vcenter.presented_fingerprint',
  'vcenter.kind',
  'vcenter.product_version',
  'vcenter.build',
  'vcenter.platform_driver',
  'vcenter.status',
  'vcenter.status_message',
  'vcenter.status_since',
  'vcenter.login_version',
  'vcenter.inventory_state',
  'vcenter.inventory_refresh_id',
  'vcenter.inventory_refreshed_at',
  'vcenter.removed_at',
  'vcenter.created_at',
  'vcenter.created_by',
  'vcenter.version',
] as const;

export const virtualMachineColumns = [
  'virtual_machine.id',
  'virtual_machine.vcenter_id',
  'virtual_machine.resource_group_id',
  'virtual_machine.instance_uuid',
  'virtual_machine.bios_uuid',
  'virtual_machine.ref',
  'virtual_machine.name',
  'virtual_machine.path',
  'virtual_machine.power_state',
  'virtual_machine.guest_full_name',
  'virtual_machine.template',
  'virtual_machine.change_tracking_enabled',
  'virtual_machine.host',
  'virtual_machine.cpu_count',
  'virtual_machine.memory_bytes',
  'virtual_machine.config_file',
  'virtual_machine.networks',
  'virtual_machine.present',
  'virtual_machine.first_seen_at',
  'virtual_machine.last_seen_at',
] as const;

export const jobColumns = [
  'job.id',
  'job.kind',
  'job.status',
  'job.wait_reason',
  'job.resource_group_id',
  'job.vault_id',
  'job.gateway_id',
  'job.vcenter_id',
  'job.virtual_machine_id',
  'job.recovery_point_id',
  'job.input',
  'job.error',
  'job.findings',
  'job.statistics',
  'job.result',
  'job.failed_attempts',
  'job.cancel_requested_at',
  'job.start_before',
  'job.not_before',
  'job.created_at',
  'job.created_by',
  'job.started_at',
  'job.finished_at',
  'job.version',
] as const;

export const jobAttemptColumns = [
  'job_attempt.id',
  'job_attempt.job_id',
  'job_attempt.number',
  'job_attempt.gateway_id',
  'job_attempt.instance_id',
  'job_attempt.status',
  'job_attempt.lease_until',
  'job_attempt.claimed_at',
  'job_attempt.ended_at',
  'job_attempt.error',
  'job_attempt.settings',
  'job_attempt.transport_used',
  'job_attempt.workers_used',
] as const;

export const recoveryPointColumns = [
  'recovery_point.id',
  'recovery_point.resource_group_id',
  'recovery_point.vault_id',
  'recovery_point.virtual_machine_id',
  'recovery_point.gateway_id',
  'recovery_point.job_id',
  'recovery_point.parent_id',
  'recovery_point.kind',
  'recovery_point.status',
  'recovery_point.quiesced',
  'recovery_point.manifest_key',
  'recovery_point.manifest_hash',
  'recovery_point.disks',
  'recovery_point.statistics',
  'recovery_point.captured_at',
  'recovery_point.created_at',
] as const;
