import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { createStepHook } from './steps.ts';

it('does nothing unless told to, and knows its steps', async () => {
  await createStepHook({})('committed');
  expect(() => createStepHook({ HOLDFAST_KILL_AT: 'nowhere' })).toThrow(/names no step/);
  expect(() => createStepHook({ HOLDFAST_KILL_AT: 'committed:0' })).toThrow(/names no step/);
});

it('kills the process when the step comes for the n-th time', () => {
  const { signal, stdout } = spawnSync(
    process.execPath,
    [
      '--input-type=module-typescript',
      '--eval',
      `import { createStepHook } from './agent/steps.ts';
       const step = createStepHook({ HOLDFAST_KILL_AT: 'pack-sealed:2' });
       for (const name of ['pack-sealed', 'committed', 'pack-sealed', 'committed']) { await step(name); console.log(name); }`,
    ],
    { encoding: 'utf8' },
  );
  expect(signal).toBe('SIGKILL');
  expect(stdout.trim().split('\n')).toEqual(['pack-sealed', 'committed']);
});
