import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { systemClock } from '../base/clock.ts';
import { FaultPlan } from '../base/fault-plan.ts';
import { createStepHook } from './steps.ts';

it('does nothing unless told to, and knows its steps', async () => {
  await createStepHook(new FaultPlan(), systemClock)('committed');
  const plan = new FaultPlan([{ operation: 'step.nowhere', effect: { kind: 'kill' } }]);
  expect(() => createStepHook(plan, systemClock)).toThrow(/names no step: step.nowhere/);
});

it('waits where a delay is planned', async () => {
  const plan = new FaultPlan([{ operation: 'step.committed', times: 1, effect: { kind: 'delay', ms: 20 } }]);
  const step = createStepHook(plan, systemClock);
  const begun = systemClock.monotonic();
  await step('committed');
  expect(systemClock.monotonic() - begun).toBeGreaterThan(15);
  expect(plan.list()).toEqual([]);
});

it('kills the process when the step comes for the n-th time', () => {
  const { signal, stdout } = spawnSync(
    process.execPath,
    [
      '--input-type=module-typescript',
      '--eval',
      `import { createStepHook, killAt } from './agent/steps.ts';
       import { FaultPlan } from './base/fault-plan.ts';
       import { systemClock } from './base/clock.ts';
       const step = createStepHook(new FaultPlan([killAt('pack-sealed', 2)]), systemClock);
       for (const name of ['pack-sealed', 'committed', 'pack-sealed', 'committed']) { await step(name); console.log(name); }`,
    ],
    { encoding: 'utf8' },
  );
  expect(signal).toBe('SIGKILL');
  expect(stdout.trim().split('\n')).toEqual(['pack-sealed', 'committed']);
});
