import { sql } from 'kysely';
import type { ControlContext } from '../context.ts';
import type { GatewayStatus, JobKind, JobStatus, WaitReason } from '../database/tables.ts';
import { openStatuses } from '../jobs/job-status.ts';
import { requireScope, type Viewer, visible } from '../viewer.ts';
import { visibleWebhooks } from '../webhooks/webhooks.ts';

/** What a monitoring system wants to know, within the resource groups of who asks. */
export interface Metrics {
  /** Jobs that have not ended. */
  readonly openJobs: readonly {
    readonly kind: JobKind;
    readonly status: JobStatus;
    readonly waitReason: WaitReason | null;
    readonly count: number;
  }[];
  /** Jobs that have ended since the beginning, and the bytes of those that succeeded. */
  readonly endedJobs: readonly {
    readonly kind: JobKind;
    readonly status: JobStatus;
    readonly count: number;
    readonly bytesRead: number;
    readonly bytesStored: number;
  }[];
  /** For how long the oldest queued job has been waiting, in seconds; 0 when none is. */
  readonly queueAgeSeconds: number;
  readonly gateways: readonly { readonly status: GatewayStatus; readonly count: number }[];
  readonly vcenters: readonly { readonly status: string; readonly count: number }[];
  readonly recoveryPoints: number;
  readonly webhookDeliveriesPending: number;
  /** Position of the newest event in the log. */
  readonly eventHead: number;
}

/** Throws ForbiddenError without the scope metrics:read. A fixed number of statements. */
export async function readMetrics(control: Pick<ControlContext, 'db' | 'clock'>, viewer: Viewer): Promise<Metrics> {
  requireScope(viewer, 'metrics:read');
  const { db } = control;
  const count = sql<number>`count(*)::integer`.as('count');
  const openJobs = await db
    .selectFrom('job')
    .select(['kind', 'status', 'wait_reason as waitReason', count])
    .where('status', 'in', openStatuses)
    .where(visible(viewer, 'job.resource_group_id'))
    .groupBy(['kind', 'status', 'wait_reason'])
    .execute();
  const endedJobs = await db
    .selectFrom('job')
    .select(['kind', 'status', count])
    .select(sql<number>`coalesce(sum((statistics ->> 'bytesRead')::bigint), 0)::bigint`.as('bytesRead'))
    .select(sql<number>`coalesce(sum((statistics ->> 'bytesStored')::bigint), 0)::bigint`.as('bytesStored'))
    .where('status', 'not in', openStatuses)
    .where(visible(viewer, 'job.resource_group_id'))
    .groupBy(['kind', 'status'])
    .execute();
  const oldest = await db
    .selectFrom('job')
    .select((eb) => eb.fn.min('created_at').as('createdAt'))
    .where('status', '=', 'QUEUED')
    .where(visible(viewer, 'job.resource_group_id'))
    .executeTakeFirst();
  const gateways = await db
    .selectFrom('gateway')
    .select(['status', count])
    .where('deleted_at', 'is', null)
    .where(visible(viewer, 'gateway.resource_group_id'))
    .groupBy('status')
    .execute();
  const vcenters = await db
    .selectFrom('vcenter')
    .select(['status', count])
    .where('removed_at', 'is', null)
    .where(visible(viewer, 'vcenter.resource_group_id'))
    .groupBy('status')
    .execute();
  const points = await db
    .selectFrom('recovery_point')
    .select(count)
    .where('status', '=', 'AVAILABLE')
    .where(visible(viewer, 'recovery_point.resource_group_id'))
    .executeTakeFirst();
  const pending = await db
    .selectFrom('webhook_delivery')
    .innerJoin('webhook', 'webhook.id', 'webhook_delivery.webhook_id')
    .select(count)
    .where('webhook_delivery.status', '=', 'PENDING')
    .where(visibleWebhooks(viewer))
    .executeTakeFirst();
  const head = await db.selectFrom('event_head').select('position').executeTakeFirst();
  const since = oldest?.createdAt ? new Date(oldest.createdAt).getTime() : undefined;
  return {
    openJobs,
    endedJobs,
    queueAgeSeconds: since === undefined ? 0 : Math.max(0, (control.clock.now() - since) / 1_000),
    gateways,
    vcenters,
    recoveryPoints: points?.count ?? 0,
    webhookDeliveriesPending: pending?.count ?? 0,
    eventHead: head?.position ?? 0,
  };
}
