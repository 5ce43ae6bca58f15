import { describe, expect } from 'vitest';
import { systemClock } from '../../../base/clock.ts';
import { FaultPlan } from '../../../base/fault-plan.ts';
import type { FaultEffect } from '../../../base/faults.ts';
import { systemIds } from '../../../base/ids.ts';
import { silentLogger } from '../../../base/logger.ts';
import { retryingStorage } from '../../retrying-storage.ts';
import { storageConformance } from '../conformance.ts';
import { createOssStorageDriver } from './driver.ts';
import { sandboxFixture } from './testing/sandbox-target.ts';

/** The suite's files go up in parts. */
const partSize = 1 << 20;
const driver = createOssStorageDriver({ limits: { partSize } });
const impatientDriver = createOssStorageDriver({ limits: { partSize, idleMs: 700, drainBytesPerSecond: 64 << 20 } });

const troubles: readonly FaultEffect[] = [
  { kind: 'error', code: '503 ServiceUnavailable' },
  { kind: 'error', code: '500 InternalError' },
  { kind: 'close' },
  { kind: 'close', afterwards: true },
  { kind: 'truncate' },
];

/** Each costs a whole idle time, which is long enough for a busy machine to be no stall: there are only these. */
const stalls = [{ kind: 'stall' }, { kind: 'stall', afterBytes: 100 }, { kind: 'stall' }] as const;

/** Something happens to one request in ten. */
const troubled = (seed: number) =>
  new FaultPlan(
    [
      ...stalls.map((effect, index) => ({ operation: '*', after: 25 + 30 * index, times: 1, effect })),
      ...troubles.map((effect) => ({ operation: '*', share: 0.1 / troubles.length, effect })),
    ],
    seed,
  );

for (const scheme of ['http', 'https'] as const) {
  storageConformance(`oss over ${scheme}`, () => sandboxFixture(driver, scheme));

  describe('over a network that loses, cuts and delays', () => {
    const tools = { clock: systemClock, ids: systemIds, logger: silentLogger };
    // Provisioning is tried again as a whole: every second time one of its seven requests is in trouble.
    const retrying = retryingStorage(impatientDriver, { ...tools, tries: 15, firstDelayMs: 1, maxDelayMs: 20 });
    storageConformance(`oss over ${scheme}, troubled`, async () => {
      const fixture = await sandboxFixture(retrying, scheme, { faults: troubled(7) });
      return {
        ...fixture,
        async close() {
          const happened = new Set(fixture.server.faults.happened().map(({ effect }) => effect.kind));
          expect([...happened].sort()).toEqual(['close', 'error', 'stall', 'truncate']);
          await fixture.close();
        },
      };
    });
  });
}
