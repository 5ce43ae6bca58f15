import { defineConfig, mergeConfig } from 'vitest/config';
import usual from './vitest.config.ts';

/** `npm run test:soak`: what takes minutes. One file after the other, figures on the screen. */
const soak = mergeConfig(
  usual,
  defineConfig({ test: { testTimeout: 45 * 60_000, hookTimeout: 5 * 60_000, fileParallelism: false } }),
);
soak.test.include = ['tests/soak/**/*.soak.ts'];
export default soak;
