import { builder } from './builder.ts';

/** The scopes of an access key as the schema writes them. */
export const ScopeEnum = builder.enumType('Scope', {
  description: 'What an access key may do. Writing does not include reading; a mutation always shows what it made.',
  values: {
    VAULT_READ: { value: 'vault:read', description: 'Read vaults and regions (`vault:read`).' },
    VAULT_WRITE: { value: 'vault:write', description: 'Create, change and delete vaults (`vault:write`).' },
    GATEWAY_READ: { value: 'gateway:read', description: 'Read gateways (`gateway:read`).' },
    GATEWAY_WRITE: {
      value: 'gateway:write',
      description: 'Create, steer and delete gateways, download their package and certificates (`gateway:write`).',
    },
    VCENTER_READ: { value: 'vcenter:read', description: 'Read vCenters and their virtual machines (`vcenter:read`).' },
    VCENTER_WRITE: {
      value: 'vcenter:write',
      description: 'Add, change and remove vCenters and refresh their inventory (`vcenter:write`).',
    },
    JOB_READ: { value: 'job:read', description: 'Read jobs and follow their progress (`job:read`).' },
    JOB_WRITE: { value: 'job:write', description: 'Start and cancel backups and restores (`job:write`).' },
    RECOVERY_POINT_READ: { value: 'recoveryPoint:read', description: 'Read recovery points (`recoveryPoint:read`).' },
    RECOVERY_POINT_DELETE: {
      value: 'recoveryPoint:delete',
      description:
        'Delete backup data: recovery points, alone or with their gateway or vault (`recoveryPoint:delete`).',
    },
    EVENT_READ: { value: 'event:read', description: 'Read and follow events (`event:read`).' },
    ACCESS_KEY_READ: {
      value: 'accessKey:read',
      description: 'Read access keys, without their secrets (`accessKey:read`).',
    },
    ACCESS_KEY_WRITE: { value: 'accessKey:write', description: 'Create and revoke access keys (`accessKey:write`).' },
    RESOURCE_GROUP_READ: { value: 'resourceGroup:read', description: 'Read resource groups (`resourceGroup:read`).' },
    RESOURCE_GROUP_WRITE: {
      value: 'resourceGroup:write',
      description: 'Create resource groups (`resourceGroup:write`).',
    },
    WEBHOOK_READ: { value: 'webhook:read', description: 'Read webhooks and their deliveries (`webhook:read`).' },
    WEBHOOK_WRITE: {
      value: 'webhook:write',
      description: 'Create, change, test and delete webhooks, deliver again (`webhook:write`).',
    },
    AUDIT_READ: { value: 'audit:read', description: 'Read who changed what (`audit:read`).' },
    METRICS_READ: { value: 'metrics:read', description: 'Read `/metrics` (`metrics:read`).' },
  } as const,
});
