import { describe, expect, it } from 'vitest';
import type { RunningApi } from '../api/start.ts';
import { silentLogger } from '../base/logger.ts';
import { openPostgresql } from '../control/database/postgresql.ts';
import { weatherResumeStorm } from './soak/resume-storm.ts';
import { Balancer } from './support/balancer.ts';
import { createTestControl } from './support/control.ts';
import { serverDatabases } from './support/databases.ts';
import { newKey, openApi } from './support/public-api.ts';

/** The small one; `npm run test:soak` runs it for long and with real processes (tests/soak/README.md). */
describe.each(serverDatabases())('consoles on two control planes over one $name', ({ open }) => {
  it('miss, repeat and mix up nothing, however their lines are cut', async () => {
    await using stack = new AsyncDisposableStack();
    const database = stack.use(await open());
    const other = stack.use(openPostgresql({ url: database.url ?? '', logger: silentLogger }));
    const control = stack.use(await createTestControl({ database }));
    const second = stack.use(await createTestControl({ database: other }));
    const balancer = stack.use(await Balancer.start());
    const running: RunningApi[] = [await openApi(control, 0), await openApi(second, 0)];
    stack.defer(async () => {
      for (const api of running) await api.close();
    });
    const use = () => balancer.use(running.map(({ url }) => url));
    use();
    let replaced = 0;
    const figures = await weatherResumeStorm({
      databaseUrl: database.url ?? '',
      url: balancer.url,
      accessKey: await newKey(control),
      webSockets: 3,
      eventStreams: 2,
      cuts: 25,
      events: 200,
      seed: 1,
      async killProcess() {
        replaced += 1;
        if (replaced % 4 !== 0) return;
        await running.shift()?.close();
        running.push(await openApi(replaced % 8 === 0 ? second : control, 0));
        use();
      },
    });
    expect(figures).toContain('25 cuts');
  });
});
