import { defineConfig } from 'vitest/config';
import { SlowestFirst } from './tools/slowest-first.ts';

export default defineConfig({
  // Node gives everybody graphql's CommonJS build; Vite would give our own sources the other one, and instanceof would fail.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['**/*.test.ts'],
    exclude: ['node_modules/**', 'dist/**', '.cache/**', 'tests/fixtures/**'],
    globalSetup: ['tests/support/global-setup.ts'],
    pool: 'forks',
    // One more than the two cores of a small machine: many suites wait for processes, leases and back-offs.
    maxWorkers: 3,
    sequence: { sequencer: SlowestFirst },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Vitest's own second is too short for what waits for a socket or a process on a busy machine.
    expect: { poll: { timeout: 10_000 } },
  },
});
