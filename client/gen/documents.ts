/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedQueryDocumentNode as DocumentNode } from 'graphql';
/** Which access keys to list. Everything given has to match. */
export type AccessKeyFilter = {
  /** Created at this time or later. */
  readonly createdAfter?: string | null | undefined;
  /** Created before this time. */
  readonly createdBefore?: string | null | undefined;
  /** Expiring before this time. */
  readonly expiresBefore?: string | null | undefined;
  /** Seeing this resource group. */
  readonly resourceGroupId?: string | null | undefined;
  /** Not used at this time or later, or never. */
  readonly unusedSince?: string | null | undefined;
  /** True: only those neither revoked nor expired. False: only the others. */
  readonly usable?: boolean | null | undefined;
};

/** In which order access keys are listed. */
export type AccessKeyOrder =
  /** The oldest first. */
  | 'CREATED_AT_ASC'
  /** The newest first. */
  | 'CREATED_AT_DESC'
  /** By name. */
  | 'NAME_ASC';

/** What `addVCenter` takes. */
export type AddVCenterInput = {
  /** Host name or IP address as the gateway reaches it, with `:port` where it is not 443. */
  readonly address: string;
  /** PEM certificates of authorities: a certificate they signed for this host name or address is trusted, also after it is renewed. */
  readonly certificateAuthority?: string | null | undefined;
  /** SHA-256 fingerprint of its TLS certificate, when no known authority signed it: `AA:BB:…`. Leave it out first: the error CertificateNotTrustedError shows what to compare. */
  readonly certificateFingerprint?: string | null | undefined;
  /** The gateway it is reached through; it has to be activated. The vCenter joins its resource group. */
  readonly gatewayId: string;
  /** Any text of 1 to 128 characters that you choose once per intention, a UUID for example. Sending the same input with the same key again within 24 hours answers with what the first one made, and makes nothing new. */
  readonly idempotencyKey?: string | null | undefined;
  /** 1 to 64 characters. Left out: what it calls itself, or its address. */
  readonly name?: string | null | undefined;
  /** Its password. Every character works. It is kept encrypted and never shown again. */
  readonly password: string;
  /** The user to log in as, `backup@vsphere.local` for example. */
  readonly username: string;
};

/** What kind of somebody asked. */
export type AuditActorKind =
  /** A caller of this API. */
  | 'ACCESS_KEY'
  /** Somebody at a gateway’s own page or command line. */
  | 'GATEWAY'
  /** Somebody at the control plane’s own command line. */
  | 'OPERATOR';

/** Which entries. Everything given has to match. */
export type AuditLogFilter = {
  /** By this access key (its `id`, not its `keyId`). */
  readonly accessKeyId?: string | null | undefined;
  /** One of these actions: names of mutations, `gateway.activate`, … */
  readonly actions?: ReadonlyArray<string> | null | undefined;
  /** Ended with this error, `FORBIDDEN` for example. */
  readonly errorCode?: string | null | undefined;
  /** Ended in one of these ways. */
  readonly outcomes?: ReadonlyArray<AuditOutcome> | null | undefined;
  /** Of this request. */
  readonly requestId?: string | null | undefined;
  /** Asked for at this time or later. */
  readonly startedAfter?: string | null | undefined;
  /** Asked for before this time. */
  readonly startedBefore?: string | null | undefined;
  /** About this object. */
  readonly subjectId?: string | null | undefined;
};

/** In which order the audit log is listed. */
export type AuditLogOrder =
  /** The oldest first. */
  | 'STARTED_AT_ASC'
  /** The newest first. */
  | 'STARTED_AT_DESC';

/** How an action ended. */
export type AuditOutcome =
  /** It was refused or failed; `errorCode` says why. */
  | 'FAILED'
  /** It was done. */
  | 'SUCCEEDED'
  /** It runs at this moment, or nobody knows: the control plane stopped in the middle of it. */
  | 'UNFINISHED';

/** What `cancelJob` takes. */
export type CancelJobInput = {
  /** The job to cancel. */
  readonly jobId: string;
};

/** What `createAccessKey` takes. A key never gets more than the key that creates it has. */
export type CreateAccessKeyInput = {
  /** When it stops working. Left out: it does not expire. */
  readonly expiresAt?: string | null | undefined;
  /** Any text of 1 to 128 characters that you choose once per intention, a UUID for example. Sending the same input with the same key again within 24 hours answers with what the first one made, and makes nothing new. */
  readonly idempotencyKey?: string | null | undefined;
  /** What it is for, 1 to 64 characters. */
  readonly name: string;
  /** The resource groups it sees. Left out: all of them, also those created later. */
  readonly resourceGroupIds?: ReadonlyArray<string> | null | undefined;
  /** What it may do: at least one scope. */
  readonly scopes: ReadonlyArray<Scope>;
};

/** What `createGateway` takes. */
export type CreateGatewayInput = {
  /** Any text of 1 to 128 characters that you choose once per intention, a UUID for example. Sending the same input with the same key again within 24 hours answers with what the first one made, and makes nothing new. */
  readonly idempotencyKey?: string | null | undefined;
  /** 1 to 64 characters, unique in its vault. */
  readonly name: string;
  /** The network its data takes to the vault. */
  readonly networkType: NetworkType;
  /** A vault that is made with the gateway. Needs the scope `vault:write` too. */
  readonly newVault?: NewVaultInput | null | undefined;
  /** The kind of VMware environment it will stand in. */
  readonly platform: GatewayPlatform;
  /** How it reads and writes virtual disks. */
  readonly transport?: TransportMode;
  /** Whether the data, encrypted already, also travels by HTTPS: slower. */
  readonly useHttps?: boolean;
  /** The vault it writes to. The gateway joins the vault’s resource group. Exactly one of `vaultId` and `newVault` is given. */
  readonly vaultId?: string | null | undefined;
  /** With network type VPC, and only then: the region of that VPC, which must be the vault’s. */
  readonly vpcRegion?: string | null | undefined;
};

/** What `createResourceGroup` takes. */
export type CreateResourceGroupInput = {
  /** Any text of 1 to 128 characters that you choose once per intention, a UUID for example. Sending the same input with the same key again within 24 hours answers with what the first one made, and makes nothing new. */
  readonly idempotencyKey?: string | null | undefined;
  /** 1 to 64 characters, unique in this installation. */
  readonly name: string;
};

/** What `createVault` takes. */
export type CreateVaultInput = {
  /** Any text of 1 to 128 characters that you choose once per intention, a UUID for example. Sending the same input with the same key again within 24 hours answers with what the first one made, and makes nothing new. */
  readonly idempotencyKey?: string | null | undefined;
  /** 1 to 64 characters, unique in its resource group and region. A random, readable one when left out. */
  readonly name?: string | null | undefined;
  /** The region to make it in; `regions` lists them. */
  readonly regionId: string;
  /** The resource group it belongs to. When left out: your access key’s only one, or the default one. */
  readonly resourceGroupId?: string | null | undefined;
};

/** What `createWebhook` takes. */
export type CreateWebhookInput = {
  /** The types of events to send. Left out: all, also those added later. */
  readonly eventTypes?: ReadonlyArray<EventType> | null | undefined;
  /** Any text of 1 to 128 characters that you choose once per intention, a UUID for example. Sending the same input with the same key again within 24 hours answers with what the first one made, and makes nothing new. */
  readonly idempotencyKey?: string | null | undefined;
  /** What it is for, 1 to 64 characters. */
  readonly name: string;
  /** The resource groups whose events are sent. Left out: all, which your access key has to see. */
  readonly resourceGroupIds?: ReadonlyArray<string> | null | undefined;
  /** Where events are sent: an https: URL on the public internet, unless the operator allows others. */
  readonly url: string;
};

/** What `deleteGateway` takes. */
export type DeleteGatewayInput = {
  /** Cancel its jobs first, those that run and those that wait. Needs the scope `job:write`. */
  readonly cancelRunningJobs?: boolean;
  /** With `deleteBackupData`: the gateway’s name, typed again exactly as it is. */
  readonly confirmName?: string | null | undefined;
  /** Delete the recovery points it made too, for good. Needs `confirmName` and the scope `recoveryPoint:delete`. Left out, they stay and can be restored through another gateway of the vault. */
  readonly deleteBackupData?: boolean;
  /** The version you have seen; another one now is a VersionConflictError. */
  readonly expectedVersion?: number | null | undefined;
  /** The gateway to delete. */
  readonly gatewayId: string;
  /** Any text of 1 to 128 characters that you choose once per intention, a UUID for example. Sending the same input with the same key again within 24 hours answers with what the first one made, and makes nothing new. */
  readonly idempotencyKey?: string | null | undefined;
};

/** What `deleteRecoveryPoints` takes. */
export type DeleteRecoveryPointsInput = {
  /** Delete them even where a virtual machine would have no recovery point left that can be restored. Left out, that is the error LAST_RECOVERY_POINT. */
  readonly deleteLast?: boolean;
  /** Any text of 1 to 128 characters that you choose once per intention, a UUID for example. Sending the same input with the same key again within 24 hours answers with what the first one made, and makes nothing new. */
  readonly idempotencyKey?: string | null | undefined;
  /** 1 to 100 recovery points. All of them are deleted, or none. */
  readonly recoveryPointIds: ReadonlyArray<string>;
};

/** What `deleteVault` takes. */
export type DeleteVaultInput = {
  /** Cancel its jobs first, those that run and those that wait. Needs the scope `job:write`. */
  readonly cancelRunningJobs?: boolean;
  /** The vault’s name, typed again exactly as it is. Needed for a vault that has gateways or recovery points: they are deleted with it, for good, and need the scopes `gateway:write` and `recoveryPoint:delete`. */
  readonly confirmName?: string | null | undefined;
  /** The version you have seen; another one now is a VersionConflictError. */
  readonly expectedVersion?: number | null | undefined;
  /** Any text of 1 to 128 characters that you choose once per intention, a UUID for example. Sending the same input with the same key again within 24 hours answers with what the first one made, and makes nothing new. */
  readonly idempotencyKey?: string | null | undefined;
  /** The vault to delete. */
  readonly vaultId: string;
};

/** What `deleteWebhook` takes. */
export type DeleteWebhookInput = {
  /** The version you have seen; another one now is a VersionConflictError. */
  readonly expectedVersion?: number | null | undefined;
  /** Any text of 1 to 128 characters that you choose once per intention, a UUID for example. Sending the same input with the same key again within 24 hours answers with what the first one made, and makes nothing new. */
  readonly idempotencyKey?: string | null | undefined;
  /** Which webhook. */
  readonly webhookId: string;
};

/** Why a disk cannot be part of a backup. */
export type DiskObstacle =
  /** It is independent: snapshots leave it out. */
  | 'INDEPENDENT'
  /** It is a raw device mapping in physical mode. */
  | 'RDM'
  /** It is shared with another virtual machine. */
  | 'SHARED';

/** How a disk was read. */
export type DiskReadMode =
  /** Only the areas vSphere reported as changed. */
  | 'CHANGED_AREAS'
  /** Everything, skipping zeros. */
  | 'FULL';

/** What `downloadGatewayCertificate` takes. */
export type DownloadGatewayCertificateInput = {
  /** The gateway that is to be activated. */
  readonly gatewayId: string;
};

/** What `downloadGatewayPackage` takes. */
export type DownloadGatewayPackageInput = {
  /** The gateway that is to be installed. */
  readonly gatewayId: string;
};

/** What an endpoint belongs to. */
export type EndpointChannel =
  /** The control channel: activation, jobs, inventory, secrets (HTTPS). */
  | 'CONTROL'
  /** The data channel: the vault’s objects (HTTPS or HTTP). */
  | 'DATA'
  /** Name servers. */
  | 'DNS'
  /** The message channel: wake-ups, heartbeats, progress (MQTT). */
  | 'MESSAGE'
  /** The gateway’s own page, where it is activated and watched. */
  | 'PAGE'
  /** vCenter and ESXi hosts. */
  | 'VSPHERE';

/** Who opens the connection. */
export type EndpointDirection =
  /** Others connect to the gateway. */
  | 'INBOUND'
  /** The gateway connects to the host. */
  | 'OUTBOUND';

/** The protocol a firewall sees. */
export type EndpointProtocol =
  /** TCP. */
  | 'TCP'
  /** UDP. */
  | 'UDP';

/** Which events. Everything given has to match. */
export type EventFilter = {
  /** About this gateway, or about jobs and recovery points of it. */
  readonly gatewayId?: string | null | undefined;
  /** At this time or later. */
  readonly occurredAfter?: string | null | undefined;
  /** Before this time. */
  readonly occurredBefore?: string | null | undefined;
  /** Of this resource group. */
  readonly resourceGroupId?: string | null | undefined;
  /** About this object. */
  readonly subjectId?: string | null | undefined;
  /** About one of these kinds of objects. */
  readonly subjectTypes?: ReadonlyArray<EventSubjectType> | null | undefined;
  /** Of one of these types. */
  readonly types?: ReadonlyArray<EventType> | null | undefined;
  /** About jobs and recovery points of this virtual machine. */
  readonly virtualMachineId?: string | null | undefined;
};

/** What kind of object an event is about. */
export type EventSubjectType =
  /** An access key. */
  | 'ACCESS_KEY'
  /** A gateway. */
  | 'GATEWAY'
  /** A job. */
  | 'JOB'
  /** A recovery point. */
  | 'RECOVERY_POINT'
  /** A resource group. */
  | 'RESOURCE_GROUP'
  /** A vault. */
  | 'VAULT'
  /** A vCenter. */
  | 'VCENTER'
  /** A webhook. */
  | 'WEBHOOK';

/** What happened. Types may be added: be ready for one you do not know. */
export type EventType =
  /** An access key was created. */
  | 'ACCESS_KEY_CREATED'
  /** An access key expires soon: sent 14, 7 and 1 days before. */
  | 'ACCESS_KEY_EXPIRING'
  /** An access key was revoked. */
  | 'ACCESS_KEY_REVOKED'
  /** An access key got a new secret. */
  | 'ACCESS_KEY_ROTATED'
  /** An access key’s name, scopes, resource groups or expiry changed. */
  | 'ACCESS_KEY_UPDATED'
  /** A gateway works with another access key now. */
  | 'GATEWAY_ACCESS_KEY_REPLACED'
  /** A gateway was activated, or activated again. */
  | 'GATEWAY_ACTIVATED'
  /** A certificate for a gateway was issued. */
  | 'GATEWAY_CERTIFICATE_ISSUED'
  /** A gateway was created. */
  | 'GATEWAY_CREATED'
  /** The access key a gateway works with expires soon: sent 14, 7 and 1 days before. Replace it in time and nothing stops. */
  | 'GATEWAY_CREDENTIALS_EXPIRING'
  /** A gateway was deleted. */
  | 'GATEWAY_DELETED'
  /** A gateway’s settings or its flow control changed. */
  | 'GATEWAY_SETTINGS_CHANGED'
  /** A gateway’s status changed. */
  | 'GATEWAY_STATUS_CHANGED'
  /** Reading a vCenter’s virtual machines ended, well or not. */
  | 'INVENTORY_REFRESHED'
  /** A job was asked for. */
  | 'JOB_CREATED'
  /** A job reached a terminal status. Exactly one for each job. */
  | 'JOB_FINISHED'
  /** A job went back to the queue: its gateway was lost, or a try failed. */
  | 'JOB_REQUEUED'
  /** A gateway took a job. */
  | 'JOB_STARTED'
  /** A recovery point became valid. */
  | 'RECOVERY_POINT_CREATED'
  /** A recovery point was deleted. */
  | 'RECOVERY_POINT_DELETED'
  /** A resource group was created. */
  | 'RESOURCE_GROUP_CREATED'
  /** A vault was created. */
  | 'VAULT_CREATED'
  /** A vault was deleted, with everything in it. */
  | 'VAULT_DELETED'
  /** A vault’s name or settings changed. */
  | 'VAULT_UPDATED'
  /** A vCenter was added. */
  | 'VCENTER_ADDED'
  /** Somebody trusted a vCenter’s certificate. */
  | 'VCENTER_CERTIFICATE_TRUSTED'
  /** A vCenter was removed. */
  | 'VCENTER_REMOVED'
  /** Whether a vCenter can be reached and logged in to changed. */
  | 'VCENTER_STATUS_CHANGED'
  /** A vCenter’s name, address or login changed. */
  | 'VCENTER_UPDATED'
  /** A webhook was created. */
  | 'WEBHOOK_CREATED'
  /** A webhook was deleted. */
  | 'WEBHOOK_DELETED'
  /** A webhook was switched off because its receiver failed for too long. */
  | 'WEBHOOK_DISABLED'
  /** A webhook’s address, filter or secret changed. */
  | 'WEBHOOK_UPDATED';

/** How much a finding matters. */
export type FindingSeverity =
  /** Something is not as it should be. */
  | 'ERROR'
  /** Good to know. */
  | 'INFO'
  /** Worth acting on before it becomes trouble. */
  | 'WARNING';

/** A limit for a part of the week. */
export type FlowControlWindowInput = {
  /** Which traffic it limits. */
  readonly appliesTo?: FlowDirection;
  /** The limit over all jobs and workers together; at least 1000000 (1 MB/s). */
  readonly bytesPerSecond: number;
  /** The days on which it begins; at least one. */
  readonly days: ReadonlyArray<Weekday>;
  /** When it ends, up to `24:00`. Not after `start`: on the next day. `24:00` and `00:00` are the end of the day. */
  readonly end: string;
  /** When it begins, from `00:00` to `23:59`. */
  readonly start: string;
  /** The IANA name of the time zone: `Asia/Shanghai`, `UTC`, … Its daylight saving time is kept to. */
  readonly timeZone: string;
};

/** Which traffic between a gateway and its vault a window limits. */
export type FlowDirection =
  /** That of backups, all of them together. */
  | 'BACKUP'
  /** That of backups and restores, which share the limit. */
  | 'BOTH'
  /** That of restores, all of them together. */
  | 'RESTORE';

/** Which gateways to list. Everything given has to match. */
export type GatewayFilter = {
  /** Created at this time or later. */
  readonly createdAfter?: string | null | undefined;
  /** Created before this time. */
  readonly createdBefore?: string | null | undefined;
  /** Of this resource group. */
  readonly resourceGroupId?: string | null | undefined;
  /** With one of these statuses. */
  readonly statuses?: ReadonlyArray<GatewayStatus> | null | undefined;
  /** Of this vault. */
  readonly vaultId?: string | null | undefined;
  /** Reaching this vCenter. */
  readonly vcenterId?: string | null | undefined;
  /** Reaching the vCenter of this virtual machine. */
  readonly virtualMachineId?: string | null | undefined;
};

/** The kind of VMware environment a gateway stands in. */
export type GatewayPlatform =
  /** Alibaba Cloud VMware Service. */
  | 'ACVS'
  /** vSphere in your own data centre. */
  | 'ONPREM_VSPHERE';

/** Whether a gateway can work, and if not, what it needs. */
export type GatewayStatus =
  /** It is activated and in touch. */
  | 'ACTIVATED'
  /** It was silent for five days: download a new certificate and activate it again. */
  | 'CERTIFICATE_EXPIRED'
  /** Its access key does not count any more: expired, revoked, rotated, or without its rights. Give it another one; jobs wait meanwhile. */
  | 'CREDENTIALS_EXPIRED'
  /** It is being deleted. */
  | 'DELETING'
  /** It waits for its activation with a certificate. */
  | 'NOT_ACTIVATED'
  /** It is activated but has not been heard of lately. */
  | 'OFFLINE';

/** How fresh the list of a vCenter’s virtual machines is. */
export type InventoryState =
  /** It was read completely. */
  | 'CURRENT'
  /** The last reading failed; the list is the one before it. */
  | 'FAILED'
  /** It was never read. */
  | 'NEVER'
  /** It is being read now. */
  | 'REFRESHING';

/** What `issueGatewayCertificate` takes. */
export type IssueGatewayCertificateInput = {
  /** The gateway to be activated. */
  readonly gatewayId: string;
  /** Any text of 1 to 128 characters that you choose once per intention, a UUID for example. Sending the same input with the same key again within 24 hours answers with what the first one made, and makes nothing new. */
  readonly idempotencyKey?: string | null | undefined;
};

/** How a try at a job went. */
export type JobAttemptStatus =
  /** It was cancelled. */
  | 'CANCELED'
  /** It succeeded. */
  | 'COMPLETE'
  /** It failed. */
  | 'FAILED'
  /** The gateway was not heard of in time; the job went back to the queue. */
  | 'LOST'
  /** The gateway works on it. */
  | 'RUNNING';

/** Which jobs to list. Everything given has to match. */
export type JobFilter = {
  /** Created at this time or later. */
  readonly createdAfter?: string | null | undefined;
  /** Created before this time. */
  readonly createdBefore?: string | null | undefined;
  /** Reached a terminal status at this time or later. */
  readonly finishedAfter?: string | null | undefined;
  /** Reached a terminal status before this time. */
  readonly finishedBefore?: string | null | undefined;
  /** Of this gateway. */
  readonly gatewayId?: string | null | undefined;
  /** Of one of these kinds. */
  readonly kinds?: ReadonlyArray<JobKind> | null | undefined;
  /** Of this resource group. */
  readonly resourceGroupId?: string | null | undefined;
  /** With one of these statuses. */
  readonly statuses?: ReadonlyArray<JobStatus> | null | undefined;
  /** Of this vault. */
  readonly vaultId?: string | null | undefined;
  /** Of the virtual machines of this vCenter. */
  readonly vcenterId?: string | null | undefined;
  /** Of this virtual machine. */
  readonly virtualMachineId?: string | null | undefined;
};

/** What a job does. */
export type JobKind =
  /** Makes a recovery point of a virtual machine. */
  | 'BACKUP'
  /** Removes what another job had to leave behind in the vCenter. */
  | 'CLEANUP'
  /** Makes a virtual machine from a recovery point. */
  | 'RESTORE';

/** Which lines to list. Everything given has to match. */
export type JobLogFilter = {
  /** Of this try; counts from 1. */
  readonly attempt?: number | null | undefined;
  /** Of one of these levels. */
  readonly levels?: ReadonlyArray<JobLogLevel> | null | undefined;
};

/** How much a line of a job’s log matters. */
export type JobLogLevel =
  /** Something is wrong that somebody has to look at. */
  | 'ERROR'
  /** The usual course of things. */
  | 'INFO'
  /** Something went otherwise than it should; the job went on, or is tried again. */
  | 'WARNING';

/** In which order the lines of a job’s log are listed. */
export type JobLogOrder =
  /** The first one first. To follow a job, ask again after the last cursor. */
  | 'POSITION_ASC'
  /** The last one first. */
  | 'POSITION_DESC';

/** Who wrote a line of a job’s log. */
export type JobLogSource =
  /** The control plane. */
  | 'CONTROL_PLANE'
  /** The gateway that worked on the job. */
  | 'GATEWAY';

/** What a running job is doing. */
export type JobPhase =
  /** Removing the snapshot, or finishing the restored virtual machine. */
  | 'CLEANUP'
  /** Making the recovery point valid. */
  | 'COMMIT'
  /** Clearing away its own leftovers and connecting. */
  | 'PREPARING'
  /** Making the snapshot, or the virtual machine to restore to. */
  | 'SNAPSHOT'
  /** Moving the data. */
  | 'TRANSFER';

/** Where a job is in its life. */
export type JobStatus =
  /** It was cancelled. Terminal. */
  | 'CANCELED'
  /** It was cancelled and is clearing up. */
  | 'CANCELING'
  /** It did all it should. Terminal. */
  | 'COMPLETE'
  /** It was asked for a moment ago. */
  | 'CREATED'
  /** It was not started before its `startBefore`. Terminal. */
  | 'EXPIRED'
  /** It did not succeed; see its error. Terminal. */
  | 'FAILED'
  /** It did a part of what it should; see its findings. Terminal. */
  | 'PARTIAL_COMPLETE'
  /** It waits; `waitReason` says for what. */
  | 'QUEUED'
  /** A gateway works on it. */
  | 'RUNNING';

/** Which network a gateway uses to reach the control plane and the vault. */
export type NetworkType =
  /** The public endpoints. */
  | 'INTERNET'
  /** The internal endpoints of the vault’s region. The gateway must be in that region. */
  | 'VPC';

/** A vault to be made. Its redundancy follows from the region: ZRS where it has it, else LRS. */
export type NewVaultInput = {
  /** 1 to 64 characters, unique in its resource group and region. A random, readable one when left out. */
  readonly name?: string | null | undefined;
  /** The region to make it in; `regions` lists them. */
  readonly regionId: string;
  /** The resource group it belongs to. When left out: your access key’s only one, or the default one. */
  readonly resourceGroupId?: string | null | undefined;
};

/** Whether a virtual machine runs. */
export type PowerState =
  /** It is off. */
  | 'POWERED_OFF'
  /** It runs. */
  | 'POWERED_ON'
  /** It is suspended. */
  | 'SUSPENDED';

/** What `preflightBackup` takes. */
export type PreflightBackupInput = {
  /** The gateway that looks. Left out: one of their vCenter that is connected. */
  readonly gatewayId?: string | null | undefined;
  /** The virtual machines to look at, at most 50. */
  readonly virtualMachineIds: ReadonlyArray<string>;
};

/** Whether the guest system is asked to bring its files into a consistent state before the snapshot. */
export type QuiesceMode =
  /** Do not ask: the snapshot is crash-consistent. */
  | 'NONE'
  /** Ask, and go on with a crash-consistent snapshot when the guest cannot. */
  | 'PREFER'
  /** Ask, and fail the backup when the guest cannot. */
  | 'REQUIRE';

/** Which recovery points to list. Everything given has to match. */
export type RecoveryPointFilter = {
  /** Captured at this time or later. */
  readonly capturedAfter?: string | null | undefined;
  /** Captured before this time. */
  readonly capturedBefore?: string | null | undefined;
  /** Made by this gateway. */
  readonly gatewayId?: string | null | undefined;
  /** Of this resource group. */
  readonly resourceGroupId?: string | null | undefined;
  /** With one of these statuses. */
  readonly statuses?: ReadonlyArray<RecoveryPointStatus> | null | undefined;
  /** In this vault. */
  readonly vaultId?: string | null | undefined;
  /** Of this virtual machine. */
  readonly virtualMachineId?: string | null | undefined;
};

/** How a recovery point was made. Each is a complete image either way, and none depends on another. */
export type RecoveryPointKind =
  /** At least one disk was read whole. */
  | 'FULL'
  /** Only what changed since an earlier recovery point was read. */
  | 'INCREMENTAL';

/** Whether a recovery point can be restored. */
export type RecoveryPointStatus =
  /** It can. */
  | 'AVAILABLE'
  /** A verification found something missing. */
  | 'DAMAGED'
  /** It is being deleted. */
  | 'DELETING';

/** Why a vault has its redundancy. It follows from the region and the storage and is never chosen. */
export type RedundancyReason =
  /** LRS: the bucket was there already and keeps its objects in one zone, although the region offers zone redundancy. The operator can convert it. */
  | 'BUCKET_IN_ONE_ZONE'
  /** LRS: the region’s object storage offers no zone redundancy. */
  | 'REGION_WITHOUT_ZONES'
  /** LRS: the object storage would not tell how it keeps the bucket, so nothing more is promised. */
  | 'STORAGE_DID_NOT_TELL'
  /** LRS: the storage knows no zones; a directory, for example, whatever its region has. */
  | 'STORAGE_WITHOUT_ZONES'
  /** ZRS: the bucket keeps its objects in several zones, as its region offers. */
  | 'ZONE_REDUNDANT';

/** In how many zones the object storage keeps the data. */
export type RedundancyType =
  /** Locally redundant: in one zone of the region. */
  | 'LRS'
  /** Zone-redundant: in several zones of the region. */
  | 'ZRS';

/** What `refreshInventory` takes. */
export type RefreshInventoryInput = {
  /** The vCenter to read. */
  readonly vcenterId: string;
};

/** What `removeVCenter` takes. */
export type RemoveVCenterInput = {
  /** Cancel the jobs that wait or run for it first, and wait up to half a minute for them to clear up. Otherwise open jobs are a JobsOpenError. */
  readonly cancelRunningJobs?: boolean | null | undefined;
  /** The version you have seen; another one now is a VersionConflictError. */
  readonly expectedVersion?: number | null | undefined;
  /** Only this gateway stops reaching it; the vCenter and its other gateways stay. Left out: the vCenter is removed. */
  readonly gatewayId?: string | null | undefined;
  /** Any text of 1 to 128 characters that you choose once per intention, a UUID for example. Sending the same input with the same key again within 24 hours answers with what the first one made, and makes nothing new. */
  readonly idempotencyKey?: string | null | undefined;
  /** The vCenter to remove. */
  readonly vcenterId: string;
};

/** What `replaceGatewayAccessKey` takes: one of the two secrets. */
export type ReplaceGatewayAccessKeyInput = {
  /** The id of that access key. */
  readonly accessKeyId: string;
  /** Its secret. It is sealed to the gateway at once, and neither stored in clear nor logged. */
  readonly accessKeySecret?: string | null | undefined;
  /** Refused with VERSION_CONFLICT if the gateway has another version by now. */
  readonly expectedVersion?: number | null | undefined;
  /** The gateway that is to work with another access key. */
  readonly gatewayId: string;
  /** Its secret, sealed by you to `Gateway.sealingPublicKey`, so that nobody but the gateway ever sees it. */
  readonly sealedAccessKeySecret?: SealedSecretInput | null | undefined;
};

/** What `revokeAccessKey` takes. */
export type RevokeAccessKeyInput = {
  /** The access key to revoke (its `id`, not its `keyId`). */
  readonly accessKeyId: string;
  /** The version you have seen; another one now is a VersionConflictError. */
  readonly expectedVersion?: number | null | undefined;
};

/** What `rotateAccessKey` takes. */
export type RotateAccessKeyInput = {
  /** The access key to rotate (its `id`, not its `keyId`). */
  readonly accessKeyId: string;
  /** The version you have seen; another one now is a VersionConflictError. */
  readonly expectedVersion?: number | null | undefined;
  /** A new expiry. Left out: it stays as it is. Null: the access key does not expire. */
  readonly expiresAt?: string | null | undefined;
  /** How long the old secret stays good beside the new one, in seconds: 0 to 604800 (seven days). Left out: it ends at once. */
  readonly graceSeconds?: number | null | undefined;
  /** Any text of 1 to 128 characters that you choose once per intention, a UUID for example. Sending the same input with the same key again within 24 hours answers with what the first one made, and makes nothing new. */
  readonly idempotencyKey?: string | null | undefined;
};

/** What an access key may do. Writing does not include reading; a mutation always shows what it made. */
export type Scope =
  /** Read access keys, without their secrets (`accessKey:read`). */
  | 'ACCESS_KEY_READ'
  /** Create and revoke access keys (`accessKey:write`). */
  | 'ACCESS_KEY_WRITE'
  /** Read who changed what (`audit:read`). */
  | 'AUDIT_READ'
  /** Read and follow events (`event:read`). */
  | 'EVENT_READ'
  /** Read gateways (`gateway:read`). */
  | 'GATEWAY_READ'
  /** Create, steer and delete gateways, download their package and certificates (`gateway:write`). */
  | 'GATEWAY_WRITE'
  /** Read jobs and follow their progress (`job:read`). */
  | 'JOB_READ'
  /** Start and cancel backups and restores (`job:write`). */
  | 'JOB_WRITE'
  /** Read `/metrics` (`metrics:read`). */
  | 'METRICS_READ'
  /** Delete backup data: recovery points, alone or with their gateway or vault (`recoveryPoint:delete`). */
  | 'RECOVERY_POINT_DELETE'
  /** Read recovery points (`recoveryPoint:read`). */
  | 'RECOVERY_POINT_READ'
  /** Read resource groups (`resourceGroup:read`). */
  | 'RESOURCE_GROUP_READ'
  /** Create resource groups (`resourceGroup:write`). */
  | 'RESOURCE_GROUP_WRITE'
  /** Read vaults and regions (`vault:read`). */
  | 'VAULT_READ'
  /** Create, change and delete vaults (`vault:write`). */
  | 'VAULT_WRITE'
  /** Read vCenters and their virtual machines (`vcenter:read`). */
  | 'VCENTER_READ'
  /** Add, change and remove vCenters and refresh their inventory (`vcenter:write`). */
  | 'VCENTER_WRITE'
  /** Read webhooks and their deliveries (`webhook:read`). */
  | 'WEBHOOK_READ'
  /** Create, change, test and delete webhooks, deliver again (`webhook:write`). */
  | 'WEBHOOK_WRITE';

/** A secret that only the gateway can open: X25519 with a fresh key pair, HKDF-SHA-256 (salt: the ephemeral and the gateway’s public key as SPKI DER, one after the other; info: `holdfast-seal-v1`; 32 bytes), AES-256-GCM with the gateway’s `accessKeySealingContext` as additional data. All values in base64. */
export type SealedSecretInput = {
  /** The ciphertext, followed by the 16 bytes of its tag. */
  readonly ciphertext: string;
  /** The fresh X25519 public key, SPKI DER. */
  readonly ephemeralKey: string;
  /** 12 random bytes. */
  readonly nonce: string;
};

/** What `setFlowControl` takes. */
export type SetFlowControlInput = {
  /** The `version` of the object when you read it. Has somebody changed it since, nothing happens and the answer is a VersionConflictError. */
  readonly expectedVersion: number;
  /** The gateway. */
  readonly gatewayId: string;
  /** All of its windows, 32 at most, in place of those it had; none: no limit at any time. Windows that limit the same direction must not overlap, whatever their time zones. */
  readonly windows: ReadonlyArray<FlowControlWindowInput>;
};

/** What `startBackup` takes. */
export type StartBackupInput = {
  /** Read everything, although only what changed may be enough. Nothing the vault has is stored again. */
  readonly forceFull?: boolean;
  /** The gateway that does it, and with it the vault. May be left out where its vCenter has only one. */
  readonly gatewayId?: string | null | undefined;
  /** Any text of 1 to 128 characters that you choose once per intention, a UUID for example. Sending the same input with the same key again within 24 hours answers with what the first one made, and makes nothing new. */
  readonly idempotencyKey?: string | null | undefined;
  /** Whether the guest is asked for consistent files first. */
  readonly quiesce?: QuiesceMode;
  /** Give up (EXPIRED) when no gateway took it by then. Left out: it waits as long as it takes. */
  readonly startBefore?: string | null | undefined;
  /** The virtual machine to back up. */
  readonly virtualMachineId: string;
};

/** What `startBackups` takes. */
export type StartBackupsInput = {
  /** Read everything, although only what changed may be enough. Nothing the vault has is stored again. */
  readonly forceFull?: boolean;
  /** The gateway that does it, and with it the vault. May be left out where its vCenter has only one. */
  readonly gatewayId?: string | null | undefined;
  /** Any text of 1 to 128 characters that you choose once per intention, a UUID for example. Sending the same input with the same key again within 24 hours answers with what the first one made, and makes nothing new. */
  readonly idempotencyKey?: string | null | undefined;
  /** Whether the guest is asked for consistent files first. */
  readonly quiesce?: QuiesceMode;
  /** Give up (EXPIRED) when no gateway took it by then. Left out: it waits as long as it takes. */
  readonly startBefore?: string | null | undefined;
  /** The virtual machines to back up, 1 to 100; one that is named twice is backed up once. */
  readonly virtualMachineIds: ReadonlyArray<string>;
};

/** What `startRestore` takes. */
export type StartRestoreInput = {
  /** Name of the datastore for its disks. Left out: where the original’s were. */
  readonly datastore?: string | null | undefined;
  /** Inventory path of the folder to make it in. Left out: where the original was. */
  readonly folder?: string | null | undefined;
  /** The gateway that does it. Left out: an activated gateway of the recovery point’s vault that reaches the vCenter. */
  readonly gatewayId?: string | null | undefined;
  /** Any text of 1 to 128 characters that you choose once per intention, a UUID for example. Sending the same input with the same key again within 24 hours answers with what the first one made, and makes nothing new. */
  readonly idempotencyKey?: string | null | undefined;
  /** The recovery point to restore. */
  readonly recoveryPointId: string;
  /** The vCenter to restore to. Left out: the one it was backed up from. In another one, give `folder` and `datastore` of that one, unless they have the same names. */
  readonly vcenterId?: string | null | undefined;
  /** Name of the new virtual machine, 1 to 80 characters. Left out: the original’s name with the time. */
  readonly vmName?: string | null | undefined;
};

/** Why events between two cursors cannot be told. */
export type StreamGapReason =
  /** The log ends before the cursor: the database was put back to an earlier time. */
  | 'BEYOND_HEAD'
  /** They are older than the log keeps. */
  | 'EXPIRED'
  /** The cursor is of another log: this installation’s database was replaced. */
  | 'OTHER_STREAM';

/** What `testVCenter` takes: a vCenter, or a connection together with a gateway. */
export type TestVCenterInput = {
  /** A vCenter that is not added. */
  readonly connection?: VCenterConnectionInput | null | undefined;
  /** The gateway to test through. Needed with `connection`; otherwise the one that was heard from last. */
  readonly gatewayId?: string | null | undefined;
  /** A vCenter that is added; its status is brought up to date. */
  readonly vcenterId?: string | null | undefined;
};

/** What `testWebhook` takes. */
export type TestWebhookInput = {
  /** Any text of 1 to 128 characters that you choose once per intention, a UUID for example. Sending the same input with the same key again within 24 hours answers with what the first one made, and makes nothing new. */
  readonly idempotencyKey?: string | null | undefined;
  /** Which webhook. */
  readonly webhookId: string;
};

/** How a gateway reads and writes virtual disks. */
export type TransportMode =
  /** Hot-add for virtual machines of the vCenter the gateway itself runs in, otherwise over the network (NFC). */
  | 'AUTO'
  /** Disks are attached to the gateway’s own virtual machine. The fastest way, and increments read only what changed. The gateway must run in the same vCenter. */
  | 'HOTADD'
  /** Disks are streamed from and to the ESXi hosts over HTTPS (port 443). Works from anywhere, but every backup reads whole disks; only what changed is stored. */
  | 'NFC';

/** What `trustVCenterCertificate` takes. */
export type TrustVCenterCertificateInput = {
  /** The version you have seen; another one now is a VersionConflictError. */
  readonly expectedVersion?: number | null | undefined;
  /** The fingerprint to trust. It has to be the `presentedFingerprint`: compare that with the one the vCenter itself shows first. */
  readonly fingerprint: string;
  /** The vCenter whose certificate changed. */
  readonly vcenterId: string;
};

/** What `updateAccessKey` takes. What is left out stays as it is. Nothing can be added that your own access key does not have. */
export type UpdateAccessKeyInput = {
  /** The access key to change (its `id`, not its `keyId`). */
  readonly accessKeyId: string;
  /** True: it sees all resource groups from now on, also those created later. False changes nothing. */
  readonly allResourceGroups?: boolean | null | undefined;
  /** The `version` of the object when you read it. Has somebody changed it since, nothing happens and the answer is a VersionConflictError. */
  readonly expectedVersion: number;
  /** When it stops working. Null: it does not expire. */
  readonly expiresAt?: string | null | undefined;
  /** What it is for, 1 to 64 characters. */
  readonly name?: string | null | undefined;
  /** All the resource groups it sees from now on. */
  readonly resourceGroupIds?: ReadonlyArray<string> | null | undefined;
  /** All it may do from now on: at least one scope. */
  readonly scopes?: ReadonlyArray<Scope> | null | undefined;
};

/** What `updateGatewaySettings` takes. What is left out stays as it is. */
export type UpdateGatewaySettingsInput = {
  /** The `version` of the object when you read it. Has somebody changed it since, nothing happens and the answer is a VersionConflictError. */
  readonly expectedVersion: number;
  /** The gateway. */
  readonly gatewayId: string;
  /** CPU cores that the data of all jobs together keeps busy: 0 to 64; 0: no limit. No more worker threads than this compute at the same time. */
  readonly maxCpuCores?: number | null | undefined;
  /** Worker threads that work at the same time, over all jobs of the gateway: 0 to 64; 0: as many as its machine has cores. */
  readonly maxWorkers?: number | null | undefined;
  /** 1 to 64 characters, unique in its vault. */
  readonly name?: string | null | undefined;
  /** How it reads and writes virtual disks. */
  readonly transport?: TransportMode | null | undefined;
  /** Whether the data, encrypted already, also travels by HTTPS: slower. */
  readonly useHttps?: boolean | null | undefined;
};

/** What `updateVCenter` takes. What is left out stays as it is. */
export type UpdateVCenterInput = {
  /** Host name or IP address, with `:port` where it is not 443. */
  readonly address?: string | null | undefined;
  /** PEM certificates of authorities: a certificate they signed for its address is trusted. */
  readonly certificateAuthority?: string | null | undefined;
  /** SHA-256 fingerprint of the TLS certificate to trust: `AA:BB:…`. */
  readonly certificateFingerprint?: string | null | undefined;
  /** The version you have seen; another one now is a VersionConflictError. */
  readonly expectedVersion?: number | null | undefined;
  /** The gateway it is tested through. Left out: the connected one that was heard from last. */
  readonly gatewayId?: string | null | undefined;
  /** 1 to 64 characters. */
  readonly name?: string | null | undefined;
  /** Its password. Every character works. */
  readonly password?: string | null | undefined;
  /** The user to log in as. */
  readonly username?: string | null | undefined;
  /** The vCenter to change. */
  readonly vcenterId: string;
};

/** What `updateVault` takes. */
export type UpdateVaultInput = {
  /** The version you have seen; another one now is a VersionConflictError. */
  readonly expectedVersion?: number | null | undefined;
  /** Its new name: 1 to 64 characters, unique in its resource group and region. */
  readonly name: string;
  /** The vault to change. */
  readonly vaultId: string;
};

/** How to log in to a vCenter that is not added yet. */
export type VCenterConnectionInput = {
  /** Host name or IP address as the gateway reaches it, with `:port` where it is not 443. */
  readonly address: string;
  /** PEM certificates of authorities to trust. */
  readonly certificateAuthority?: string | null | undefined;
  /** SHA-256 fingerprint of the TLS certificate to trust: `AA:BB:…`. */
  readonly certificateFingerprint?: string | null | undefined;
  /** Its password. It is not kept. */
  readonly password: string;
  /** The user to log in as. */
  readonly username: string;
};

/** What answers at the address. */
export type VCenterKind =
  /** A single ESXi host. */
  | 'ESXI'
  /** A vCenter Server. */
  | 'VCENTER';

/** How the last conversation with a vCenter went. */
export type VCenterStatus =
  /** It shows another TLS certificate than the trusted one; nobody speaks to it until `trustVCenterCertificate`. */
  | 'CERTIFICATE_CHANGED'
  /** It answered and accepted the user name and password. */
  | 'CONNECTED'
  /** It refused the user name and password; nobody tries again until they are changed. */
  | 'CREDENTIALS_INVALID'
  /** It did not answer. */
  | 'UNREACHABLE';

/** Which vaults to list. Everything given has to match. */
export type VaultFilter = {
  /** Created at this time or later. */
  readonly createdAfter?: string | null | undefined;
  /** Created before this time. */
  readonly createdBefore?: string | null | undefined;
  /** The one this gateway writes to. */
  readonly gatewayId?: string | null | undefined;
  /** With this redundancy. */
  readonly redundancyType?: RedundancyType | null | undefined;
  /** In this region. */
  readonly regionId?: string | null | undefined;
  /** Of this resource group. */
  readonly resourceGroupId?: string | null | undefined;
  /** One of these statuses. */
  readonly statuses?: ReadonlyArray<VaultStatus> | null | undefined;
  /** With a recovery point of this virtual machine. */
  readonly virtualMachineId?: string | null | undefined;
};

/** What a vault can be used for at present. */
export type VaultStatus =
  /** It takes backups and gives restores. */
  | 'ACTIVE'
  /** Its place in object storage is being made. */
  | 'CREATING'
  /** It is being deleted. */
  | 'DELETING'
  /** Its place in object storage could not be made. */
  | 'ERROR';

/** Which virtual machines to list. Everything given has to match. */
export type VirtualMachineFilter = {
  /** First found by a refresh at this time or later. */
  readonly firstSeenAfter?: string | null | undefined;
  /** Of the vCenters this gateway reaches. */
  readonly gatewayId?: string | null | undefined;
  /** Last found by a refresh before this time. */
  readonly lastSeenBefore?: string | null | undefined;
  /** With this text in the name, whatever its case. */
  readonly nameContains?: string | null | undefined;
  /** In this power state. */
  readonly powerState?: PowerState | null | undefined;
  /** True: those the last refresh found. False: those it no longer found. Null: both. */
  readonly present?: boolean | null | undefined;
  /** Of this resource group. */
  readonly resourceGroupId?: string | null | undefined;
  /** True: templates only. False: no templates. */
  readonly template?: boolean | null | undefined;
  /** Of this vCenter. */
  readonly vcenterId?: string | null | undefined;
};

/** What a queued job waits for. */
export type WaitReason =
  /** The gateway’s access key expired or was revoked: activate the gateway again. */
  | 'CREDENTIALS'
  /** Its gateway works on as many jobs as it may. */
  | 'GATEWAY_BUSY'
  /** Its gateway is not activated or not in touch. */
  | 'GATEWAY_OFFLINE'
  /** Somebody paused it. */
  | 'PAUSED'
  /** The vCenter, host or datastore is busy with as many snapshots or connections as it should. */
  | 'PERMITS'
  /** A try failed; the next one follows shortly. */
  | 'RETRY_DELAY'
  /** The vCenter shows another certificate than the trusted one: compare it, then `trustVCenterCertificate`. */
  | 'VCENTER_CERTIFICATE'
  /** The vCenter refused the user name and password: give the right ones with `updateVCenter`. */
  | 'VCENTER_CREDENTIALS';

/** Which deliveries to list. Everything given has to match. */
export type WebhookDeliveryFilter = {
  /** Queued at this time or later. */
  readonly createdAfter?: string | null | undefined;
  /** Queued before this time. */
  readonly createdBefore?: string | null | undefined;
  /** With one of these statuses. */
  readonly statuses?: ReadonlyArray<WebhookDeliveryStatus> | null | undefined;
  /** To this webhook. */
  readonly webhookId?: string | null | undefined;
};

/** Why something was sent to a webhook. */
export type WebhookDeliveryKind =
  /** An event happened. */
  | 'EVENT'
  /** Somebody tested the webhook. */
  | 'TEST';

/** Whether a webhook’s receiver has taken something. */
export type WebhookDeliveryStatus =
  /** It was given up after all its tries. `redeliverWebhook` sends it again. */
  | 'FAILED'
  /** It is being tried, or will be tried again at `nextTryAt`. */
  | 'PENDING'
  /** The receiver took it: it answered with an HTTP status from 200 to 299. */
  | 'SUCCEEDED';

/** Which webhooks to list. */
export type WebhookFilter = {
  /** True: only those that are on. False: only the others. */
  readonly enabled?: boolean | null | undefined;
};

/** A day of the week. */
export type Weekday =
  /** Friday. */
  | 'FRIDAY'
  /** Monday. */
  | 'MONDAY'
  /** Saturday. */
  | 'SATURDAY'
  /** Sunday. */
  | 'SUNDAY'
  /** Thursday. */
  | 'THURSDAY'
  /** Tuesday. */
  | 'TUESDAY'
  /** Wednesday. */
  | 'WEDNESDAY';

export type CreateAccessKeyMutationVariables = Exact<{
  input: CreateAccessKeyInput;
}>;


export type CreateAccessKeyMutation = { readonly createAccessKey:
    | { readonly __typename: 'ConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'CreateAccessKeyPayload', readonly secret: string | null, readonly accessKey: { readonly id: string, readonly keyId: string, readonly name: string, readonly scopes: ReadonlyArray<Scope>, readonly expiresAt: string | null } }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'IdempotencyConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'InvalidInputError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'OperationFailedError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
   | null };

export type RevokeAccessKeyMutationVariables = Exact<{
  input: RevokeAccessKeyInput;
}>;


export type RevokeAccessKeyMutation = { readonly revokeAccessKey:
    | { readonly __typename: 'ConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'InvalidInputError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'OperationFailedError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'RevokeAccessKeyPayload', readonly accessKey: { readonly id: string, readonly revokedAt: string | null } }
    | { readonly __typename: 'VersionConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
   | null };

export type AccessKeysQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: AccessKeyFilter | null | undefined;
  orderBy?: AccessKeyOrder | null | undefined;
}>;


export type AccessKeysQuery = { readonly accessKeys: { readonly totalCount: number | null, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly keyId: string, readonly name: string, readonly scopes: ReadonlyArray<Scope>, readonly allResourceGroups: boolean, readonly createdAt: string, readonly expiresAt: string | null, readonly revokedAt: string | null, readonly lastUsedAt: string | null, readonly secretChangedAt: string | null, readonly previousSecretUntil: string | null, readonly viewerCanUpdate: boolean, readonly viewerCanRotate: boolean, readonly viewerCanRevoke: boolean, readonly version: number, readonly resourceGroups: ReadonlyArray<{ readonly id: string, readonly name: string }> | null }> } | null };

export type UpdateAccessKeyMutationVariables = Exact<{
  input: UpdateAccessKeyInput;
}>;


export type UpdateAccessKeyMutation = { readonly updateAccessKey:
    | { readonly __typename: 'ConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'InvalidInputError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'OperationFailedError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'UpdateAccessKeyPayload', readonly accessKey: { readonly id: string, readonly keyId: string, readonly name: string, readonly scopes: ReadonlyArray<Scope>, readonly allResourceGroups: boolean, readonly createdAt: string, readonly expiresAt: string | null, readonly revokedAt: string | null, readonly lastUsedAt: string | null, readonly secretChangedAt: string | null, readonly previousSecretUntil: string | null, readonly viewerCanUpdate: boolean, readonly viewerCanRotate: boolean, readonly viewerCanRevoke: boolean, readonly version: number, readonly resourceGroups: ReadonlyArray<{ readonly id: string, readonly name: string }> | null } }
    | { readonly __typename: 'VersionConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
   | null };

export type RotateAccessKeyMutationVariables = Exact<{
  input: RotateAccessKeyInput;
}>;


export type RotateAccessKeyMutation = { readonly rotateAccessKey:
    | { readonly __typename: 'ConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'IdempotencyConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'InvalidInputError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'OperationFailedError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'RotateAccessKeyPayload', readonly secret: string | null, readonly accessKey: { readonly id: string, readonly keyId: string, readonly name: string, readonly scopes: ReadonlyArray<Scope>, readonly allResourceGroups: boolean, readonly createdAt: string, readonly expiresAt: string | null, readonly revokedAt: string | null, readonly lastUsedAt: string | null, readonly secretChangedAt: string | null, readonly previousSecretUntil: string | null, readonly viewerCanUpdate: boolean, readonly viewerCanRotate: boolean, readonly viewerCanRevoke: boolean, readonly version: number, readonly resourceGroups: ReadonlyArray<{ readonly id: string, readonly name: string }> | null } }
    | { readonly __typename: 'VersionConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
   | null };

export type AccessKeyFieldsFragment = { readonly id: string, readonly keyId: string, readonly name: string, readonly scopes: ReadonlyArray<Scope>, readonly allResourceGroups: boolean, readonly createdAt: string, readonly expiresAt: string | null, readonly revokedAt: string | null, readonly lastUsedAt: string | null, readonly secretChangedAt: string | null, readonly previousSecretUntil: string | null, readonly viewerCanUpdate: boolean, readonly viewerCanRotate: boolean, readonly viewerCanRevoke: boolean, readonly version: number, readonly resourceGroups: ReadonlyArray<{ readonly id: string, readonly name: string }> | null };

export type AuditLogQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: AuditLogFilter | null | undefined;
  orderBy?: AuditLogOrder | null | undefined;
}>;


export type AuditLogQuery = { readonly auditLog: { readonly totalCount: number | null, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly action: string, readonly actorKind: AuditActorKind, readonly actorName: string, readonly keyId: string | null, readonly withheld: ReadonlyArray<string>, readonly outcome: AuditOutcome, readonly errorCode: string | null, readonly requestId: string, readonly address: string | null, readonly userAgent: string | null, readonly startedAt: string, readonly durationMs: number | null, readonly input: ReadonlyArray<{ readonly path: string, readonly value: string }>, readonly subjects: ReadonlyArray<{ readonly type: string, readonly id: string }> }> } | null };

export type AuditEntryFieldsFragment = { readonly id: string, readonly action: string, readonly actorKind: AuditActorKind, readonly actorName: string, readonly keyId: string | null, readonly withheld: ReadonlyArray<string>, readonly outcome: AuditOutcome, readonly errorCode: string | null, readonly requestId: string, readonly address: string | null, readonly userAgent: string | null, readonly startedAt: string, readonly durationMs: number | null, readonly input: ReadonlyArray<{ readonly path: string, readonly value: string }>, readonly subjects: ReadonlyArray<{ readonly type: string, readonly id: string }> };

export type DeletionImpactQueryVariables = Exact<{
  gatewayId?: string | null | undefined;
  vaultId?: string | null | undefined;
  deleteBackupData?: boolean;
}>;


export type DeletionImpactQuery = { readonly deletionImpact: { readonly recoveryPoints: number, readonly virtualMachines: number, readonly virtualMachinesLosingAll: number, readonly logicalBytes: number, readonly storedBytes: number, readonly gateways: number, readonly openJobs: number } | null };

export type DeleteGatewayMutationVariables = Exact<{
  input: DeleteGatewayInput;
}>;


export type DeleteGatewayMutation = { readonly deleteGateway:
    | { readonly __typename: 'ConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'DeleteGatewayPayload', readonly gatewayId: string, readonly deletesBackupData: boolean, readonly gateway: { readonly id: string, readonly name: string, readonly status: GatewayStatus, readonly statusSince: string, readonly accessKeyId: string | null, readonly platform: GatewayPlatform, readonly networkType: NetworkType, readonly useHttps: boolean, readonly transport: TransportMode, readonly agentVersion: string | null, readonly hostname: string | null, readonly activatedAt: string | null, readonly lastSeenAt: string | null, readonly version: number, readonly statusReason: { readonly code: string, readonly message: string, readonly remedy: string } | null } | null, readonly impact: { readonly recoveryPoints: number, readonly virtualMachines: number, readonly virtualMachinesLosingAll: number, readonly logicalBytes: number, readonly storedBytes: number, readonly gateways: number, readonly openJobs: number } }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'GatewayHasJobsError', readonly totalCount: number, readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean, readonly jobs: ReadonlyArray<
        | { readonly id: string, readonly kind: JobKind, readonly status: JobStatus }
        | { readonly id: string, readonly kind: JobKind, readonly status: JobStatus }
        | { readonly id: string, readonly kind: JobKind, readonly status: JobStatus }
      > }
    | { readonly __typename: 'IdempotencyConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'InvalidInputError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'OperationFailedError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'VersionConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
   | null };

export type DeleteVaultMutationVariables = Exact<{
  input: DeleteVaultInput;
}>;


export type DeleteVaultMutation = { readonly deleteVault:
    | { readonly __typename: 'ConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'DeleteVaultPayload', readonly vaultId: string, readonly vault: { readonly id: string, readonly name: string, readonly status: VaultStatus } | null, readonly impact: { readonly recoveryPoints: number, readonly virtualMachines: number, readonly virtualMachinesLosingAll: number, readonly logicalBytes: number, readonly storedBytes: number, readonly gateways: number, readonly openJobs: number } }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'IdempotencyConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'InvalidInputError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'OperationFailedError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'VaultHasJobsError', readonly totalCount: number, readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean, readonly jobs: ReadonlyArray<
        | { readonly id: string, readonly kind: JobKind, readonly status: JobStatus }
        | { readonly id: string, readonly kind: JobKind, readonly status: JobStatus }
        | { readonly id: string, readonly kind: JobKind, readonly status: JobStatus }
      > }
    | { readonly __typename: 'VersionConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
   | null };

export type DeleteRecoveryPointsMutationVariables = Exact<{
  input: DeleteRecoveryPointsInput;
}>;


export type DeleteRecoveryPointsMutation = { readonly deleteRecoveryPoints:
    | { readonly __typename: 'ConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'DeleteRecoveryPointsPayload', readonly recoveryPointIds: ReadonlyArray<string>, readonly recoveryPoints: ReadonlyArray<{ readonly id: string, readonly status: RecoveryPointStatus }> }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'IdempotencyConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'InvalidInputError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'OperationFailedError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
   | null };

export type DeletionImpactDetailsFragment = { readonly recoveryPoints: number, readonly virtualMachines: number, readonly virtualMachinesLosingAll: number, readonly logicalBytes: number, readonly storedBytes: number, readonly gateways: number, readonly openJobs: number };

export type DownloadGatewayPackageMutationVariables = Exact<{
  input: DownloadGatewayPackageInput;
}>;


export type DownloadGatewayPackageMutation = { readonly downloadGatewayPackage:
    | { readonly __typename: 'ConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'DownloadGatewayPackagePayload', readonly link: { readonly url: string | null, readonly fileName: string, readonly sizeBytes: number, readonly sha256: string, readonly version: string | null, readonly expiresAt: string } }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'InvalidInputError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'OperationFailedError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'PackageNotPublishedError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
   | null };

export type DownloadGatewayCertificateMutationVariables = Exact<{
  input: DownloadGatewayCertificateInput;
}>;


export type DownloadGatewayCertificateMutation = { readonly downloadGatewayCertificate:
    | { readonly __typename: 'ConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'DownloadGatewayCertificatePayload', readonly link: { readonly url: string | null, readonly fileName: string, readonly sizeBytes: number, readonly sha256: string, readonly version: string | null, readonly expiresAt: string } }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'InvalidInputError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'OperationFailedError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
   | null };

export type RequiredEndpointsQueryVariables = Exact<{
  regionId: string;
  networkType: NetworkType;
  useHttps: boolean;
}>;


export type RequiredEndpointsQuery = { readonly requiredEndpoints: ReadonlyArray<{ readonly host: string, readonly port: number, readonly protocol: EndpointProtocol, readonly channel: EndpointChannel, readonly direction: EndpointDirection, readonly purpose: string }> | null };

export type RequiredEndpointsAsTextQueryVariables = Exact<{
  regionId: string;
  networkType: NetworkType;
  useHttps: boolean;
}>;


export type RequiredEndpointsAsTextQuery = { readonly requiredEndpointsAsText: string | null };

export type EventsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: EventFilter | null | undefined;
}>;


export type EventsQuery = { readonly events: { readonly totalCount: number | null, readonly nodes: ReadonlyArray<{ readonly cursor: string, readonly type: EventType, readonly occurredAt: string, readonly subjectType: EventSubjectType, readonly subject:
        | { readonly __typename: 'AccessKey', readonly id: string }
        | { readonly __typename: 'AuditEntry', readonly id: string }
        | { readonly __typename: 'BackupJob', readonly id: string }
        | { readonly __typename: 'CleanupJob', readonly id: string }
        | { readonly __typename: 'Gateway', readonly id: string }
        | { readonly __typename: 'GatewayCertificate', readonly id: string }
        | { readonly __typename: 'RecoveryPoint', readonly id: string }
        | { readonly __typename: 'ResourceGroup', readonly id: string }
        | { readonly __typename: 'RestoreJob', readonly id: string }
        | { readonly __typename: 'VCenter', readonly id: string }
        | { readonly __typename: 'Vault', readonly id: string }
        | { readonly __typename: 'VirtualMachine', readonly id: string }
        | { readonly __typename: 'Webhook', readonly id: string }
        | { readonly __typename: 'WebhookDelivery', readonly id: string }
       | null, readonly details: ReadonlyArray<{ readonly name: string, readonly value: string }> }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type EventHeadQueryVariables = Exact<{ [key: string]: never; }>;


export type EventHeadQuery = { readonly events: { readonly headCursor: string } | null };

export type FollowEventsSubscriptionVariables = Exact<{
  after?: string | null | undefined;
  filter?: EventFilter | null | undefined;
}>;


export type FollowEventsSubscription = { readonly events: { readonly cursor: string, readonly item:
      | { readonly __typename: 'Event', readonly cursor: string, readonly type: EventType, readonly occurredAt: string, readonly subjectType: EventSubjectType, readonly subject:
          | { readonly __typename: 'AccessKey', readonly id: string }
          | { readonly __typename: 'AuditEntry', readonly id: string }
          | { readonly __typename: 'BackupJob', readonly id: string }
          | { readonly __typename: 'CleanupJob', readonly id: string }
          | { readonly __typename: 'Gateway', readonly id: string }
          | { readonly __typename: 'GatewayCertificate', readonly id: string }
          | { readonly __typename: 'RecoveryPoint', readonly id: string }
          | { readonly __typename: 'ResourceGroup', readonly id: string }
          | { readonly __typename: 'RestoreJob', readonly id: string }
          | { readonly __typename: 'VCenter', readonly id: string }
          | { readonly __typename: 'Vault', readonly id: string }
          | { readonly __typename: 'VirtualMachine', readonly id: string }
          | { readonly __typename: 'Webhook', readonly id: string }
          | { readonly __typename: 'WebhookDelivery', readonly id: string }
         | null, readonly details: ReadonlyArray<{ readonly name: string, readonly value: string }> }
      | { readonly __typename: 'StreamGap', readonly reason: StreamGapReason, readonly from: string, readonly to: string }
     } };

type ErrorDetails_AccessKeyRefusedError_Fragment = { readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean };

type ErrorDetails_CertificateNotTrustedError_Fragment = { readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean };

type ErrorDetails_ConflictError_Fragment = { readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean };

type ErrorDetails_ForbiddenError_Fragment = { readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean };

type ErrorDetails_GatewayHasJobsError_Fragment = { readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean };

type ErrorDetails_GatewayUnavailableError_Fragment = { readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean };

type ErrorDetails_IdempotencyConflictError_Fragment = { readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean };

type ErrorDetails_InvalidInputError_Fragment = { readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean };

type ErrorDetails_JobsOpenError_Fragment = { readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean };

type ErrorDetails_NotFoundError_Fragment = { readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean };

type ErrorDetails_OperationFailedError_Fragment = { readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean };

type ErrorDetails_PackageNotPublishedError_Fragment = { readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean };

type ErrorDetails_VCenterConnectionError_Fragment = { readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean };

type ErrorDetails_VaultHasJobsError_Fragment = { readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean };

type ErrorDetails_VersionConflictError_Fragment = { readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean };

export type ErrorDetailsFragment =
  | ErrorDetails_AccessKeyRefusedError_Fragment
  | ErrorDetails_CertificateNotTrustedError_Fragment
  | ErrorDetails_ConflictError_Fragment
  | ErrorDetails_ForbiddenError_Fragment
  | ErrorDetails_GatewayHasJobsError_Fragment
  | ErrorDetails_GatewayUnavailableError_Fragment
  | ErrorDetails_IdempotencyConflictError_Fragment
  | ErrorDetails_InvalidInputError_Fragment
  | ErrorDetails_JobsOpenError_Fragment
  | ErrorDetails_NotFoundError_Fragment
  | ErrorDetails_OperationFailedError_Fragment
  | ErrorDetails_PackageNotPublishedError_Fragment
  | ErrorDetails_VCenterConnectionError_Fragment
  | ErrorDetails_VaultHasJobsError_Fragment
  | ErrorDetails_VersionConflictError_Fragment
;

export type GatewayDetailsFragment = { readonly id: string, readonly name: string, readonly status: GatewayStatus, readonly statusSince: string, readonly accessKeyId: string | null, readonly platform: GatewayPlatform, readonly networkType: NetworkType, readonly useHttps: boolean, readonly transport: TransportMode, readonly agentVersion: string | null, readonly hostname: string | null, readonly activatedAt: string | null, readonly lastSeenAt: string | null, readonly version: number, readonly statusReason: { readonly code: string, readonly message: string, readonly remedy: string } | null };

export type DownloadDetailsFragment = { readonly url: string | null, readonly fileName: string, readonly sizeBytes: number, readonly sha256: string, readonly version: string | null, readonly expiresAt: string };

export type VCenterDetailsFragment = { readonly id: string, readonly name: string, readonly address: string, readonly username: string, readonly status: VCenterStatus, readonly statusMessage: string | null, readonly statusSince: string, readonly trustedFingerprint: string | null, readonly presentedFingerprint: string | null, readonly version: number, readonly inventoryState: InventoryState, readonly inventoryRefreshedAt: string | null };

export type StatisticsFragment = { readonly bytesTotal: number, readonly bytesRead: number, readonly bytesZero: number, readonly bytesDeduplicated: number, readonly bytesStored: number, readonly durationMs: number, readonly rate: number };

export type ProgressFragment = { readonly phase: JobPhase, readonly bytesTotal: number, readonly bytesDone: number, readonly bytesRead: number, readonly bytesZero: number, readonly bytesDeduplicated: number, readonly bytesStored: number, readonly rate: number, readonly percent: number, readonly updatedAt: string };

type JobDetails_BackupJob_Fragment = { readonly id: string, readonly kind: JobKind, readonly status: JobStatus, readonly waitReason: WaitReason | null, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly viewerCanCancel: boolean, readonly recoveryPoint: { readonly id: string, readonly kind: RecoveryPointKind } | null, readonly progress: { readonly phase: JobPhase, readonly bytesTotal: number, readonly bytesDone: number, readonly bytesRead: number, readonly bytesZero: number, readonly bytesDeduplicated: number, readonly bytesStored: number, readonly rate: number, readonly percent: number, readonly updatedAt: string } | null, readonly statistics: { readonly bytesTotal: number, readonly bytesRead: number, readonly bytesZero: number, readonly bytesDeduplicated: number, readonly bytesStored: number, readonly durationMs: number, readonly rate: number } | null, readonly error: { readonly code: string, readonly message: string, readonly remedy: string, readonly retryable: boolean } | null, readonly findings: ReadonlyArray<{ readonly code: string, readonly severity: FindingSeverity, readonly message: string, readonly remedy: string }>, readonly attempts: ReadonlyArray<{ readonly number: number, readonly status: JobAttemptStatus }> | null };

type JobDetails_CleanupJob_Fragment = { readonly id: string, readonly kind: JobKind, readonly status: JobStatus, readonly waitReason: WaitReason | null, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly viewerCanCancel: boolean, readonly progress: { readonly phase: JobPhase, readonly bytesTotal: number, readonly bytesDone: number, readonly bytesRead: number, readonly bytesZero: number, readonly bytesDeduplicated: number, readonly bytesStored: number, readonly rate: number, readonly percent: number, readonly updatedAt: string } | null, readonly statistics: { readonly bytesTotal: number, readonly bytesRead: number, readonly bytesZero: number, readonly bytesDeduplicated: number, readonly bytesStored: number, readonly durationMs: number, readonly rate: number } | null, readonly error: { readonly code: string, readonly message: string, readonly remedy: string, readonly retryable: boolean } | null, readonly findings: ReadonlyArray<{ readonly code: string, readonly severity: FindingSeverity, readonly message: string, readonly remedy: string }>, readonly attempts: ReadonlyArray<{ readonly number: number, readonly status: JobAttemptStatus }> | null };

type JobDetails_RestoreJob_Fragment = { readonly id: string, readonly kind: JobKind, readonly status: JobStatus, readonly waitReason: WaitReason | null, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly viewerCanCancel: boolean, readonly restoredVm: { readonly name: string, readonly instanceUuid: string, readonly biosUuid: string } | null, readonly progress: { readonly phase: JobPhase, readonly bytesTotal: number, readonly bytesDone: number, readonly bytesRead: number, readonly bytesZero: number, readonly bytesDeduplicated: number, readonly bytesStored: number, readonly rate: number, readonly percent: number, readonly updatedAt: string } | null, readonly statistics: { readonly bytesTotal: number, readonly bytesRead: number, readonly bytesZero: number, readonly bytesDeduplicated: number, readonly bytesStored: number, readonly durationMs: number, readonly rate: number } | null, readonly error: { readonly code: string, readonly message: string, readonly remedy: string, readonly retryable: boolean } | null, readonly findings: ReadonlyArray<{ readonly code: string, readonly severity: FindingSeverity, readonly message: string, readonly remedy: string }>, readonly attempts: ReadonlyArray<{ readonly number: number, readonly status: JobAttemptStatus }> | null };

export type JobDetailsFragment =
  | JobDetails_BackupJob_Fragment
  | JobDetails_CleanupJob_Fragment
  | JobDetails_RestoreJob_Fragment
;

export type RecoveryPointDetailsFragment = { readonly id: string, readonly kind: RecoveryPointKind, readonly status: RecoveryPointStatus, readonly quiesced: boolean, readonly capturedAt: string, readonly createdAt: string, readonly statistics: { readonly bytesTotal: number, readonly bytesRead: number, readonly bytesZero: number, readonly bytesDeduplicated: number, readonly bytesStored: number, readonly durationMs: number, readonly rate: number }, readonly disks: ReadonlyArray<{ readonly key: number, readonly uuid: string, readonly label: string, readonly capacityBytes: number, readonly mode: DiskReadMode, readonly fullReason: string | null }> };

export type EventDetailsFragment = { readonly cursor: string, readonly type: EventType, readonly occurredAt: string, readonly subjectType: EventSubjectType, readonly subject:
    | { readonly __typename: 'AccessKey', readonly id: string }
    | { readonly __typename: 'AuditEntry', readonly id: string }
    | { readonly __typename: 'BackupJob', readonly id: string }
    | { readonly __typename: 'CleanupJob', readonly id: string }
    | { readonly __typename: 'Gateway', readonly id: string }
    | { readonly __typename: 'GatewayCertificate', readonly id: string }
    | { readonly __typename: 'RecoveryPoint', readonly id: string }
    | { readonly __typename: 'ResourceGroup', readonly id: string }
    | { readonly __typename: 'RestoreJob', readonly id: string }
    | { readonly __typename: 'VCenter', readonly id: string }
    | { readonly __typename: 'Vault', readonly id: string }
    | { readonly __typename: 'VirtualMachine', readonly id: string }
    | { readonly __typename: 'Webhook', readonly id: string }
    | { readonly __typename: 'WebhookDelivery', readonly id: string }
   | null, readonly details: ReadonlyArray<{ readonly name: string, readonly value: string }> };

export type ReplaceGatewayAccessKeyMutationVariables = Exact<{
  input: ReplaceGatewayAccessKeyInput;
}>;


export type ReplaceGatewayAccessKeyMutation = { readonly replaceGatewayAccessKey:
    | { readonly __typename: 'AccessKeyRefusedError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'ConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'GatewayUnavailableError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'InvalidInputError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'OperationFailedError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'ReplaceGatewayAccessKeyPayload', readonly gateway: { readonly version: number, readonly id: string, readonly name: string, readonly status: GatewayStatus, readonly statusSince: string, readonly accessKeyId: string | null, readonly platform: GatewayPlatform, readonly networkType: NetworkType, readonly useHttps: boolean, readonly transport: TransportMode, readonly agentVersion: string | null, readonly hostname: string | null, readonly activatedAt: string | null, readonly lastSeenAt: string | null, readonly statusReason: { readonly code: string, readonly message: string, readonly remedy: string } | null } }
    | { readonly __typename: 'VersionConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
   | null };

export type GatewaySealingQueryVariables = Exact<{
  id: string;
}>;


export type GatewaySealingQuery = { readonly gateway: { readonly id: string, readonly version: number, readonly sealingPublicKey: string | null, readonly accessKeySealingContext: string, readonly findings: ReadonlyArray<{ readonly code: string, readonly severity: FindingSeverity, readonly message: string, readonly remedy: string }> } | null };

export type GatewaySettingsFragment = { readonly id: string, readonly name: string, readonly version: number, readonly useHttps: boolean, readonly maxWorkers: number, readonly maxCpuCores: number, readonly transport: TransportMode, readonly flowControl: { readonly nextChangeAt: string | null, readonly windows: ReadonlyArray<{ readonly days: ReadonlyArray<Weekday>, readonly start: string, readonly end: string, readonly timeZone: string, readonly bytesPerSecond: number, readonly appliesTo: FlowDirection }>, readonly activeLimits: { readonly backup: number | null, readonly restore: number | null } } };

export type GatewaySettingsQueryVariables = Exact<{
  id: string;
}>;


export type GatewaySettingsQuery = { readonly gateway: { readonly id: string, readonly name: string, readonly version: number, readonly useHttps: boolean, readonly maxWorkers: number, readonly maxCpuCores: number, readonly transport: TransportMode, readonly flowControl: { readonly nextChangeAt: string | null, readonly windows: ReadonlyArray<{ readonly days: ReadonlyArray<Weekday>, readonly start: string, readonly end: string, readonly timeZone: string, readonly bytesPerSecond: number, readonly appliesTo: FlowDirection }>, readonly activeLimits: { readonly backup: number | null, readonly restore: number | null } } } | null };

export type UpdateGatewaySettingsMutationVariables = Exact<{
  input: UpdateGatewaySettingsInput;
}>;


export type UpdateGatewaySettingsMutation = { readonly updateGatewaySettings:
    | { readonly __typename: 'ConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'InvalidInputError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'OperationFailedError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'UpdateGatewaySettingsPayload', readonly gateway: { readonly id: string, readonly name: string, readonly version: number, readonly useHttps: boolean, readonly maxWorkers: number, readonly maxCpuCores: number, readonly transport: TransportMode, readonly flowControl: { readonly nextChangeAt: string | null, readonly windows: ReadonlyArray<{ readonly days: ReadonlyArray<Weekday>, readonly start: string, readonly end: string, readonly timeZone: string, readonly bytesPerSecond: number, readonly appliesTo: FlowDirection }>, readonly activeLimits: { readonly backup: number | null, readonly restore: number | null } } } }
    | { readonly __typename: 'VersionConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
   | null };

export type SetFlowControlMutationVariables = Exact<{
  input: SetFlowControlInput;
}>;


export type SetFlowControlMutation = { readonly setFlowControl:
    | { readonly __typename: 'ConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'InvalidInputError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean, readonly issues: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly code: string, readonly message: string }> }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'OperationFailedError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'SetFlowControlPayload', readonly gateway: { readonly id: string, readonly name: string, readonly version: number, readonly useHttps: boolean, readonly maxWorkers: number, readonly maxCpuCores: number, readonly transport: TransportMode, readonly flowControl: { readonly nextChangeAt: string | null, readonly windows: ReadonlyArray<{ readonly days: ReadonlyArray<Weekday>, readonly start: string, readonly end: string, readonly timeZone: string, readonly bytesPerSecond: number, readonly appliesTo: FlowDirection }>, readonly activeLimits: { readonly backup: number | null, readonly restore: number | null } } } }
    | { readonly __typename: 'VersionConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
   | null };

export type JobSettingsQueryVariables = Exact<{
  id: string;
}>;


export type JobSettingsQuery = { readonly job:
    | { readonly id: string, readonly status: JobStatus, readonly settings: { readonly useHttps: boolean, readonly transport: string | null, readonly workers: number | null, readonly maxWorkers: number, readonly maxCpuCores: number, readonly flowControl: { readonly limits: { readonly backup: number | null, readonly restore: number | null } } } | null }
    | { readonly id: string, readonly status: JobStatus, readonly settings: { readonly useHttps: boolean, readonly transport: string | null, readonly workers: number | null, readonly maxWorkers: number, readonly maxCpuCores: number, readonly flowControl: { readonly limits: { readonly backup: number | null, readonly restore: number | null } } } | null }
    | { readonly id: string, readonly status: JobStatus, readonly settings: { readonly useHttps: boolean, readonly transport: string | null, readonly workers: number | null, readonly maxWorkers: number, readonly maxCpuCores: number, readonly flowControl: { readonly limits: { readonly backup: number | null, readonly restore: number | null } } } | null }
   | null };

export type CreateGatewayMutationVariables = Exact<{
  input: CreateGatewayInput;
}>;


export type CreateGatewayMutation = { readonly createGateway:
    | { readonly __typename: 'ConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'CreateGatewayPayload', readonly recoveryKey: string | null, readonly gateway: { readonly id: string, readonly name: string, readonly status: GatewayStatus, readonly statusSince: string, readonly accessKeyId: string | null, readonly platform: GatewayPlatform, readonly networkType: NetworkType, readonly useHttps: boolean, readonly transport: TransportMode, readonly agentVersion: string | null, readonly hostname: string | null, readonly activatedAt: string | null, readonly lastSeenAt: string | null, readonly version: number, readonly statusReason: { readonly code: string, readonly message: string, readonly remedy: string } | null }, readonly newVault: { readonly id: string, readonly name: string, readonly regionId: string, readonly redundancyType: RedundancyType, readonly redundancyReason: RedundancyReason | null } | null, readonly certificateDownload: { readonly url: string | null, readonly fileName: string, readonly sizeBytes: number, readonly sha256: string, readonly version: string | null, readonly expiresAt: string } | null, readonly packageDownload: { readonly url: string | null, readonly fileName: string, readonly sizeBytes: number, readonly sha256: string, readonly version: string | null, readonly expiresAt: string } | null, readonly packageProblem: { readonly code: string, readonly message: string, readonly remedy: string } | null }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'IdempotencyConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'InvalidInputError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'OperationFailedError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
   | null };

export type IssueGatewayCertificateMutationVariables = Exact<{
  input: IssueGatewayCertificateInput;
}>;


export type IssueGatewayCertificateMutation = { readonly issueGatewayCertificate:
    | { readonly __typename: 'ConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'IdempotencyConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'InvalidInputError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'IssueGatewayCertificatePayload', readonly fileName: string, readonly content: string | null, readonly certificate: { readonly id: string, readonly issuedAt: string, readonly expiresAt: string }, readonly download: { readonly url: string | null, readonly fileName: string, readonly sizeBytes: number, readonly sha256: string, readonly version: string | null, readonly expiresAt: string } | null }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'OperationFailedError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
   | null };

export type GatewayQueryVariables = Exact<{
  id: string;
}>;


export type GatewayQuery = { readonly gateway: { readonly id: string, readonly name: string, readonly status: GatewayStatus, readonly statusSince: string, readonly accessKeyId: string | null, readonly platform: GatewayPlatform, readonly networkType: NetworkType, readonly useHttps: boolean, readonly transport: TransportMode, readonly agentVersion: string | null, readonly hostname: string | null, readonly activatedAt: string | null, readonly lastSeenAt: string | null, readonly version: number, readonly vault: { readonly id: string, readonly name: string } | null, readonly statusReason: { readonly code: string, readonly message: string, readonly remedy: string } | null } | null };

export type GatewaysQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: GatewayFilter | null | undefined;
}>;


export type GatewaysQuery = { readonly gateways: { readonly totalCount: number | null, readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly status: GatewayStatus, readonly statusSince: string, readonly accessKeyId: string | null, readonly platform: GatewayPlatform, readonly networkType: NetworkType, readonly useHttps: boolean, readonly transport: TransportMode, readonly agentVersion: string | null, readonly hostname: string | null, readonly activatedAt: string | null, readonly lastSeenAt: string | null, readonly version: number, readonly vault: { readonly id: string, readonly name: string } | null, readonly statusReason: { readonly code: string, readonly message: string, readonly remedy: string } | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type GatewayStatusSubscriptionVariables = Exact<{
  gatewayId: string;
}>;


export type GatewayStatusSubscription = { readonly gatewayStatus: { readonly gateway: { readonly id: string, readonly name: string, readonly status: GatewayStatus, readonly statusSince: string, readonly accessKeyId: string | null, readonly platform: GatewayPlatform, readonly networkType: NetworkType, readonly useHttps: boolean, readonly transport: TransportMode, readonly agentVersion: string | null, readonly hostname: string | null, readonly activatedAt: string | null, readonly lastSeenAt: string | null, readonly version: number, readonly statusReason: { readonly code: string, readonly message: string, readonly remedy: string } | null } } };

export type StartBackupMutationVariables = Exact<{
  input: StartBackupInput;
}>;


export type StartBackupMutation = { readonly startBackup:
    | { readonly __typename: 'ConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'GatewayUnavailableError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'IdempotencyConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'InvalidInputError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'OperationFailedError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'StartBackupPayload', readonly job: { readonly id: string, readonly status: JobStatus, readonly waitReason: WaitReason | null } }
   | null };

export type StartBackupsMutationVariables = Exact<{
  input: StartBackupsInput;
}>;


export type StartBackupsMutation = { readonly startBackups:
    | { readonly __typename: 'ConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'IdempotencyConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'InvalidInputError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'OperationFailedError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'StartBackupsPayload', readonly startedCount: number, readonly failedCount: number, readonly outcomes: ReadonlyArray<{ readonly virtualMachineId: string, readonly job: { readonly id: string, readonly status: JobStatus, readonly waitReason: WaitReason | null } | null, readonly error:
          | { readonly __typename: 'AccessKeyRefusedError', readonly code: string, readonly message: string, readonly remedy: string, readonly retryable: boolean }
          | { readonly __typename: 'CertificateNotTrustedError', readonly code: string, readonly message: string, readonly remedy: string, readonly retryable: boolean }
          | { readonly __typename: 'ConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly retryable: boolean }
          | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string, readonly remedy: string, readonly retryable: boolean }
          | { readonly __typename: 'GatewayHasJobsError', readonly code: string, readonly message: string, readonly remedy: string, readonly retryable: boolean }
          | { readonly __typename: 'GatewayUnavailableError', readonly code: string, readonly message: string, readonly remedy: string, readonly retryable: boolean }
          | { readonly __typename: 'IdempotencyConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly retryable: boolean }
          | { readonly __typename: 'InvalidInputError', readonly code: string, readonly message: string, readonly remedy: string, readonly retryable: boolean }
          | { readonly __typename: 'JobsOpenError', readonly code: string, readonly message: string, readonly remedy: string, readonly retryable: boolean }
          | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string, readonly remedy: string, readonly retryable: boolean }
          | { readonly __typename: 'OperationFailedError', readonly code: string, readonly message: string, readonly remedy: string, readonly retryable: boolean }
          | { readonly __typename: 'PackageNotPublishedError', readonly code: string, readonly message: string, readonly remedy: string, readonly retryable: boolean }
          | { readonly __typename: 'VCenterConnectionError', readonly code: string, readonly message: string, readonly remedy: string, readonly retryable: boolean }
          | { readonly __typename: 'VaultHasJobsError', readonly code: string, readonly message: string, readonly remedy: string, readonly retryable: boolean }
          | { readonly __typename: 'VersionConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly retryable: boolean }
         | null }> }
   | null };

export type StartRestoreMutationVariables = Exact<{
  input: StartRestoreInput;
}>;


export type StartRestoreMutation = { readonly startRestore:
    | { readonly __typename: 'ConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'GatewayUnavailableError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'IdempotencyConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'InvalidInputError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'OperationFailedError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'StartRestorePayload', readonly job: { readonly id: string, readonly status: JobStatus, readonly waitReason: WaitReason | null, readonly vmName: string } }
   | null };

export type CancelJobMutationVariables = Exact<{
  input: CancelJobInput;
}>;


export type CancelJobMutation = { readonly cancelJob:
    | { readonly __typename: 'CancelJobPayload', readonly job:
        | { readonly id: string, readonly status: JobStatus }
        | { readonly id: string, readonly status: JobStatus }
        | { readonly id: string, readonly status: JobStatus }
       }
    | { readonly __typename: 'ConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'InvalidInputError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'OperationFailedError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
   | null };

export type JobQueryVariables = Exact<{
  id: string;
}>;


export type JobQuery = { readonly job:
    | { readonly id: string, readonly kind: JobKind, readonly status: JobStatus, readonly waitReason: WaitReason | null, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly viewerCanCancel: boolean, readonly recoveryPoint: { readonly id: string, readonly kind: RecoveryPointKind } | null, readonly progress: { readonly phase: JobPhase, readonly bytesTotal: number, readonly bytesDone: number, readonly bytesRead: number, readonly bytesZero: number, readonly bytesDeduplicated: number, readonly bytesStored: number, readonly rate: number, readonly percent: number, readonly updatedAt: string } | null, readonly statistics: { readonly bytesTotal: number, readonly bytesRead: number, readonly bytesZero: number, readonly bytesDeduplicated: number, readonly bytesStored: number, readonly durationMs: number, readonly rate: number } | null, readonly error: { readonly code: string, readonly message: string, readonly remedy: string, readonly retryable: boolean } | null, readonly findings: ReadonlyArray<{ readonly code: string, readonly severity: FindingSeverity, readonly message: string, readonly remedy: string }>, readonly attempts: ReadonlyArray<{ readonly number: number, readonly status: JobAttemptStatus }> | null }
    | { readonly id: string, readonly kind: JobKind, readonly status: JobStatus, readonly waitReason: WaitReason | null, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly viewerCanCancel: boolean, readonly progress: { readonly phase: JobPhase, readonly bytesTotal: number, readonly bytesDone: number, readonly bytesRead: number, readonly bytesZero: number, readonly bytesDeduplicated: number, readonly bytesStored: number, readonly rate: number, readonly percent: number, readonly updatedAt: string } | null, readonly statistics: { readonly bytesTotal: number, readonly bytesRead: number, readonly bytesZero: number, readonly bytesDeduplicated: number, readonly bytesStored: number, readonly durationMs: number, readonly rate: number } | null, readonly error: { readonly code: string, readonly message: string, readonly remedy: string, readonly retryable: boolean } | null, readonly findings: ReadonlyArray<{ readonly code: string, readonly severity: FindingSeverity, readonly message: string, readonly remedy: string }>, readonly attempts: ReadonlyArray<{ readonly number: number, readonly status: JobAttemptStatus }> | null }
    | { readonly id: string, readonly kind: JobKind, readonly status: JobStatus, readonly waitReason: WaitReason | null, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly viewerCanCancel: boolean, readonly restoredVm: { readonly name: string, readonly instanceUuid: string, readonly biosUuid: string } | null, readonly progress: { readonly phase: JobPhase, readonly bytesTotal: number, readonly bytesDone: number, readonly bytesRead: number, readonly bytesZero: number, readonly bytesDeduplicated: number, readonly bytesStored: number, readonly rate: number, readonly percent: number, readonly updatedAt: string } | null, readonly statistics: { readonly bytesTotal: number, readonly bytesRead: number, readonly bytesZero: number, readonly bytesDeduplicated: number, readonly bytesStored: number, readonly durationMs: number, readonly rate: number } | null, readonly error: { readonly code: string, readonly message: string, readonly remedy: string, readonly retryable: boolean } | null, readonly findings: ReadonlyArray<{ readonly code: string, readonly severity: FindingSeverity, readonly message: string, readonly remedy: string }>, readonly attempts: ReadonlyArray<{ readonly number: number, readonly status: JobAttemptStatus }> | null }
   | null };

export type JobsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: JobFilter | null | undefined;
}>;


export type JobsQuery = { readonly jobs: { readonly totalCount: number | null, readonly nodes: ReadonlyArray<
      | { readonly id: string, readonly kind: JobKind, readonly status: JobStatus, readonly waitReason: WaitReason | null, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly viewerCanCancel: boolean, readonly recoveryPoint: { readonly id: string, readonly kind: RecoveryPointKind } | null, readonly progress: { readonly phase: JobPhase, readonly bytesTotal: number, readonly bytesDone: number, readonly bytesRead: number, readonly bytesZero: number, readonly bytesDeduplicated: number, readonly bytesStored: number, readonly rate: number, readonly percent: number, readonly updatedAt: string } | null, readonly statistics: { readonly bytesTotal: number, readonly bytesRead: number, readonly bytesZero: number, readonly bytesDeduplicated: number, readonly bytesStored: number, readonly durationMs: number, readonly rate: number } | null, readonly error: { readonly code: string, readonly message: string, readonly remedy: string, readonly retryable: boolean } | null, readonly findings: ReadonlyArray<{ readonly code: string, readonly severity: FindingSeverity, readonly message: string, readonly remedy: string }>, readonly attempts: ReadonlyArray<{ readonly number: number, readonly status: JobAttemptStatus }> | null }
      | { readonly id: string, readonly kind: JobKind, readonly status: JobStatus, readonly waitReason: WaitReason | null, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly viewerCanCancel: boolean, readonly progress: { readonly phase: JobPhase, readonly bytesTotal: number, readonly bytesDone: number, readonly bytesRead: number, readonly bytesZero: number, readonly bytesDeduplicated: number, readonly bytesStored: number, readonly rate: number, readonly percent: number, readonly updatedAt: string } | null, readonly statistics: { readonly bytesTotal: number, readonly bytesRead: number, readonly bytesZero: number, readonly bytesDeduplicated: number, readonly bytesStored: number, readonly durationMs: number, readonly rate: number } | null, readonly error: { readonly code: string, readonly message: string, readonly remedy: string, readonly retryable: boolean } | null, readonly findings: ReadonlyArray<{ readonly code: string, readonly severity: FindingSeverity, readonly message: string, readonly remedy: string }>, readonly attempts: ReadonlyArray<{ readonly number: number, readonly status: JobAttemptStatus }> | null }
      | { readonly id: string, readonly kind: JobKind, readonly status: JobStatus, readonly waitReason: WaitReason | null, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly viewerCanCancel: boolean, readonly restoredVm: { readonly name: string, readonly instanceUuid: string, readonly biosUuid: string } | null, readonly progress: { readonly phase: JobPhase, readonly bytesTotal: number, readonly bytesDone: number, readonly bytesRead: number, readonly bytesZero: number, readonly bytesDeduplicated: number, readonly bytesStored: number, readonly rate: number, readonly percent: number, readonly updatedAt: string } | null, readonly statistics: { readonly bytesTotal: number, readonly bytesRead: number, readonly bytesZero: number, readonly bytesDeduplicated: number, readonly bytesStored: number, readonly durationMs: number, readonly rate: number } | null, readonly error: { readonly code: string, readonly message: string, readonly remedy: string, readonly retryable: boolean } | null, readonly findings: ReadonlyArray<{ readonly code: string, readonly severity: FindingSeverity, readonly message: string, readonly remedy: string }>, readonly attempts: ReadonlyArray<{ readonly number: number, readonly status: JobAttemptStatus }> | null }
    >, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type JobProgressSubscriptionVariables = Exact<{
  jobId: string;
}>;


export type JobProgressSubscription = { readonly jobProgress: { readonly job:
      | { readonly id: string, readonly kind: JobKind, readonly status: JobStatus, readonly waitReason: WaitReason | null, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly viewerCanCancel: boolean, readonly recoveryPoint: { readonly id: string, readonly kind: RecoveryPointKind } | null, readonly progress: { readonly phase: JobPhase, readonly bytesTotal: number, readonly bytesDone: number, readonly bytesRead: number, readonly bytesZero: number, readonly bytesDeduplicated: number, readonly bytesStored: number, readonly rate: number, readonly percent: number, readonly updatedAt: string } | null, readonly statistics: { readonly bytesTotal: number, readonly bytesRead: number, readonly bytesZero: number, readonly bytesDeduplicated: number, readonly bytesStored: number, readonly durationMs: number, readonly rate: number } | null, readonly error: { readonly code: string, readonly message: string, readonly remedy: string, readonly retryable: boolean } | null, readonly findings: ReadonlyArray<{ readonly code: string, readonly severity: FindingSeverity, readonly message: string, readonly remedy: string }>, readonly attempts: ReadonlyArray<{ readonly number: number, readonly status: JobAttemptStatus }> | null }
      | { readonly id: string, readonly kind: JobKind, readonly status: JobStatus, readonly waitReason: WaitReason | null, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly viewerCanCancel: boolean, readonly progress: { readonly phase: JobPhase, readonly bytesTotal: number, readonly bytesDone: number, readonly bytesRead: number, readonly bytesZero: number, readonly bytesDeduplicated: number, readonly bytesStored: number, readonly rate: number, readonly percent: number, readonly updatedAt: string } | null, readonly statistics: { readonly bytesTotal: number, readonly bytesRead: number, readonly bytesZero: number, readonly bytesDeduplicated: number, readonly bytesStored: number, readonly durationMs: number, readonly rate: number } | null, readonly error: { readonly code: string, readonly message: string, readonly remedy: string, readonly retryable: boolean } | null, readonly findings: ReadonlyArray<{ readonly code: string, readonly severity: FindingSeverity, readonly message: string, readonly remedy: string }>, readonly attempts: ReadonlyArray<{ readonly number: number, readonly status: JobAttemptStatus }> | null }
      | { readonly id: string, readonly kind: JobKind, readonly status: JobStatus, readonly waitReason: WaitReason | null, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly viewerCanCancel: boolean, readonly restoredVm: { readonly name: string, readonly instanceUuid: string, readonly biosUuid: string } | null, readonly progress: { readonly phase: JobPhase, readonly bytesTotal: number, readonly bytesDone: number, readonly bytesRead: number, readonly bytesZero: number, readonly bytesDeduplicated: number, readonly bytesStored: number, readonly rate: number, readonly percent: number, readonly updatedAt: string } | null, readonly statistics: { readonly bytesTotal: number, readonly bytesRead: number, readonly bytesZero: number, readonly bytesDeduplicated: number, readonly bytesStored: number, readonly durationMs: number, readonly rate: number } | null, readonly error: { readonly code: string, readonly message: string, readonly remedy: string, readonly retryable: boolean } | null, readonly findings: ReadonlyArray<{ readonly code: string, readonly severity: FindingSeverity, readonly message: string, readonly remedy: string }>, readonly attempts: ReadonlyArray<{ readonly number: number, readonly status: JobAttemptStatus }> | null }
     } };

export type JobLogQueryVariables = Exact<{
  id: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: JobLogFilter | null | undefined;
  orderBy?: JobLogOrder | null | undefined;
}>;


export type JobLogQuery = { readonly job:
    | { readonly id: string, readonly log: { readonly nodes: ReadonlyArray<{ readonly at: string, readonly level: JobLogLevel, readonly source: JobLogSource, readonly attempt: number | null, readonly code: string | null, readonly message: string, readonly details: ReadonlyArray<{ readonly name: string, readonly value: string }> }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null }
    | { readonly id: string, readonly log: { readonly nodes: ReadonlyArray<{ readonly at: string, readonly level: JobLogLevel, readonly source: JobLogSource, readonly attempt: number | null, readonly code: string | null, readonly message: string, readonly details: ReadonlyArray<{ readonly name: string, readonly value: string }> }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null }
    | { readonly id: string, readonly log: { readonly nodes: ReadonlyArray<{ readonly at: string, readonly level: JobLogLevel, readonly source: JobLogSource, readonly attempt: number | null, readonly code: string | null, readonly message: string, readonly details: ReadonlyArray<{ readonly name: string, readonly value: string }> }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null }
   | null };

export type RecoveryPointQueryVariables = Exact<{
  id: string;
}>;


export type RecoveryPointQuery = { readonly recoveryPoint: { readonly id: string, readonly kind: RecoveryPointKind, readonly status: RecoveryPointStatus, readonly quiesced: boolean, readonly capturedAt: string, readonly createdAt: string, readonly statistics: { readonly bytesTotal: number, readonly bytesRead: number, readonly bytesZero: number, readonly bytesDeduplicated: number, readonly bytesStored: number, readonly durationMs: number, readonly rate: number }, readonly disks: ReadonlyArray<{ readonly key: number, readonly uuid: string, readonly label: string, readonly capacityBytes: number, readonly mode: DiskReadMode, readonly fullReason: string | null }> } | null };

export type RecoveryPointsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: RecoveryPointFilter | null | undefined;
}>;


export type RecoveryPointsQuery = { readonly recoveryPoints: { readonly totalCount: number | null, readonly nodes: ReadonlyArray<{ readonly id: string, readonly kind: RecoveryPointKind, readonly status: RecoveryPointStatus, readonly quiesced: boolean, readonly capturedAt: string, readonly createdAt: string, readonly virtualMachine: { readonly id: string, readonly name: string } | null, readonly statistics: { readonly bytesTotal: number, readonly bytesRead: number, readonly bytesZero: number, readonly bytesDeduplicated: number, readonly bytesStored: number, readonly durationMs: number, readonly rate: number }, readonly disks: ReadonlyArray<{ readonly key: number, readonly uuid: string, readonly label: string, readonly capacityBytes: number, readonly mode: DiskReadMode, readonly fullReason: string | null }> }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type CreateVaultMutationVariables = Exact<{
  input: CreateVaultInput;
}>;


export type CreateVaultMutation = { readonly createVault:
    | { readonly __typename: 'ConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'CreateVaultPayload', readonly recoveryKey: string | null, readonly vault: { readonly id: string, readonly name: string, readonly regionId: string, readonly status: VaultStatus, readonly redundancyType: RedundancyType, readonly redundancyReason: RedundancyReason | null } }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'IdempotencyConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'InvalidInputError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'OperationFailedError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
   | null };

export type VaultsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: VaultFilter | null | undefined;
}>;


export type VaultsQuery = { readonly vaults: { readonly totalCount: number | null, readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly regionId: string, readonly status: VaultStatus, readonly redundancyType: RedundancyType, readonly redundancyReason: RedundancyReason | null, readonly resourceGroup: { readonly id: string, readonly name: string } | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type VaultQueryVariables = Exact<{
  id: string;
}>;


export type VaultQuery = { readonly vault: { readonly id: string, readonly name: string, readonly status: VaultStatus, readonly version: number, readonly usage: { readonly recoveryPoints: number, readonly virtualMachines: number, readonly logicalBytes: number, readonly storedBytes: number } | null, readonly deletion: { readonly requestedAt: string, readonly recoveryPoints: number, readonly objectsDeleted: number, readonly problem: { readonly code: string, readonly message: string, readonly remedy: string } | null } | null } | null };

export type VaultUsageQueryVariables = Exact<{
  id: string;
  first?: number;
  from?: string | null | undefined;
  to?: string | null | undefined;
}>;


export type VaultUsageQuery = { readonly vault: { readonly id: string, readonly usage: { readonly byVirtualMachine: ReadonlyArray<{ readonly recoveryPoints: number, readonly logicalBytes: number, readonly storedBytes: number, readonly lastCapturedAt: string, readonly virtualMachine: { readonly id: string, readonly name: string } | null }>, readonly byDay: ReadonlyArray<{ readonly date: string, readonly recoveryPoints: number, readonly logicalBytes: number, readonly storedBytes: number }> } | null } | null };

export type UpdateVaultMutationVariables = Exact<{
  input: UpdateVaultInput;
}>;


export type UpdateVaultMutation = { readonly updateVault:
    | { readonly __typename: 'ConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'InvalidInputError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'OperationFailedError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'UpdateVaultPayload', readonly vault: { readonly id: string, readonly name: string, readonly version: number } }
    | { readonly __typename: 'VersionConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
   | null };

export type AddVCenterMutationVariables = Exact<{
  input: AddVCenterInput;
}>;


export type AddVCenterMutation = { readonly addVCenter:
    | { readonly __typename: 'AddVCenterPayload', readonly vcenter: { readonly id: string, readonly name: string, readonly address: string, readonly username: string, readonly status: VCenterStatus, readonly statusMessage: string | null, readonly statusSince: string, readonly trustedFingerprint: string | null, readonly presentedFingerprint: string | null, readonly version: number, readonly inventoryState: InventoryState, readonly inventoryRefreshedAt: string | null } }
    | { readonly __typename: 'CertificateNotTrustedError', readonly presentedFingerprint: string, readonly trustedFingerprint: string | null, readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'ConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'GatewayUnavailableError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'IdempotencyConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'InvalidInputError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'OperationFailedError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'VCenterConnectionError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
   | null };

export type RefreshInventoryMutationVariables = Exact<{
  input: RefreshInventoryInput;
}>;


export type RefreshInventoryMutation = { readonly refreshInventory:
    | { readonly __typename: 'CertificateNotTrustedError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'ConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'GatewayUnavailableError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'InvalidInputError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'OperationFailedError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'RefreshInventoryPayload', readonly vcenter: { readonly id: string, readonly name: string, readonly address: string, readonly username: string, readonly status: VCenterStatus, readonly statusMessage: string | null, readonly statusSince: string, readonly trustedFingerprint: string | null, readonly presentedFingerprint: string | null, readonly version: number, readonly inventoryState: InventoryState, readonly inventoryRefreshedAt: string | null } }
    | { readonly __typename: 'VCenterConnectionError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
   | null };

export type VCenterQueryVariables = Exact<{
  id: string;
}>;


export type VCenterQuery = { readonly vcenter: { readonly id: string, readonly name: string, readonly address: string, readonly username: string, readonly status: VCenterStatus, readonly statusMessage: string | null, readonly statusSince: string, readonly trustedFingerprint: string | null, readonly presentedFingerprint: string | null, readonly version: number, readonly inventoryState: InventoryState, readonly inventoryRefreshedAt: string | null } | null };

export type VirtualMachinesQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: VirtualMachineFilter | null | undefined;
}>;


export type VirtualMachinesQuery = { readonly virtualMachines: { readonly totalCount: number | null, readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly path: string, readonly powerState: PowerState, readonly guestFullName: string | null, readonly template: boolean, readonly changeTrackingEnabled: boolean, readonly instanceUuid: string, readonly biosUuid: string, readonly cpuCount: number, readonly memoryBytes: number, readonly disks: ReadonlyArray<{ readonly key: number, readonly uuid: string, readonly label: string, readonly capacityBytes: number, readonly datastore: string, readonly obstacle: DiskObstacle | null }> }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type UpdateVCenterMutationVariables = Exact<{
  input: UpdateVCenterInput;
}>;


export type UpdateVCenterMutation = { readonly updateVCenter:
    | { readonly __typename: 'CertificateNotTrustedError', readonly presentedFingerprint: string, readonly trustedFingerprint: string | null, readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'ConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'GatewayUnavailableError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'InvalidInputError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'OperationFailedError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'UpdateVCenterPayload', readonly vcenter: { readonly id: string, readonly name: string, readonly address: string, readonly username: string, readonly status: VCenterStatus, readonly statusMessage: string | null, readonly statusSince: string, readonly trustedFingerprint: string | null, readonly presentedFingerprint: string | null, readonly version: number, readonly inventoryState: InventoryState, readonly inventoryRefreshedAt: string | null } }
    | { readonly __typename: 'VCenterConnectionError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'VersionConflictError', readonly currentVersion: number, readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
   | null };

export type RemoveVCenterMutationVariables = Exact<{
  input: RemoveVCenterInput;
}>;


export type RemoveVCenterMutation = { readonly removeVCenter:
    | { readonly __typename: 'ConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'IdempotencyConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'InvalidInputError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'JobsOpenError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean, readonly jobs: ReadonlyArray<
        | { readonly id: string, readonly kind: JobKind, readonly status: JobStatus }
        | { readonly id: string, readonly kind: JobKind, readonly status: JobStatus }
        | { readonly id: string, readonly kind: JobKind, readonly status: JobStatus }
      > | null }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'OperationFailedError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'RemoveVCenterPayload', readonly vcenter: { readonly removedAt: string | null, readonly id: string, readonly name: string, readonly address: string, readonly username: string, readonly status: VCenterStatus, readonly statusMessage: string | null, readonly statusSince: string, readonly trustedFingerprint: string | null, readonly presentedFingerprint: string | null, readonly version: number, readonly inventoryState: InventoryState, readonly inventoryRefreshedAt: string | null } }
    | { readonly __typename: 'VersionConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
   | null };

export type TrustVCenterCertificateMutationVariables = Exact<{
  input: TrustVCenterCertificateInput;
}>;


export type TrustVCenterCertificateMutation = { readonly trustVCenterCertificate:
    | { readonly __typename: 'CertificateNotTrustedError', readonly presentedFingerprint: string, readonly trustedFingerprint: string | null, readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'ConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'InvalidInputError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'OperationFailedError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'TrustVCenterCertificatePayload', readonly vcenter: { readonly id: string, readonly name: string, readonly address: string, readonly username: string, readonly status: VCenterStatus, readonly statusMessage: string | null, readonly statusSince: string, readonly trustedFingerprint: string | null, readonly presentedFingerprint: string | null, readonly version: number, readonly inventoryState: InventoryState, readonly inventoryRefreshedAt: string | null } }
    | { readonly __typename: 'VersionConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
   | null };

export type TestVCenterMutationVariables = Exact<{
  input: TestVCenterInput;
}>;


export type TestVCenterMutation = { readonly testVCenter:
    | { readonly __typename: 'CertificateNotTrustedError', readonly presentedFingerprint: string, readonly trustedFingerprint: string | null, readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'ConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'GatewayUnavailableError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'InvalidInputError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'OperationFailedError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'TestVCenterPayload', readonly name: string, readonly kind: VCenterKind, readonly instanceUuid: string, readonly productVersion: string, readonly build: string, readonly certificateFingerprint: string, readonly missingPrivileges: ReadonlyArray<{ readonly privilege: string, readonly entity: string, readonly neededFor: ReadonlyArray<string> }> | null, readonly vcenter: { readonly id: string, readonly name: string, readonly address: string, readonly username: string, readonly status: VCenterStatus, readonly statusMessage: string | null, readonly statusSince: string, readonly trustedFingerprint: string | null, readonly presentedFingerprint: string | null, readonly version: number, readonly inventoryState: InventoryState, readonly inventoryRefreshedAt: string | null } | null }
    | { readonly __typename: 'VCenterConnectionError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
   | null };

export type PreflightBackupMutationVariables = Exact<{
  input: PreflightBackupInput;
}>;


export type PreflightBackupMutation = { readonly preflightBackup:
    | { readonly __typename: 'CertificateNotTrustedError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'ConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'GatewayUnavailableError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'InvalidInputError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'OperationFailedError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'PreflightBackupPayload', readonly reports: ReadonlyArray<{ readonly canBackUp: boolean, readonly virtualMachine: { readonly id: string, readonly name: string } | null, readonly findings: ReadonlyArray<{ readonly code: string, readonly severity: FindingSeverity, readonly message: string, readonly remedy: string }> }> }
    | { readonly __typename: 'VCenterConnectionError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
   | null };

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { readonly viewer: { readonly keyId: string, readonly name: string, readonly scopes: ReadonlyArray<Scope>, readonly allResourceGroups: boolean, readonly expiresAt: string | null, readonly resourceGroups: ReadonlyArray<{ readonly id: string, readonly name: string }> | null } };

export type RegionsQueryVariables = Exact<{ [key: string]: never; }>;


export type RegionsQuery = { readonly regions: ReadonlyArray<{ readonly regionId: string, readonly name: string, readonly zoneRedundant: boolean }> | null };

export type ResourceGroupsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ResourceGroupsQuery = { readonly resourceGroups: { readonly totalCount: number | null, readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type CreateResourceGroupMutationVariables = Exact<{
  input: CreateResourceGroupInput;
}>;


export type CreateResourceGroupMutation = { readonly createResourceGroup:
    | { readonly __typename: 'ConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'CreateResourceGroupPayload', readonly resourceGroup: { readonly id: string, readonly name: string } }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'IdempotencyConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'InvalidInputError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'OperationFailedError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
   | null };

export type WebhookDetailsFragment = { readonly id: string, readonly name: string, readonly url: string, readonly eventTypes: ReadonlyArray<EventType> | null, readonly enabled: boolean, readonly disabledReason: string | null, readonly lastSuccessAt: string | null, readonly version: number };

export type WebhooksQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: WebhookFilter | null | undefined;
}>;


export type WebhooksQuery = { readonly webhooks: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly url: string, readonly eventTypes: ReadonlyArray<EventType> | null, readonly enabled: boolean, readonly disabledReason: string | null, readonly lastSuccessAt: string | null, readonly version: number }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type WebhookDeliveriesQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: WebhookDeliveryFilter | null | undefined;
}>;


export type WebhookDeliveriesQuery = { readonly webhookDeliveries: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly messageId: string, readonly kind: WebhookDeliveryKind, readonly eventType: EventType | null, readonly eventCursor: string | null, readonly status: WebhookDeliveryStatus, readonly tries: number, readonly nextTryAt: string | null, readonly lastTry: { readonly at: string, readonly durationMs: number, readonly statusCode: number | null, readonly error: string | null } | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type CreateWebhookMutationVariables = Exact<{
  input: CreateWebhookInput;
}>;


export type CreateWebhookMutation = { readonly createWebhook:
    | { readonly __typename: 'ConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'CreateWebhookPayload', readonly secret: string | null, readonly webhook: { readonly id: string, readonly name: string, readonly url: string, readonly eventTypes: ReadonlyArray<EventType> | null, readonly enabled: boolean, readonly disabledReason: string | null, readonly lastSuccessAt: string | null, readonly version: number } }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'IdempotencyConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'InvalidInputError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'OperationFailedError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
   | null };

export type TestWebhookMutationVariables = Exact<{
  input: TestWebhookInput;
}>;


export type TestWebhookMutation = { readonly testWebhook:
    | { readonly __typename: 'ConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'IdempotencyConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'InvalidInputError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'OperationFailedError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'TestWebhookPayload', readonly delivery: { readonly id: string, readonly status: WebhookDeliveryStatus } }
   | null };

export type DeleteWebhookMutationVariables = Exact<{
  input: DeleteWebhookInput;
}>;


export type DeleteWebhookMutation = { readonly deleteWebhook:
    | { readonly __typename: 'ConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'DeleteWebhookPayload', readonly webhookId: string }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'IdempotencyConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'InvalidInputError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'OperationFailedError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
    | { readonly __typename: 'VersionConflictError', readonly code: string, readonly message: string, readonly remedy: string, readonly path: ReadonlyArray<string>, readonly retryable: boolean }
   | null };

export const AccessKeyFieldsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"AccessKeyFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"AccessKey"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"keyId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"scopes"}},{"kind":"Field","name":{"kind":"Name","value":"allResourceGroups"}},{"kind":"Field","name":{"kind":"Name","value":"resourceGroups"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"revokedAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastUsedAt"}},{"kind":"Field","name":{"kind":"Name","value":"secretChangedAt"}},{"kind":"Field","name":{"kind":"Name","value":"previousSecretUntil"}},{"kind":"Field","name":{"kind":"Name","value":"viewerCanUpdate"}},{"kind":"Field","name":{"kind":"Name","value":"viewerCanRotate"}},{"kind":"Field","name":{"kind":"Name","value":"viewerCanRevoke"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}}]} as unknown as DocumentNode<AccessKeyFieldsFragment, unknown>;
export const AuditEntryFieldsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"AuditEntryFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"AuditEntry"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"actorKind"}},{"kind":"Field","name":{"kind":"Name","value":"actorName"}},{"kind":"Field","name":{"kind":"Name","value":"keyId"}},{"kind":"Field","name":{"kind":"Name","value":"input"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}},{"kind":"Field","name":{"kind":"Name","value":"withheld"}},{"kind":"Field","name":{"kind":"Name","value":"subjects"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"errorCode"}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}},{"kind":"Field","name":{"kind":"Name","value":"address"}},{"kind":"Field","name":{"kind":"Name","value":"userAgent"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"durationMs"}}]}}]} as unknown as DocumentNode<AuditEntryFieldsFragment, unknown>;
export const DeletionImpactDetailsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"DeletionImpactDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"DeletionImpact"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"recoveryPoints"}},{"kind":"Field","name":{"kind":"Name","value":"virtualMachines"}},{"kind":"Field","name":{"kind":"Name","value":"virtualMachinesLosingAll"}},{"kind":"Field","name":{"kind":"Name","value":"logicalBytes"}},{"kind":"Field","name":{"kind":"Name","value":"storedBytes"}},{"kind":"Field","name":{"kind":"Name","value":"gateways"}},{"kind":"Field","name":{"kind":"Name","value":"openJobs"}}]}}]} as unknown as DocumentNode<DeletionImpactDetailsFragment, unknown>;
export const ErrorDetailsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ErrorDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}}]} as unknown as DocumentNode<ErrorDetailsFragment, unknown>;
export const GatewayDetailsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"GatewayDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Gateway"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"statusSince"}},{"kind":"Field","name":{"kind":"Name","value":"statusReason"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}}]}},{"kind":"Field","name":{"kind":"Name","value":"accessKeyId"}},{"kind":"Field","name":{"kind":"Name","value":"platform"}},{"kind":"Field","name":{"kind":"Name","value":"networkType"}},{"kind":"Field","name":{"kind":"Name","value":"useHttps"}},{"kind":"Field","name":{"kind":"Name","value":"transport"}},{"kind":"Field","name":{"kind":"Name","value":"agentVersion"}},{"kind":"Field","name":{"kind":"Name","value":"hostname"}},{"kind":"Field","name":{"kind":"Name","value":"activatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastSeenAt"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}}]} as unknown as DocumentNode<GatewayDetailsFragment, unknown>;
export const DownloadDetailsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"DownloadDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"DownloadLink"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"fileName"}},{"kind":"Field","name":{"kind":"Name","value":"sizeBytes"}},{"kind":"Field","name":{"kind":"Name","value":"sha256"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}}]}}]} as unknown as DocumentNode<DownloadDetailsFragment, unknown>;
export const VCenterDetailsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"VCenterDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"VCenter"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"address"}},{"kind":"Field","name":{"kind":"Name","value":"username"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"statusMessage"}},{"kind":"Field","name":{"kind":"Name","value":"statusSince"}},{"kind":"Field","name":{"kind":"Name","value":"trustedFingerprint"}},{"kind":"Field","name":{"kind":"Name","value":"presentedFingerprint"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"inventoryState"}},{"kind":"Field","name":{"kind":"Name","value":"inventoryRefreshedAt"}}]}}]} as unknown as DocumentNode<VCenterDetailsFragment, unknown>;
export const ProgressFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Progress"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"JobProgress"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"phase"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTotal"}},{"kind":"Field","name":{"kind":"Name","value":"bytesDone"}},{"kind":"Field","name":{"kind":"Name","value":"bytesRead"}},{"kind":"Field","name":{"kind":"Name","value":"bytesZero"}},{"kind":"Field","name":{"kind":"Name","value":"bytesDeduplicated"}},{"kind":"Field","name":{"kind":"Name","value":"bytesStored"}},{"kind":"Field","name":{"kind":"Name","value":"rate"}},{"kind":"Field","name":{"kind":"Name","value":"percent"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}}]}}]} as unknown as DocumentNode<ProgressFragment, unknown>;
export const StatisticsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Statistics"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TransferStatistics"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bytesTotal"}},{"kind":"Field","name":{"kind":"Name","value":"bytesRead"}},{"kind":"Field","name":{"kind":"Name","value":"bytesZero"}},{"kind":"Field","name":{"kind":"Name","value":"bytesDeduplicated"}},{"kind":"Field","name":{"kind":"Name","value":"bytesStored"}},{"kind":"Field","name":{"kind":"Name","value":"durationMs"}},{"kind":"Field","name":{"kind":"Name","value":"rate"}}]}}]} as unknown as DocumentNode<StatisticsFragment, unknown>;
export const JobDetailsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"JobDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Job"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"waitReason"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"viewerCanCancel"}},{"kind":"Field","name":{"kind":"Name","value":"progress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Progress"}}]}},{"kind":"Field","name":{"kind":"Name","value":"statistics"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Statistics"}}]}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}},{"kind":"Field","name":{"kind":"Name","value":"findings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"severity"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}}]}},{"kind":"Field","name":{"kind":"Name","value":"attempts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"number"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"BackupJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"recoveryPoint"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RestoreJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"restoredVm"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"instanceUuid"}},{"kind":"Field","name":{"kind":"Name","value":"biosUuid"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Progress"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"JobProgress"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"phase"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTotal"}},{"kind":"Field","name":{"kind":"Name","value":"bytesDone"}},{"kind":"Field","name":{"kind":"Name","value":"bytesRead"}},{"kind":"Field","name":{"kind":"Name","value":"bytesZero"}},{"kind":"Field","name":{"kind":"Name","value":"bytesDeduplicated"}},{"kind":"Field","name":{"kind":"Name","value":"bytesStored"}},{"kind":"Field","name":{"kind":"Name","value":"rate"}},{"kind":"Field","name":{"kind":"Name","value":"percent"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Statistics"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TransferStatistics"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bytesTotal"}},{"kind":"Field","name":{"kind":"Name","value":"bytesRead"}},{"kind":"Field","name":{"kind":"Name","value":"bytesZero"}},{"kind":"Field","name":{"kind":"Name","value":"bytesDeduplicated"}},{"kind":"Field","name":{"kind":"Name","value":"bytesStored"}},{"kind":"Field","name":{"kind":"Name","value":"durationMs"}},{"kind":"Field","name":{"kind":"Name","value":"rate"}}]}}]} as unknown as DocumentNode<JobDetailsFragment, unknown>;
export const RecoveryPointDetailsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RecoveryPointDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RecoveryPoint"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"quiesced"}},{"kind":"Field","name":{"kind":"Name","value":"capturedAt"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"statistics"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Statistics"}}]}},{"kind":"Field","name":{"kind":"Name","value":"disks"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"uuid"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"capacityBytes"}},{"kind":"Field","name":{"kind":"Name","value":"mode"}},{"kind":"Field","name":{"kind":"Name","value":"fullReason"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Statistics"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TransferStatistics"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bytesTotal"}},{"kind":"Field","name":{"kind":"Name","value":"bytesRead"}},{"kind":"Field","name":{"kind":"Name","value":"bytesZero"}},{"kind":"Field","name":{"kind":"Name","value":"bytesDeduplicated"}},{"kind":"Field","name":{"kind":"Name","value":"bytesStored"}},{"kind":"Field","name":{"kind":"Name","value":"durationMs"}},{"kind":"Field","name":{"kind":"Name","value":"rate"}}]}}]} as unknown as DocumentNode<RecoveryPointDetailsFragment, unknown>;
export const EventDetailsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"EventDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Event"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"occurredAt"}},{"kind":"Field","name":{"kind":"Name","value":"subjectType"}},{"kind":"Field","name":{"kind":"Name","value":"subject"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"details"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}}]}}]} as unknown as DocumentNode<EventDetailsFragment, unknown>;
export const GatewaySettingsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"GatewaySettings"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Gateway"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"useHttps"}},{"kind":"Field","name":{"kind":"Name","value":"maxWorkers"}},{"kind":"Field","name":{"kind":"Name","value":"maxCpuCores"}},{"kind":"Field","name":{"kind":"Name","value":"transport"}},{"kind":"Field","name":{"kind":"Name","value":"flowControl"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"windows"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"days"}},{"kind":"Field","name":{"kind":"Name","value":"start"}},{"kind":"Field","name":{"kind":"Name","value":"end"}},{"kind":"Field","name":{"kind":"Name","value":"timeZone"}},{"kind":"Field","name":{"kind":"Name","value":"bytesPerSecond"}},{"kind":"Field","name":{"kind":"Name","value":"appliesTo"}}]}},{"kind":"Field","name":{"kind":"Name","value":"activeLimits"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backup"}},{"kind":"Field","name":{"kind":"Name","value":"restore"}}]}},{"kind":"Field","name":{"kind":"Name","value":"nextChangeAt"}}]}}]}}]} as unknown as DocumentNode<GatewaySettingsFragment, unknown>;
export const WebhookDetailsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"WebhookDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Webhook"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"eventTypes"}},{"kind":"Field","name":{"kind":"Name","value":"enabled"}},{"kind":"Field","name":{"kind":"Name","value":"disabledReason"}},{"kind":"Field","name":{"kind":"Name","value":"lastSuccessAt"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}}]} as unknown as DocumentNode<WebhookDetailsFragment, unknown>;
export const CreateAccessKeyDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateAccessKey"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateAccessKeyInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createAccessKey"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"CreateAccessKeyPayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"accessKey"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"keyId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"scopes"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"secret"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ErrorDetails"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ErrorDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}}]} as unknown as DocumentNode<CreateAccessKeyMutation, CreateAccessKeyMutationVariables>;
export const RevokeAccessKeyDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RevokeAccessKey"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RevokeAccessKeyInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"revokeAccessKey"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RevokeAccessKeyPayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"accessKey"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"revokedAt"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ErrorDetails"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ErrorDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}}]} as unknown as DocumentNode<RevokeAccessKeyMutation, RevokeAccessKeyMutationVariables>;
export const AccessKeysDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AccessKeys"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"AccessKeyFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"AccessKeyOrder"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"accessKeys"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"AccessKeyFields"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"AccessKeyFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"AccessKey"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"keyId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"scopes"}},{"kind":"Field","name":{"kind":"Name","value":"allResourceGroups"}},{"kind":"Field","name":{"kind":"Name","value":"resourceGroups"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"revokedAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastUsedAt"}},{"kind":"Field","name":{"kind":"Name","value":"secretChangedAt"}},{"kind":"Field","name":{"kind":"Name","value":"previousSecretUntil"}},{"kind":"Field","name":{"kind":"Name","value":"viewerCanUpdate"}},{"kind":"Field","name":{"kind":"Name","value":"viewerCanRotate"}},{"kind":"Field","name":{"kind":"Name","value":"viewerCanRevoke"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}}]} as unknown as DocumentNode<AccessKeysQuery, AccessKeysQueryVariables>;
export const UpdateAccessKeyDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UpdateAccessKey"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UpdateAccessKeyInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"updateAccessKey"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UpdateAccessKeyPayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"accessKey"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"AccessKeyFields"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ErrorDetails"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"AccessKeyFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"AccessKey"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"keyId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"scopes"}},{"kind":"Field","name":{"kind":"Name","value":"allResourceGroups"}},{"kind":"Field","name":{"kind":"Name","value":"resourceGroups"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"revokedAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastUsedAt"}},{"kind":"Field","name":{"kind":"Name","value":"secretChangedAt"}},{"kind":"Field","name":{"kind":"Name","value":"previousSecretUntil"}},{"kind":"Field","name":{"kind":"Name","value":"viewerCanUpdate"}},{"kind":"Field","name":{"kind":"Name","value":"viewerCanRotate"}},{"kind":"Field","name":{"kind":"Name","value":"viewerCanRevoke"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ErrorDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}}]} as unknown as DocumentNode<UpdateAccessKeyMutation, UpdateAccessKeyMutationVariables>;
export const RotateAccessKeyDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RotateAccessKey"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RotateAccessKeyInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"rotateAccessKey"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RotateAccessKeyPayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"accessKey"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"AccessKeyFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"secret"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ErrorDetails"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"AccessKeyFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"AccessKey"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"keyId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"scopes"}},{"kind":"Field","name":{"kind":"Name","value":"allResourceGroups"}},{"kind":"Field","name":{"kind":"Name","value":"resourceGroups"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"revokedAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastUsedAt"}},{"kind":"Field","name":{"kind":"Name","value":"secretChangedAt"}},{"kind":"Field","name":{"kind":"Name","value":"previousSecretUntil"}},{"kind":"Field","name":{"kind":"Name","value":"viewerCanUpdate"}},{"kind":"Field","name":{"kind":"Name","value":"viewerCanRotate"}},{"kind":"Field","name":{"kind":"Name","value":"viewerCanRevoke"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ErrorDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}}]} as unknown as DocumentNode<RotateAccessKeyMutation, RotateAccessKeyMutationVariables>;
export const AuditLogDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AuditLog"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"AuditLogFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"AuditLogOrder"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"auditLog"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"AuditEntryFields"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"AuditEntryFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"AuditEntry"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"actorKind"}},{"kind":"Field","name":{"kind":"Name","value":"actorName"}},{"kind":"Field","name":{"kind":"Name","value":"keyId"}},{"kind":"Field","name":{"kind":"Name","value":"input"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}},{"kind":"Field","name":{"kind":"Name","value":"withheld"}},{"kind":"Field","name":{"kind":"Name","value":"subjects"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"errorCode"}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}},{"kind":"Field","name":{"kind":"Name","value":"address"}},{"kind":"Field","name":{"kind":"Name","value":"userAgent"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"durationMs"}}]}}]} as unknown as DocumentNode<AuditLogQuery, AuditLogQueryVariables>;
export const DeletionImpactDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"DeletionImpact"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"gatewayId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"vaultId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"deleteBackupData"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Boolean"}}},"defaultValue":{"kind":"BooleanValue","value":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deletionImpact"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"gatewayId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"gatewayId"}}},{"kind":"Argument","name":{"kind":"Name","value":"vaultId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"vaultId"}}},{"kind":"Argument","name":{"kind":"Name","value":"deleteBackupData"},"value":{"kind":"Variable","name":{"kind":"Name","value":"deleteBackupData"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"DeletionImpactDetails"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"DeletionImpactDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"DeletionImpact"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"recoveryPoints"}},{"kind":"Field","name":{"kind":"Name","value":"virtualMachines"}},{"kind":"Field","name":{"kind":"Name","value":"virtualMachinesLosingAll"}},{"kind":"Field","name":{"kind":"Name","value":"logicalBytes"}},{"kind":"Field","name":{"kind":"Name","value":"storedBytes"}},{"kind":"Field","name":{"kind":"Name","value":"gateways"}},{"kind":"Field","name":{"kind":"Name","value":"openJobs"}}]}}]} as unknown as DocumentNode<DeletionImpactQuery, DeletionImpactQueryVariables>;
export const DeleteGatewayDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DeleteGateway"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DeleteGatewayInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deleteGateway"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"DeleteGatewayPayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"gatewayId"}},{"kind":"Field","name":{"kind":"Name","value":"gateway"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"GatewayDetails"}}]}},{"kind":"Field","name":{"kind":"Name","value":"deletesBackupData"}},{"kind":"Field","name":{"kind":"Name","value":"impact"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"DeletionImpactDetails"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"GatewayHasJobsError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"jobs"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"Field","name":{"kind":"Name","value":"totalCount"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ErrorDetails"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"GatewayDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Gateway"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"statusSince"}},{"kind":"Field","name":{"kind":"Name","value":"statusReason"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}}]}},{"kind":"Field","name":{"kind":"Name","value":"accessKeyId"}},{"kind":"Field","name":{"kind":"Name","value":"platform"}},{"kind":"Field","name":{"kind":"Name","value":"networkType"}},{"kind":"Field","name":{"kind":"Name","value":"useHttps"}},{"kind":"Field","name":{"kind":"Name","value":"transport"}},{"kind":"Field","name":{"kind":"Name","value":"agentVersion"}},{"kind":"Field","name":{"kind":"Name","value":"hostname"}},{"kind":"Field","name":{"kind":"Name","value":"activatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastSeenAt"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"DeletionImpactDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"DeletionImpact"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"recoveryPoints"}},{"kind":"Field","name":{"kind":"Name","value":"virtualMachines"}},{"kind":"Field","name":{"kind":"Name","value":"virtualMachinesLosingAll"}},{"kind":"Field","name":{"kind":"Name","value":"logicalBytes"}},{"kind":"Field","name":{"kind":"Name","value":"storedBytes"}},{"kind":"Field","name":{"kind":"Name","value":"gateways"}},{"kind":"Field","name":{"kind":"Name","value":"openJobs"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ErrorDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}}]} as unknown as DocumentNode<DeleteGatewayMutation, DeleteGatewayMutationVariables>;
export const DeleteVaultDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DeleteVault"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DeleteVaultInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deleteVault"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"DeleteVaultPayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"vaultId"}},{"kind":"Field","name":{"kind":"Name","value":"vault"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"Field","name":{"kind":"Name","value":"impact"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"DeletionImpactDetails"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"VaultHasJobsError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"jobs"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"Field","name":{"kind":"Name","value":"totalCount"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ErrorDetails"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"DeletionImpactDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"DeletionImpact"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"recoveryPoints"}},{"kind":"Field","name":{"kind":"Name","value":"virtualMachines"}},{"kind":"Field","name":{"kind":"Name","value":"virtualMachinesLosingAll"}},{"kind":"Field","name":{"kind":"Name","value":"logicalBytes"}},{"kind":"Field","name":{"kind":"Name","value":"storedBytes"}},{"kind":"Field","name":{"kind":"Name","value":"gateways"}},{"kind":"Field","name":{"kind":"Name","value":"openJobs"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ErrorDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}}]} as unknown as DocumentNode<DeleteVaultMutation, DeleteVaultMutationVariables>;
export const DeleteRecoveryPointsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DeleteRecoveryPoints"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DeleteRecoveryPointsInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deleteRecoveryPoints"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"DeleteRecoveryPointsPayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"recoveryPointIds"}},{"kind":"Field","name":{"kind":"Name","value":"recoveryPoints"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ErrorDetails"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ErrorDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}}]} as unknown as DocumentNode<DeleteRecoveryPointsMutation, DeleteRecoveryPointsMutationVariables>;
export const DownloadGatewayPackageDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DownloadGatewayPackage"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DownloadGatewayPackageInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"downloadGatewayPackage"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"DownloadGatewayPackagePayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"link"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"DownloadDetails"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ErrorDetails"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"DownloadDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"DownloadLink"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"fileName"}},{"kind":"Field","name":{"kind":"Name","value":"sizeBytes"}},{"kind":"Field","name":{"kind":"Name","value":"sha256"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ErrorDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}}]} as unknown as DocumentNode<DownloadGatewayPackageMutation, DownloadGatewayPackageMutationVariables>;
export const DownloadGatewayCertificateDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DownloadGatewayCertificate"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DownloadGatewayCertificateInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"downloadGatewayCertificate"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"DownloadGatewayCertificatePayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"link"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"DownloadDetails"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ErrorDetails"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"DownloadDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"DownloadLink"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"fileName"}},{"kind":"Field","name":{"kind":"Name","value":"sizeBytes"}},{"kind":"Field","name":{"kind":"Name","value":"sha256"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ErrorDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}}]} as unknown as DocumentNode<DownloadGatewayCertificateMutation, DownloadGatewayCertificateMutationVariables>;
export const RequiredEndpointsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"RequiredEndpoints"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"regionId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"networkType"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"NetworkType"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"useHttps"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Boolean"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"requiredEndpoints"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"regionId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"regionId"}}},{"kind":"Argument","name":{"kind":"Name","value":"networkType"},"value":{"kind":"Variable","name":{"kind":"Name","value":"networkType"}}},{"kind":"Argument","name":{"kind":"Name","value":"useHttps"},"value":{"kind":"Variable","name":{"kind":"Name","value":"useHttps"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"host"}},{"kind":"Field","name":{"kind":"Name","value":"port"}},{"kind":"Field","name":{"kind":"Name","value":"protocol"}},{"kind":"Field","name":{"kind":"Name","value":"channel"}},{"kind":"Field","name":{"kind":"Name","value":"direction"}},{"kind":"Field","name":{"kind":"Name","value":"purpose"}}]}}]}}]} as unknown as DocumentNode<RequiredEndpointsQuery, RequiredEndpointsQueryVariables>;
export const RequiredEndpointsAsTextDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"RequiredEndpointsAsText"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"regionId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"networkType"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"NetworkType"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"useHttps"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Boolean"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"requiredEndpointsAsText"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"regionId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"regionId"}}},{"kind":"Argument","name":{"kind":"Name","value":"networkType"},"value":{"kind":"Variable","name":{"kind":"Name","value":"networkType"}}},{"kind":"Argument","name":{"kind":"Name","value":"useHttps"},"value":{"kind":"Variable","name":{"kind":"Name","value":"useHttps"}}}]}]}}]} as unknown as DocumentNode<RequiredEndpointsAsTextQuery, RequiredEndpointsAsTextQueryVariables>;
export const EventsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Events"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"EventFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"events"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"EventDetails"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"totalCount"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"EventDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Event"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"occurredAt"}},{"kind":"Field","name":{"kind":"Name","value":"subjectType"}},{"kind":"Field","name":{"kind":"Name","value":"subject"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"details"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}}]}}]} as unknown as DocumentNode<EventsQuery, EventsQueryVariables>;
export const EventHeadDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"EventHead"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"events"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"1"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"headCursor"}}]}}]}}]} as unknown as DocumentNode<EventHeadQuery, EventHeadQueryVariables>;
export const FollowEventsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"FollowEvents"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"EventFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"events"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"item"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"EventDetails"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"StreamGap"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"from"}},{"kind":"Field","name":{"kind":"Name","value":"to"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"EventDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Event"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"occurredAt"}},{"kind":"Field","name":{"kind":"Name","value":"subjectType"}},{"kind":"Field","name":{"kind":"Name","value":"subject"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"details"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}}]}}]} as unknown as DocumentNode<FollowEventsSubscription, FollowEventsSubscriptionVariables>;
export const ReplaceGatewayAccessKeyDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ReplaceGatewayAccessKey"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ReplaceGatewayAccessKeyInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"replaceGatewayAccessKey"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ReplaceGatewayAccessKeyPayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"gateway"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"GatewayDetails"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ErrorDetails"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"GatewayDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Gateway"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"statusSince"}},{"kind":"Field","name":{"kind":"Name","value":"statusReason"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}}]}},{"kind":"Field","name":{"kind":"Name","value":"accessKeyId"}},{"kind":"Field","name":{"kind":"Name","value":"platform"}},{"kind":"Field","name":{"kind":"Name","value":"networkType"}},{"kind":"Field","name":{"kind":"Name","value":"useHttps"}},{"kind":"Field","name":{"kind":"Name","value":"transport"}},{"kind":"Field","name":{"kind":"Name","value":"agentVersion"}},{"kind":"Field","name":{"kind":"Name","value":"hostname"}},{"kind":"Field","name":{"kind":"Name","value":"activatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastSeenAt"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ErrorDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}}]} as unknown as DocumentNode<ReplaceGatewayAccessKeyMutation, ReplaceGatewayAccessKeyMutationVariables>;
export const GatewaySealingDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"GatewaySealing"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"gateway"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"sealingPublicKey"}},{"kind":"Field","name":{"kind":"Name","value":"accessKeySealingContext"}},{"kind":"Field","name":{"kind":"Name","value":"findings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"severity"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}}]}}]}}]}}]} as unknown as DocumentNode<GatewaySealingQuery, GatewaySealingQueryVariables>;
export const GatewaySettingsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"GatewaySettings"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"gateway"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"GatewaySettings"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"GatewaySettings"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Gateway"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"useHttps"}},{"kind":"Field","name":{"kind":"Name","value":"maxWorkers"}},{"kind":"Field","name":{"kind":"Name","value":"maxCpuCores"}},{"kind":"Field","name":{"kind":"Name","value":"transport"}},{"kind":"Field","name":{"kind":"Name","value":"flowControl"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"windows"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"days"}},{"kind":"Field","name":{"kind":"Name","value":"start"}},{"kind":"Field","name":{"kind":"Name","value":"end"}},{"kind":"Field","name":{"kind":"Name","value":"timeZone"}},{"kind":"Field","name":{"kind":"Name","value":"bytesPerSecond"}},{"kind":"Field","name":{"kind":"Name","value":"appliesTo"}}]}},{"kind":"Field","name":{"kind":"Name","value":"activeLimits"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backup"}},{"kind":"Field","name":{"kind":"Name","value":"restore"}}]}},{"kind":"Field","name":{"kind":"Name","value":"nextChangeAt"}}]}}]}}]} as unknown as DocumentNode<GatewaySettingsQuery, GatewaySettingsQueryVariables>;
export const UpdateGatewaySettingsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UpdateGatewaySettings"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UpdateGatewaySettingsInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"updateGatewaySettings"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UpdateGatewaySettingsPayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"gateway"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"GatewaySettings"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ErrorDetails"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"GatewaySettings"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Gateway"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"useHttps"}},{"kind":"Field","name":{"kind":"Name","value":"maxWorkers"}},{"kind":"Field","name":{"kind":"Name","value":"maxCpuCores"}},{"kind":"Field","name":{"kind":"Name","value":"transport"}},{"kind":"Field","name":{"kind":"Name","value":"flowControl"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"windows"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"days"}},{"kind":"Field","name":{"kind":"Name","value":"start"}},{"kind":"Field","name":{"kind":"Name","value":"end"}},{"kind":"Field","name":{"kind":"Name","value":"timeZone"}},{"kind":"Field","name":{"kind":"Name","value":"bytesPerSecond"}},{"kind":"Field","name":{"kind":"Name","value":"appliesTo"}}]}},{"kind":"Field","name":{"kind":"Name","value":"activeLimits"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backup"}},{"kind":"Field","name":{"kind":"Name","value":"restore"}}]}},{"kind":"Field","name":{"kind":"Name","value":"nextChangeAt"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ErrorDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}}]} as unknown as DocumentNode<UpdateGatewaySettingsMutation, UpdateGatewaySettingsMutationVariables>;
export const SetFlowControlDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SetFlowControl"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SetFlowControlInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"setFlowControl"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SetFlowControlPayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"gateway"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"GatewaySettings"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"InvalidInputError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"issues"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ErrorDetails"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"GatewaySettings"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Gateway"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"useHttps"}},{"kind":"Field","name":{"kind":"Name","value":"maxWorkers"}},{"kind":"Field","name":{"kind":"Name","value":"maxCpuCores"}},{"kind":"Field","name":{"kind":"Name","value":"transport"}},{"kind":"Field","name":{"kind":"Name","value":"flowControl"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"windows"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"days"}},{"kind":"Field","name":{"kind":"Name","value":"start"}},{"kind":"Field","name":{"kind":"Name","value":"end"}},{"kind":"Field","name":{"kind":"Name","value":"timeZone"}},{"kind":"Field","name":{"kind":"Name","value":"bytesPerSecond"}},{"kind":"Field","name":{"kind":"Name","value":"appliesTo"}}]}},{"kind":"Field","name":{"kind":"Name","value":"activeLimits"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backup"}},{"kind":"Field","name":{"kind":"Name","value":"restore"}}]}},{"kind":"Field","name":{"kind":"Name","value":"nextChangeAt"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ErrorDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}}]} as unknown as DocumentNode<SetFlowControlMutation, SetFlowControlMutationVariables>;
export const JobSettingsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"JobSettings"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"job"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"settings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"useHttps"}},{"kind":"Field","name":{"kind":"Name","value":"transport"}},{"kind":"Field","name":{"kind":"Name","value":"workers"}},{"kind":"Field","name":{"kind":"Name","value":"maxWorkers"}},{"kind":"Field","name":{"kind":"Name","value":"maxCpuCores"}},{"kind":"Field","name":{"kind":"Name","value":"flowControl"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"limits"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backup"}},{"kind":"Field","name":{"kind":"Name","value":"restore"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<JobSettingsQuery, JobSettingsQueryVariables>;
export const CreateGatewayDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateGateway"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateGatewayInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createGateway"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"CreateGatewayPayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"gateway"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"GatewayDetails"}}]}},{"kind":"Field","name":{"kind":"Name","value":"newVault"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"regionId"}},{"kind":"Field","name":{"kind":"Name","value":"redundancyType"}},{"kind":"Field","name":{"kind":"Name","value":"redundancyReason"}}]}},{"kind":"Field","name":{"kind":"Name","value":"recoveryKey"}},{"kind":"Field","name":{"kind":"Name","value":"certificateDownload"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"DownloadDetails"}}]}},{"kind":"Field","name":{"kind":"Name","value":"packageDownload"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"DownloadDetails"}}]}},{"kind":"Field","name":{"kind":"Name","value":"packageProblem"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ErrorDetails"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"GatewayDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Gateway"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"statusSince"}},{"kind":"Field","name":{"kind":"Name","value":"statusReason"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}}]}},{"kind":"Field","name":{"kind":"Name","value":"accessKeyId"}},{"kind":"Field","name":{"kind":"Name","value":"platform"}},{"kind":"Field","name":{"kind":"Name","value":"networkType"}},{"kind":"Field","name":{"kind":"Name","value":"useHttps"}},{"kind":"Field","name":{"kind":"Name","value":"transport"}},{"kind":"Field","name":{"kind":"Name","value":"agentVersion"}},{"kind":"Field","name":{"kind":"Name","value":"hostname"}},{"kind":"Field","name":{"kind":"Name","value":"activatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastSeenAt"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"DownloadDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"DownloadLink"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"fileName"}},{"kind":"Field","name":{"kind":"Name","value":"sizeBytes"}},{"kind":"Field","name":{"kind":"Name","value":"sha256"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ErrorDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}}]} as unknown as DocumentNode<CreateGatewayMutation, CreateGatewayMutationVariables>;
export const IssueGatewayCertificateDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"IssueGatewayCertificate"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"IssueGatewayCertificateInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"issueGatewayCertificate"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"IssueGatewayCertificatePayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"certificate"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"issuedAt"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"fileName"}},{"kind":"Field","name":{"kind":"Name","value":"content"}},{"kind":"Field","name":{"kind":"Name","value":"download"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"DownloadDetails"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ErrorDetails"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"DownloadDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"DownloadLink"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"fileName"}},{"kind":"Field","name":{"kind":"Name","value":"sizeBytes"}},{"kind":"Field","name":{"kind":"Name","value":"sha256"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ErrorDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}}]} as unknown as DocumentNode<IssueGatewayCertificateMutation, IssueGatewayCertificateMutationVariables>;
export const GatewayDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Gateway"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"gateway"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"GatewayDetails"}},{"kind":"Field","name":{"kind":"Name","value":"vault"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"GatewayDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Gateway"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"statusSince"}},{"kind":"Field","name":{"kind":"Name","value":"statusReason"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}}]}},{"kind":"Field","name":{"kind":"Name","value":"accessKeyId"}},{"kind":"Field","name":{"kind":"Name","value":"platform"}},{"kind":"Field","name":{"kind":"Name","value":"networkType"}},{"kind":"Field","name":{"kind":"Name","value":"useHttps"}},{"kind":"Field","name":{"kind":"Name","value":"transport"}},{"kind":"Field","name":{"kind":"Name","value":"agentVersion"}},{"kind":"Field","name":{"kind":"Name","value":"hostname"}},{"kind":"Field","name":{"kind":"Name","value":"activatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastSeenAt"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}}]} as unknown as DocumentNode<GatewayQuery, GatewayQueryVariables>;
export const GatewaysDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Gateways"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"GatewayFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"gateways"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"GatewayDetails"}},{"kind":"Field","name":{"kind":"Name","value":"vault"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"totalCount"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"GatewayDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Gateway"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"statusSince"}},{"kind":"Field","name":{"kind":"Name","value":"statusReason"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}}]}},{"kind":"Field","name":{"kind":"Name","value":"accessKeyId"}},{"kind":"Field","name":{"kind":"Name","value":"platform"}},{"kind":"Field","name":{"kind":"Name","value":"networkType"}},{"kind":"Field","name":{"kind":"Name","value":"useHttps"}},{"kind":"Field","name":{"kind":"Name","value":"transport"}},{"kind":"Field","name":{"kind":"Name","value":"agentVersion"}},{"kind":"Field","name":{"kind":"Name","value":"hostname"}},{"kind":"Field","name":{"kind":"Name","value":"activatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastSeenAt"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}}]} as unknown as DocumentNode<GatewaysQuery, GatewaysQueryVariables>;
export const GatewayStatusDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"GatewayStatus"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"gatewayId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"gatewayStatus"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"gatewayId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"gatewayId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"gateway"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"GatewayDetails"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"GatewayDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Gateway"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"statusSince"}},{"kind":"Field","name":{"kind":"Name","value":"statusReason"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}}]}},{"kind":"Field","name":{"kind":"Name","value":"accessKeyId"}},{"kind":"Field","name":{"kind":"Name","value":"platform"}},{"kind":"Field","name":{"kind":"Name","value":"networkType"}},{"kind":"Field","name":{"kind":"Name","value":"useHttps"}},{"kind":"Field","name":{"kind":"Name","value":"transport"}},{"kind":"Field","name":{"kind":"Name","value":"agentVersion"}},{"kind":"Field","name":{"kind":"Name","value":"hostname"}},{"kind":"Field","name":{"kind":"Name","value":"activatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastSeenAt"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}}]} as unknown as DocumentNode<GatewayStatusSubscription, GatewayStatusSubscriptionVariables>;
export const StartBackupDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"StartBackup"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"StartBackupInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"startBackup"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"StartBackupPayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"job"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"waitReason"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ErrorDetails"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ErrorDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}}]} as unknown as DocumentNode<StartBackupMutation, StartBackupMutationVariables>;
export const StartBackupsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"StartBackups"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"StartBackupsInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"startBackups"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"StartBackupsPayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"startedCount"}},{"kind":"Field","name":{"kind":"Name","value":"failedCount"}},{"kind":"Field","name":{"kind":"Name","value":"outcomes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"virtualMachineId"}},{"kind":"Field","name":{"kind":"Name","value":"job"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"waitReason"}}]}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ErrorDetails"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ErrorDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}}]} as unknown as DocumentNode<StartBackupsMutation, StartBackupsMutationVariables>;
export const StartRestoreDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"StartRestore"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"StartRestoreInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"startRestore"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"StartRestorePayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"job"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"waitReason"}},{"kind":"Field","name":{"kind":"Name","value":"vmName"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ErrorDetails"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ErrorDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}}]} as unknown as DocumentNode<StartRestoreMutation, StartRestoreMutationVariables>;
export const CancelJobDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CancelJob"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CancelJobInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cancelJob"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"CancelJobPayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"job"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ErrorDetails"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ErrorDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}}]} as unknown as DocumentNode<CancelJobMutation, CancelJobMutationVariables>;
export const JobDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Job"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"job"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"JobDetails"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Progress"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"JobProgress"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"phase"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTotal"}},{"kind":"Field","name":{"kind":"Name","value":"bytesDone"}},{"kind":"Field","name":{"kind":"Name","value":"bytesRead"}},{"kind":"Field","name":{"kind":"Name","value":"bytesZero"}},{"kind":"Field","name":{"kind":"Name","value":"bytesDeduplicated"}},{"kind":"Field","name":{"kind":"Name","value":"bytesStored"}},{"kind":"Field","name":{"kind":"Name","value":"rate"}},{"kind":"Field","name":{"kind":"Name","value":"percent"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Statistics"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TransferStatistics"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bytesTotal"}},{"kind":"Field","name":{"kind":"Name","value":"bytesRead"}},{"kind":"Field","name":{"kind":"Name","value":"bytesZero"}},{"kind":"Field","name":{"kind":"Name","value":"bytesDeduplicated"}},{"kind":"Field","name":{"kind":"Name","value":"bytesStored"}},{"kind":"Field","name":{"kind":"Name","value":"durationMs"}},{"kind":"Field","name":{"kind":"Name","value":"rate"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"JobDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Job"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"waitReason"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"viewerCanCancel"}},{"kind":"Field","name":{"kind":"Name","value":"progress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Progress"}}]}},{"kind":"Field","name":{"kind":"Name","value":"statistics"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Statistics"}}]}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}},{"kind":"Field","name":{"kind":"Name","value":"findings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"severity"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}}]}},{"kind":"Field","name":{"kind":"Name","value":"attempts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"number"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"BackupJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"recoveryPoint"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RestoreJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"restoredVm"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"instanceUuid"}},{"kind":"Field","name":{"kind":"Name","value":"biosUuid"}}]}}]}}]}}]} as unknown as DocumentNode<JobQuery, JobQueryVariables>;
export const JobsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Jobs"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"JobFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"jobs"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"JobDetails"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"totalCount"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Progress"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"JobProgress"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"phase"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTotal"}},{"kind":"Field","name":{"kind":"Name","value":"bytesDone"}},{"kind":"Field","name":{"kind":"Name","value":"bytesRead"}},{"kind":"Field","name":{"kind":"Name","value":"bytesZero"}},{"kind":"Field","name":{"kind":"Name","value":"bytesDeduplicated"}},{"kind":"Field","name":{"kind":"Name","value":"bytesStored"}},{"kind":"Field","name":{"kind":"Name","value":"rate"}},{"kind":"Field","name":{"kind":"Name","value":"percent"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Statistics"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TransferStatistics"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bytesTotal"}},{"kind":"Field","name":{"kind":"Name","value":"bytesRead"}},{"kind":"Field","name":{"kind":"Name","value":"bytesZero"}},{"kind":"Field","name":{"kind":"Name","value":"bytesDeduplicated"}},{"kind":"Field","name":{"kind":"Name","value":"bytesStored"}},{"kind":"Field","name":{"kind":"Name","value":"durationMs"}},{"kind":"Field","name":{"kind":"Name","value":"rate"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"JobDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Job"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"waitReason"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"viewerCanCancel"}},{"kind":"Field","name":{"kind":"Name","value":"progress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Progress"}}]}},{"kind":"Field","name":{"kind":"Name","value":"statistics"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Statistics"}}]}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}},{"kind":"Field","name":{"kind":"Name","value":"findings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"severity"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}}]}},{"kind":"Field","name":{"kind":"Name","value":"attempts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"number"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"BackupJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"recoveryPoint"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RestoreJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"restoredVm"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"instanceUuid"}},{"kind":"Field","name":{"kind":"Name","value":"biosUuid"}}]}}]}}]}}]} as unknown as DocumentNode<JobsQuery, JobsQueryVariables>;
export const JobProgressDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"JobProgress"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"jobId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"jobProgress"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"jobId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"jobId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"job"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"JobDetails"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Progress"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"JobProgress"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"phase"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTotal"}},{"kind":"Field","name":{"kind":"Name","value":"bytesDone"}},{"kind":"Field","name":{"kind":"Name","value":"bytesRead"}},{"kind":"Field","name":{"kind":"Name","value":"bytesZero"}},{"kind":"Field","name":{"kind":"Name","value":"bytesDeduplicated"}},{"kind":"Field","name":{"kind":"Name","value":"bytesStored"}},{"kind":"Field","name":{"kind":"Name","value":"rate"}},{"kind":"Field","name":{"kind":"Name","value":"percent"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Statistics"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TransferStatistics"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bytesTotal"}},{"kind":"Field","name":{"kind":"Name","value":"bytesRead"}},{"kind":"Field","name":{"kind":"Name","value":"bytesZero"}},{"kind":"Field","name":{"kind":"Name","value":"bytesDeduplicated"}},{"kind":"Field","name":{"kind":"Name","value":"bytesStored"}},{"kind":"Field","name":{"kind":"Name","value":"durationMs"}},{"kind":"Field","name":{"kind":"Name","value":"rate"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"JobDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Job"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"waitReason"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"viewerCanCancel"}},{"kind":"Field","name":{"kind":"Name","value":"progress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Progress"}}]}},{"kind":"Field","name":{"kind":"Name","value":"statistics"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Statistics"}}]}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}},{"kind":"Field","name":{"kind":"Name","value":"findings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"severity"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}}]}},{"kind":"Field","name":{"kind":"Name","value":"attempts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"number"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"BackupJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"recoveryPoint"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RestoreJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"restoredVm"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"instanceUuid"}},{"kind":"Field","name":{"kind":"Name","value":"biosUuid"}}]}}]}}]}}]} as unknown as DocumentNode<JobProgressSubscription, JobProgressSubscriptionVariables>;
export const JobLogDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"JobLog"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"JobLogFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"JobLogOrder"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"job"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"log"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"level"}},{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"attempt"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"details"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]}}]} as unknown as DocumentNode<JobLogQuery, JobLogQueryVariables>;
export const RecoveryPointDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"RecoveryPoint"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"recoveryPoint"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"RecoveryPointDetails"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Statistics"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TransferStatistics"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bytesTotal"}},{"kind":"Field","name":{"kind":"Name","value":"bytesRead"}},{"kind":"Field","name":{"kind":"Name","value":"bytesZero"}},{"kind":"Field","name":{"kind":"Name","value":"bytesDeduplicated"}},{"kind":"Field","name":{"kind":"Name","value":"bytesStored"}},{"kind":"Field","name":{"kind":"Name","value":"durationMs"}},{"kind":"Field","name":{"kind":"Name","value":"rate"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RecoveryPointDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RecoveryPoint"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"quiesced"}},{"kind":"Field","name":{"kind":"Name","value":"capturedAt"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"statistics"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Statistics"}}]}},{"kind":"Field","name":{"kind":"Name","value":"disks"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"uuid"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"capacityBytes"}},{"kind":"Field","name":{"kind":"Name","value":"mode"}},{"kind":"Field","name":{"kind":"Name","value":"fullReason"}}]}}]}}]} as unknown as DocumentNode<RecoveryPointQuery, RecoveryPointQueryVariables>;
export const RecoveryPointsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"RecoveryPoints"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"RecoveryPointFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"recoveryPoints"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"RecoveryPointDetails"}},{"kind":"Field","name":{"kind":"Name","value":"virtualMachine"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"totalCount"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Statistics"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TransferStatistics"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bytesTotal"}},{"kind":"Field","name":{"kind":"Name","value":"bytesRead"}},{"kind":"Field","name":{"kind":"Name","value":"bytesZero"}},{"kind":"Field","name":{"kind":"Name","value":"bytesDeduplicated"}},{"kind":"Field","name":{"kind":"Name","value":"bytesStored"}},{"kind":"Field","name":{"kind":"Name","value":"durationMs"}},{"kind":"Field","name":{"kind":"Name","value":"rate"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RecoveryPointDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RecoveryPoint"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"quiesced"}},{"kind":"Field","name":{"kind":"Name","value":"capturedAt"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"statistics"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Statistics"}}]}},{"kind":"Field","name":{"kind":"Name","value":"disks"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"uuid"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"capacityBytes"}},{"kind":"Field","name":{"kind":"Name","value":"mode"}},{"kind":"Field","name":{"kind":"Name","value":"fullReason"}}]}}]}}]} as unknown as DocumentNode<RecoveryPointsQuery, RecoveryPointsQueryVariables>;
export const CreateVaultDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateVault"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateVaultInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createVault"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"CreateVaultPayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"vault"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"regionId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"redundancyType"}},{"kind":"Field","name":{"kind":"Name","value":"redundancyReason"}}]}},{"kind":"Field","name":{"kind":"Name","value":"recoveryKey"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ErrorDetails"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ErrorDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}}]} as unknown as DocumentNode<CreateVaultMutation, CreateVaultMutationVariables>;
export const VaultsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Vaults"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"VaultFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"vaults"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"regionId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"redundancyType"}},{"kind":"Field","name":{"kind":"Name","value":"redundancyReason"}},{"kind":"Field","name":{"kind":"Name","value":"resourceGroup"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"totalCount"}}]}}]}}]} as unknown as DocumentNode<VaultsQuery, VaultsQueryVariables>;
export const VaultDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Vault"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"vault"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"usage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"recoveryPoints"}},{"kind":"Field","name":{"kind":"Name","value":"virtualMachines"}},{"kind":"Field","name":{"kind":"Name","value":"logicalBytes"}},{"kind":"Field","name":{"kind":"Name","value":"storedBytes"}}]}},{"kind":"Field","name":{"kind":"Name","value":"deletion"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"requestedAt"}},{"kind":"Field","name":{"kind":"Name","value":"recoveryPoints"}},{"kind":"Field","name":{"kind":"Name","value":"objectsDeleted"}},{"kind":"Field","name":{"kind":"Name","value":"problem"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}}]}}]}}]}}]}}]} as unknown as DocumentNode<VaultQuery, VaultQueryVariables>;
export const VaultUsageDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"VaultUsage"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},"defaultValue":{"kind":"IntValue","value":"20"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"from"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"to"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"vault"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"usage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"byVirtualMachine"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"virtualMachine"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"recoveryPoints"}},{"kind":"Field","name":{"kind":"Name","value":"logicalBytes"}},{"kind":"Field","name":{"kind":"Name","value":"storedBytes"}},{"kind":"Field","name":{"kind":"Name","value":"lastCapturedAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"byDay"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"from"},"value":{"kind":"Variable","name":{"kind":"Name","value":"from"}}},{"kind":"Argument","name":{"kind":"Name","value":"to"},"value":{"kind":"Variable","name":{"kind":"Name","value":"to"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"date"}},{"kind":"Field","name":{"kind":"Name","value":"recoveryPoints"}},{"kind":"Field","name":{"kind":"Name","value":"logicalBytes"}},{"kind":"Field","name":{"kind":"Name","value":"storedBytes"}}]}}]}}]}}]}}]} as unknown as DocumentNode<VaultUsageQuery, VaultUsageQueryVariables>;
export const UpdateVaultDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UpdateVault"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UpdateVaultInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"updateVault"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UpdateVaultPayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"vault"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ErrorDetails"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ErrorDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}}]} as unknown as DocumentNode<UpdateVaultMutation, UpdateVaultMutationVariables>;
export const AddVCenterDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"AddVCenter"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"AddVCenterInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"addVCenter"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"AddVCenterPayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"vcenter"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"VCenterDetails"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ErrorDetails"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"CertificateNotTrustedError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"presentedFingerprint"}},{"kind":"Field","name":{"kind":"Name","value":"trustedFingerprint"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"VCenterDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"VCenter"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"address"}},{"kind":"Field","name":{"kind":"Name","value":"username"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"statusMessage"}},{"kind":"Field","name":{"kind":"Name","value":"statusSince"}},{"kind":"Field","name":{"kind":"Name","value":"trustedFingerprint"}},{"kind":"Field","name":{"kind":"Name","value":"presentedFingerprint"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"inventoryState"}},{"kind":"Field","name":{"kind":"Name","value":"inventoryRefreshedAt"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ErrorDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}}]} as unknown as DocumentNode<AddVCenterMutation, AddVCenterMutationVariables>;
export const RefreshInventoryDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RefreshInventory"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RefreshInventoryInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"refreshInventory"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RefreshInventoryPayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"vcenter"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"VCenterDetails"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ErrorDetails"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"VCenterDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"VCenter"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"address"}},{"kind":"Field","name":{"kind":"Name","value":"username"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"statusMessage"}},{"kind":"Field","name":{"kind":"Name","value":"statusSince"}},{"kind":"Field","name":{"kind":"Name","value":"trustedFingerprint"}},{"kind":"Field","name":{"kind":"Name","value":"presentedFingerprint"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"inventoryState"}},{"kind":"Field","name":{"kind":"Name","value":"inventoryRefreshedAt"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ErrorDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}}]} as unknown as DocumentNode<RefreshInventoryMutation, RefreshInventoryMutationVariables>;
export const VCenterDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"VCenter"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"vcenter"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"VCenterDetails"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"VCenterDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"VCenter"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"address"}},{"kind":"Field","name":{"kind":"Name","value":"username"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"statusMessage"}},{"kind":"Field","name":{"kind":"Name","value":"statusSince"}},{"kind":"Field","name":{"kind":"Name","value":"trustedFingerprint"}},{"kind":"Field","name":{"kind":"Name","value":"presentedFingerprint"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"inventoryState"}},{"kind":"Field","name":{"kind":"Name","value":"inventoryRefreshedAt"}}]}}]} as unknown as DocumentNode<VCenterQuery, VCenterQueryVariables>;
export const VirtualMachinesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"VirtualMachines"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"VirtualMachineFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"virtualMachines"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"powerState"}},{"kind":"Field","name":{"kind":"Name","value":"guestFullName"}},{"kind":"Field","name":{"kind":"Name","value":"template"}},{"kind":"Field","name":{"kind":"Name","value":"changeTrackingEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"instanceUuid"}},{"kind":"Field","name":{"kind":"Name","value":"biosUuid"}},{"kind":"Field","name":{"kind":"Name","value":"cpuCount"}},{"kind":"Field","name":{"kind":"Name","value":"memoryBytes"}},{"kind":"Field","name":{"kind":"Name","value":"disks"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"uuid"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"capacityBytes"}},{"kind":"Field","name":{"kind":"Name","value":"datastore"}},{"kind":"Field","name":{"kind":"Name","value":"obstacle"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"totalCount"}}]}}]}}]} as unknown as DocumentNode<VirtualMachinesQuery, VirtualMachinesQueryVariables>;
export const UpdateVCenterDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UpdateVCenter"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UpdateVCenterInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"updateVCenter"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UpdateVCenterPayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"vcenter"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"VCenterDetails"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ErrorDetails"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"CertificateNotTrustedError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"presentedFingerprint"}},{"kind":"Field","name":{"kind":"Name","value":"trustedFingerprint"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"VersionConflictError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"currentVersion"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"VCenterDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"VCenter"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"address"}},{"kind":"Field","name":{"kind":"Name","value":"username"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"statusMessage"}},{"kind":"Field","name":{"kind":"Name","value":"statusSince"}},{"kind":"Field","name":{"kind":"Name","value":"trustedFingerprint"}},{"kind":"Field","name":{"kind":"Name","value":"presentedFingerprint"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"inventoryState"}},{"kind":"Field","name":{"kind":"Name","value":"inventoryRefreshedAt"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ErrorDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}}]} as unknown as DocumentNode<UpdateVCenterMutation, UpdateVCenterMutationVariables>;
export const RemoveVCenterDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RemoveVCenter"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RemoveVCenterInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"removeVCenter"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RemoveVCenterPayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"vcenter"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"VCenterDetails"}},{"kind":"Field","name":{"kind":"Name","value":"removedAt"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ErrorDetails"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"JobsOpenError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"jobs"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"VCenterDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"VCenter"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"address"}},{"kind":"Field","name":{"kind":"Name","value":"username"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"statusMessage"}},{"kind":"Field","name":{"kind":"Name","value":"statusSince"}},{"kind":"Field","name":{"kind":"Name","value":"trustedFingerprint"}},{"kind":"Field","name":{"kind":"Name","value":"presentedFingerprint"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"inventoryState"}},{"kind":"Field","name":{"kind":"Name","value":"inventoryRefreshedAt"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ErrorDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}}]} as unknown as DocumentNode<RemoveVCenterMutation, RemoveVCenterMutationVariables>;
export const TrustVCenterCertificateDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"TrustVCenterCertificate"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TrustVCenterCertificateInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"trustVCenterCertificate"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TrustVCenterCertificatePayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"vcenter"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"VCenterDetails"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ErrorDetails"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"CertificateNotTrustedError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"presentedFingerprint"}},{"kind":"Field","name":{"kind":"Name","value":"trustedFingerprint"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"VCenterDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"VCenter"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"address"}},{"kind":"Field","name":{"kind":"Name","value":"username"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"statusMessage"}},{"kind":"Field","name":{"kind":"Name","value":"statusSince"}},{"kind":"Field","name":{"kind":"Name","value":"trustedFingerprint"}},{"kind":"Field","name":{"kind":"Name","value":"presentedFingerprint"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"inventoryState"}},{"kind":"Field","name":{"kind":"Name","value":"inventoryRefreshedAt"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ErrorDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}}]} as unknown as DocumentNode<TrustVCenterCertificateMutation, TrustVCenterCertificateMutationVariables>;
export const TestVCenterDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"TestVCenter"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TestVCenterInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"testVCenter"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TestVCenterPayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"instanceUuid"}},{"kind":"Field","name":{"kind":"Name","value":"productVersion"}},{"kind":"Field","name":{"kind":"Name","value":"build"}},{"kind":"Field","name":{"kind":"Name","value":"certificateFingerprint"}},{"kind":"Field","name":{"kind":"Name","value":"missingPrivileges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"privilege"}},{"kind":"Field","name":{"kind":"Name","value":"entity"}},{"kind":"Field","name":{"kind":"Name","value":"neededFor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"vcenter"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"VCenterDetails"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ErrorDetails"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"CertificateNotTrustedError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"presentedFingerprint"}},{"kind":"Field","name":{"kind":"Name","value":"trustedFingerprint"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"VCenterDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"VCenter"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"address"}},{"kind":"Field","name":{"kind":"Name","value":"username"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"statusMessage"}},{"kind":"Field","name":{"kind":"Name","value":"statusSince"}},{"kind":"Field","name":{"kind":"Name","value":"trustedFingerprint"}},{"kind":"Field","name":{"kind":"Name","value":"presentedFingerprint"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"inventoryState"}},{"kind":"Field","name":{"kind":"Name","value":"inventoryRefreshedAt"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ErrorDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}}]} as unknown as DocumentNode<TestVCenterMutation, TestVCenterMutationVariables>;
export const PreflightBackupDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"PreflightBackup"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"PreflightBackupInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"preflightBackup"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"PreflightBackupPayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reports"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"virtualMachine"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"canBackUp"}},{"kind":"Field","name":{"kind":"Name","value":"findings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"severity"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}}]}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ErrorDetails"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ErrorDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}}]} as unknown as DocumentNode<PreflightBackupMutation, PreflightBackupMutationVariables>;
export const ViewerDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Viewer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"viewer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"keyId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"scopes"}},{"kind":"Field","name":{"kind":"Name","value":"allResourceGroups"}},{"kind":"Field","name":{"kind":"Name","value":"resourceGroups"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}}]}}]}}]} as unknown as DocumentNode<ViewerQuery, ViewerQueryVariables>;
export const RegionsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Regions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"regions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"regionId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"zoneRedundant"}}]}}]}}]} as unknown as DocumentNode<RegionsQuery, RegionsQueryVariables>;
export const ResourceGroupsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ResourceGroups"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"resourceGroups"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"totalCount"}}]}}]}}]} as unknown as DocumentNode<ResourceGroupsQuery, ResourceGroupsQueryVariables>;
export const CreateResourceGroupDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateResourceGroup"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateResourceGroupInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createResourceGroup"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"CreateResourceGroupPayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"resourceGroup"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ErrorDetails"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ErrorDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}}]} as unknown as DocumentNode<CreateResourceGroupMutation, CreateResourceGroupMutationVariables>;
export const WebhooksDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Webhooks"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"webhooks"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"WebhookDetails"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"WebhookDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Webhook"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"eventTypes"}},{"kind":"Field","name":{"kind":"Name","value":"enabled"}},{"kind":"Field","name":{"kind":"Name","value":"disabledReason"}},{"kind":"Field","name":{"kind":"Name","value":"lastSuccessAt"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}}]} as unknown as DocumentNode<WebhooksQuery, WebhooksQueryVariables>;
export const WebhookDeliveriesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"WebhookDeliveries"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookDeliveryFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"webhookDeliveries"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"messageId"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"eventType"}},{"kind":"Field","name":{"kind":"Name","value":"eventCursor"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"tries"}},{"kind":"Field","name":{"kind":"Name","value":"nextTryAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastTry"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"durationMs"}},{"kind":"Field","name":{"kind":"Name","value":"statusCode"}},{"kind":"Field","name":{"kind":"Name","value":"error"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<WebhookDeliveriesQuery, WebhookDeliveriesQueryVariables>;
export const CreateWebhookDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateWebhook"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateWebhookInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createWebhook"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"CreateWebhookPayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"webhook"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"WebhookDetails"}}]}},{"kind":"Field","name":{"kind":"Name","value":"secret"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ErrorDetails"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"WebhookDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Webhook"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"eventTypes"}},{"kind":"Field","name":{"kind":"Name","value":"enabled"}},{"kind":"Field","name":{"kind":"Name","value":"disabledReason"}},{"kind":"Field","name":{"kind":"Name","value":"lastSuccessAt"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ErrorDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}}]} as unknown as DocumentNode<CreateWebhookMutation, CreateWebhookMutationVariables>;
export const TestWebhookDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"TestWebhook"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TestWebhookInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"testWebhook"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TestWebhookPayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"delivery"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ErrorDetails"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ErrorDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}}]} as unknown as DocumentNode<TestWebhookMutation, TestWebhookMutationVariables>;
export const DeleteWebhookDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DeleteWebhook"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DeleteWebhookInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deleteWebhook"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"DeleteWebhookPayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"webhookId"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ErrorDetails"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ErrorDetails"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}}]} as unknown as DocumentNode<DeleteWebhookMutation, DeleteWebhookMutationVariables>;