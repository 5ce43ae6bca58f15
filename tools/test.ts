import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { setUpPeers } from './setup/install-peers.ts';

/** `npm test`: brings what is missing, then runs every test. Arguments go to vitest. */
const root = fileURLToPath(new URL('..', import.meta.url));
if (!setUpPeers({ strict: Boolean(process.env.CI) })) process.exit(1);

const vitest = fileURLToPath(new URL('./vitest.mjs', import.meta.resolve('vitest/package.json')));
const reporters = ['--reporter=default', '--reporter=json', '--outputFile.json=.cache/test-results.json'];
const { status } = spawnSync(process.execPath, [vitest, 'run', ...reporters, ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
