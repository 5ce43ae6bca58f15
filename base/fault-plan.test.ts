import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { FaultPlan } from './fault-plan.ts';
import { errorOnce, errorTimes, plannedFaults } from './faults.ts';

describe('a fault plan', () => {
  it('uses faults up in their order and remembers what happened', () => {
    const plan = new FaultPlan([errorOnce('put', 'THROTTLED'), errorTimes('*', 2, 'UNREACHABLE')]);
    const codes = ['put', 'get', 'put', 'put'].map((operation) => {
      const effect = plan.take(operation, 'a');
      return effect?.kind === 'error' ? effect.code : undefined;
    });
    expect(codes).toEqual(['THROTTLED', 'UNREACHABLE', 'UNREACHABLE', undefined]);
    expect(plan.list()).toEqual([]);
    expect(plan.happened().map(({ operation }) => operation)).toEqual(['put', 'get', 'put']);
  });

  it('spares the first ones, and other subjects', () => {
    const plan = new FaultPlan([{ operation: 'get', subject: 'packs/*', after: 1, effect: { kind: 'stall' } }]);
    const hit = ['index/1', 'packs/1', 'packs/2'].map((key) => plan.take('get', key)?.kind);
    expect(hit).toEqual([undefined, undefined, 'stall']);
  });

  it('leaves a fault for a place that can have it', () => {
    const plan = new FaultPlan([{ operation: '*', times: 1, effect: { kind: 'truncate' } }]);
    expect(plan.take('put', '', (effect) => effect.kind !== 'truncate')).toBeUndefined();
    expect(plan.take('get')).toEqual({ kind: 'truncate' });
  });

  it('hits the asked share of operations, the same ones each time', () => {
    const hits = () => {
      const plan = new FaultPlan([{ operation: '*', share: 0.1, effect: { kind: 'close' } }], 7);
      return Array.from({ length: 2_000 }, () => plan.take('x') !== undefined);
    };
    const first = hits();
    expect(hits()).toEqual(first);
    expect(first.filter(Boolean).length).toBeGreaterThan(150);
    expect(first.filter(Boolean).length).toBeLessThan(250);
  });

  it('is one plan for all threads that share it', async () => {
    const plan = new FaultPlan([{ ...errorTimes('spool.write', 3, 'EIO'), after: 2 }]);
    const worker = new Worker(
      `const { parentPort, workerData } = require('node:worker_threads');
       import(workerData.module).then(({ FaultPlan }) => {
         const plan = FaultPlan.join(workerData.shared);
         parentPort.postMessage([1, 2, 3, 4].map(() => plan.take('spool.write')?.code));
       });`,
      {
        eval: true,
        execArgv: [],
        workerData: { shared: plan.share(), module: new URL('./fault-plan.ts', import.meta.url).href },
      },
    );
    expect(await once(worker, 'message')).toEqual([[undefined, undefined, 'EIO', 'EIO']]);
    expect(plan.list()).toEqual([errorOnce('spool.write', 'EIO')]);
    expect(plan.take('spool.write')).toMatchObject({ code: 'EIO' });
    expect(plan.take('spool.write')).toBeUndefined();
  });

  it('is read from JSON, strictly', () => {
    expect(plannedFaults.safeParse([{ operation: 'put', effect: { kind: 'kill' } }]).success).toBe(true);
    expect(plannedFaults.safeParse([{ operation: 'put', effect: { kind: 'explode' } }]).success).toBe(false);
    expect(plannedFaults.safeParse([{ operation: 'put', share: 0, effect: { kind: 'kill' } }]).success).toBe(false);
    expect(plannedFaults.safeParse([{ operation: 'put', entity: 'x', effect: { kind: 'kill' } }]).success).toBe(false);
  });
});
