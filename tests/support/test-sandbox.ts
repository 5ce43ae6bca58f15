import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PlatformConnection } from '../../drivers/platform/contract.ts';
import { type RunningSandbox, type SandboxOptions, startSandbox } from '../../sandbox/start.ts';

export interface TestSandbox {
  readonly sandbox: RunningSandbox;
  readonly connection: PlatformConnection & { readonly trustedFingerprint: string };
  /** What the guest or the operator does, by the sandbox's control port. */
  readonly control: (path: string, body?: object) => Promise<unknown>;
  readonly close: () => Promise<void>;
}

/** A sandbox whose vCenter works at once instead of taking its time. Closing removes its directory. */
export async function startTestSandbox(options: Partial<SandboxOptions> = {}): Promise<TestSandbox> {
  const directory = await mkdtemp(join(tmpdir(), 'vsphere-test-'));
  const sandbox = await startSandbox({ directory, taskDelayMs: 5, ...options });
  return {
    sandbox,
    connection: {
      address: sandbox.vcenterAddress,
      username: sandbox.username,
      password: sandbox.password,
      trustedFingerprint: sandbox.fingerprint,
    },
    async control(path, body) {
      const response = await fetch(`${sandbox.controlUrl}/control/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body ?? {}),
      });
      const answer: unknown = await response.json();
      if (!response.ok) throw new Error(`The sandbox refused: ${JSON.stringify(answer)}`);
      return answer;
    },
    async close() {
      await sandbox.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
