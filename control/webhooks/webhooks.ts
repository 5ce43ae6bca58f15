import { type RawBuilder, type Selectable, type SqlBool, sql } from 'kysely';
import { equalsAny, inOrder, isOneOf } from '../by-ids.ts';
import type { ControlContext } from '../context.ts';
import type { DeliveryStatus, WebhookDeliveryTable, WebhookTable } from '../database/webhook-tables.ts';
import { NotFoundError } from '../errors.ts';
import { type Page, type PageInput, paginate } from '../paging.ts';
import { requireScope, type Viewer } from '../viewer.ts';

type Reader = Pick<ControlContext, 'db'>;
/** Without its secret. */
export type WebhookRow = Omit<Selectable<WebhookTable>, 'secret_sealed' | 'stream' | 'position' | 'failing_since'>;
export type WebhookDeliveryRow = Omit<Selectable<WebhookDeliveryTable>, 'lease_until'>;

export const webhookColumns = [
  'webhook.id',
  'webhook.name',
  'webhook.url',
  'webhook.event_types',
  'webhook.all_resource_groups',
  'webhook.resource_group_ids',
  'webhook.enabled',
  'webhook.disabled_reason',
  'webhook.last_success_at',
  'webhook.created_at',
  'webhook.created_by',
  'webhook.version',
] as const;

export const deliveryColumns = [
  'webhook_delivery.id',
  'webhook_delivery.webhook_id',
  'webhook_delivery.kind',
  'webhook_delivery.event_type',
  'webhook_delivery.event_cursor',
  'webhook_delivery.body',
  'webhook_delivery.status',
  'webhook_delivery.tries',
  'webhook_delivery.next_try_at',
  'webhook_delivery.created_at',
  'webhook_delivery.ended_at',
  'webhook_delivery.last_try',
] as const;

/** Webhooks that are sent nothing the viewer itself could not see. */
export function visibleWebhooks(viewer: Pick<Viewer, 'resourceGroups'>): RawBuilder<SqlBool> {
  if (viewer.resourceGroups === 'ALL') return sql<SqlBool>`true`;
  return sql<SqlBool>`(not webhook.all_resource_groups and webhook.resource_group_ids <@ ${viewer.resourceGroups}::uuid[])`;
}

export async function webhooksByIds(
  control: Reader,
  viewer: Viewer,
  ids: readonly string[],
): Promise<readonly (WebhookRow | undefined)[]> {
  requireScope(viewer, 'webhook:read');
  const rows = await control.db
    .selectFrom('webhook')
    .select(webhookColumns)
    .where(isOneOf('webhook.id', ids))
    .where(visibleWebhooks(viewer))
    .execute();
  return inOrder(ids, rows);
}

/** For a mutation: the row, whose lock is taken with `forUpdate`. Throws NotFoundError. */
export async function requireWebhook(db: Reader['db'], viewer: Viewer, webhookId: string, lock = false) {
  const webhook = await db
    .selectFrom('webhook')
    .select(webhookColumns)
    .where(isOneOf('webhook.id', [webhookId]))
    .where(visibleWebhooks(viewer))
    .$if(lock, (query) => query.forUpdate())
    .executeTakeFirst();
  if (!webhook) throw new NotFoundError('webhook');
  return webhook;
}

export interface WebhookFilter {
  readonly enabled?: boolean | null;
}
export type WebhookOrder = 'CREATED_AT_DESC' | 'CREATED_AT_ASC' | 'NAME_ASC';

export async function listWebhooks(
  control: Reader,
  viewer: Viewer,
  page: PageInput<WebhookFilter, WebhookOrder>,
): Promise<Page<WebhookRow>> {
  requireScope(viewer, 'webhook:read');
  let query = control.db.selectFrom('webhook').select(webhookColumns).where(visibleWebhooks(viewer));
  const enabled = page.filter?.enabled;
  if (typeof enabled === 'boolean') query = query.where('webhook.enabled', '=', enabled);
  return paginate(control.db, query, {
    page,
    id: 'webhook.id',
    defaultOrder: 'CREATED_AT_DESC',
    orderings: {
      CREATED_AT_DESC: { column: 'webhook.created_at', type: 'timestamptz', direction: 'desc' },
      CREATED_AT_ASC: { column: 'webhook.created_at', type: 'timestamptz', direction: 'asc' },
      NAME_ASC: { column: 'webhook.name', type: 'text', direction: 'asc' },
    },
  });
}

export async function deliveriesByIds(
  control: Reader,
  viewer: Viewer,
  ids: readonly string[],
): Promise<readonly (WebhookDeliveryRow | undefined)[]> {
  requireScope(viewer, 'webhook:read');
  const rows = await control.db
    .selectFrom('webhook_delivery')
    .innerJoin('webhook', 'webhook.id', 'webhook_delivery.webhook_id')
    .select(deliveryColumns)
    .where(isOneOf('webhook_delivery.id', ids))
    .where(visibleWebhooks(viewer))
    .execute();
  return inOrder(ids, rows);
}

export interface DeliveryFilter {
  readonly webhookId?: string | null;
  readonly statuses?: readonly DeliveryStatus[] | null;
  readonly createdAfter?: Date | null;
  readonly createdBefore?: Date | null;
}
export type DeliveryOrder = 'CREATED_AT_DESC' | 'CREATED_AT_ASC';

export async function listDeliveries(
  control: Reader,
  viewer: Viewer,
  page: PageInput<DeliveryFilter, DeliveryOrder>,
): Promise<Page<WebhookDeliveryRow>> {
  requireScope(viewer, 'webhook:read');
  const { webhookId, statuses, createdAfter, createdBefore } = page.filter ?? {};
  let query = control.db
    .selectFrom('webhook_delivery')
    .innerJoin('webhook', 'webhook.id', 'webhook_delivery.webhook_id')
    .select(deliveryColumns)
    .where(visibleWebhooks(viewer));
  if (webhookId) query = query.where(isOneOf('webhook_delivery.webhook_id', [webhookId]));
  if (statuses) query = query.where(equalsAny('webhook_delivery.status', statuses));
  if (createdAfter) query = query.where('webhook_delivery.created_at', '>=', createdAfter);
  if (createdBefore) query = query.where('webhook_delivery.created_at', '<', createdBefore);
  return paginate(control.db, query, {
    page,
    id: 'webhook_delivery.id',
    defaultOrder: 'CREATED_AT_DESC',
    orderings: {
      CREATED_AT_DESC: { column: 'webhook_delivery.created_at', type: 'timestamptz', direction: 'desc' },
      CREATED_AT_ASC: { column: 'webhook_delivery.created_at', type: 'timestamptz', direction: 'asc' },
    },
  });
}
