import './scalars.ts';
import './errors.ts';
import './viewer.ts';
import './access-key-operations.ts';
import './access-key-mutations.ts';
import './region.ts';
import './required-endpoint-operations.ts';
import './resource-group-operations.ts';
import './vault-operations.ts';
import './gateway-operations.ts';
import './gateway-settings-operations.ts';
import './vcenter-operations.ts';
import './virtual-machine-operations.ts';
import './recovery-point-operations.ts';
import './job-kinds.ts';
import './job-operations.ts';
import './job-log.ts';
import './backup-operations.ts';
import './protection.ts';
import './event-operations.ts';
import './audit-log-operations.ts';
import './subscriptions/job-progress.ts';
import './subscriptions/gateway-status.ts';
import './subscriptions/events.ts';
import { auditMutations } from './audit/audit-mutations.ts';
import { builder } from './builder.ts';

/** The public schema. */
export const schema = auditMutations(builder.toSchema({}));
