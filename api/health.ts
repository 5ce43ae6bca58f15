import { Hono } from 'hono';
import { sql } from 'kysely';
import { withDeadline } from '../base/abort.ts';
import type { ControlContext } from '../control/context.ts';

const databaseDeadlineMs = 2_000;

/** GET /healthz: the process runs. GET /readyz: it can serve, and is not about to stop. */
export function createHealthRoutes(control: ControlContext, stopping: AbortSignal): Hono {
  const routes = new Hono();
  routes.get('/healthz', (context) => context.json({ status: 'ok' }));
  routes.get('/readyz', async (context) => {
    if (stopping.aborted) return context.json({ status: 'stopping' }, 503);
    try {
      await withDeadline({ clock: control.clock, ms: databaseDeadlineMs, what: 'The database' }, () =>
        sql`select 1`.execute(control.db),
      );
      return context.json({ status: 'ready' });
    } catch (error) {
      control.logger.warn({ err: error }, 'not ready: the database does not answer');
      return context.json({ status: 'unavailable' }, 503);
    }
  });
  return routes;
}
