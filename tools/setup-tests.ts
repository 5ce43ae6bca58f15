import { setUpPeers } from './setup/install-peers.ts';

/** Brings what the tests need from outside npm; ends with 1 in CI when something is missing. */
process.exitCode = setUpPeers({ strict: Boolean(process.env.CI) }) ? 0 : 1;
