import { isOneOf } from '../by-ids.ts';
import type { ControlContext } from '../context.ts';
import { type JobRow, jobColumns } from '../rows.ts';
import { requireScope, type Viewer, visible } from '../viewer.ts';

/**
 * The job that was asked for last, for each gateway; undefined where there is none or the viewer may not see it. One look into the index for each
 * gateway, in one statement: without the lateral join every job of every gateway would be read.
 */
export async function lastJobsByGatewayIds(
  control: Pick<ControlContext, 'db'>,
  viewer: Viewer,
  gatewayIds: readonly string[],
): Promise<readonly (JobRow | undefined)[]> {
  requireScope(viewer, 'job:read');
  const rows = await control.db
    .selectFrom('gateway')
    .innerJoinLateral(
      (eb) =>
        eb
          .selectFrom('job')
          .select(jobColumns)
          .whereRef('job.gateway_id', '=', 'gateway.id')
          .where(visible(viewer, 'job.resource_group_id'))
          .orderBy('job.created_at', 'desc')
          .orderBy('job.id', 'desc')
          .limit(1)
          .as('job'),
      (join) => join.onTrue(),
    )
    .selectAll('job')
    .where(isOneOf('gateway.id', gatewayIds))
    .execute();
  const byGateway = new Map(rows.map((row) => [row.gateway_id, row]));
  return gatewayIds.map((id) => byGateway.get(id));
}
