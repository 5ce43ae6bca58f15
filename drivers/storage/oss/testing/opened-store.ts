import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock } from '../../../../base/clock.ts';
import { systemIds } from '../../../../base/ids.ts';
import { silentLogger } from '../../../../base/logger.ts';
import { retryingStorage } from '../../../retrying-storage.ts';
import type { StorageAccess, StorageCredentials } from '../../contract.ts';
import { createOssStorageDriver } from '../driver.ts';
import type { OssLimits } from '../limits.ts';
import { sandboxFixture } from './sandbox-target.ts';

type Options = NonNullable<Parameters<typeof sandboxFixture>[2]> & {
  readonly clock?: Clock;
  readonly limits?: Partial<OssLimits>;
  /** Behind the retrying decorator, as in every process. */
  readonly retrying?: boolean;
  readonly scheme?: 'http' | 'https';
  /** Stands in for what the driver issues. */
  readonly credentials?: (issued: StorageCredentials, count: number) => StorageCredentials;
};

/** A vault in an object server of its own, opened for writing. */
export async function openedStore({ clock, limits, retrying, scheme = 'http', credentials, ...server }: Options = {}) {
  const plain = createOssStorageDriver({
    ...(clock && { clock }),
    limits: { partSize: 256 << 10, idleMs: 1_000, drainBytesPerSecond: 64 << 20, ...limits },
  });
  const tools = { clock: systemClock, ids: systemIds, logger: silentLogger, firstDelayMs: 1, maxDelayMs: 10 };
  const driver = retrying ? retryingStorage(plain, tools) : plain;
  const fixture = await sandboxFixture(driver, scheme, server);
  const target = driver.parseTarget(fixture.settings);
  const directory = await mkdtemp(join(tmpdir(), 'oss-files-'));
  let asked = 0;
  const open = (access: StorageAccess = 'write') =>
    driver.open({
      location: fixture.location,
      endpoint: fixture.endpoint,
      credentials: async (signal) => {
        asked += 1;
        const issued = await driver.issueCredentials(target, fixture.location, access, signal);
        return credentials ? credentials(issued, asked) : issued;
      },
    });
  const store = open();
  return {
    ...fixture,
    driver,
    target,
    store,
    open,
    /** How often credentials were asked for. */
    asked: () => asked,
    /** Requests the server saw, by operation. */
    requests: (operation: string) =>
      fixture.server.log.recent().filter((each) => each.operation === `oss.${operation}`),
    async file(body: Uint8Array) {
      const path = join(directory, 'file');
      await writeFile(path, body);
      return path;
    },
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      await fixture.close();
      await rm(directory, { recursive: true });
    },
  };
}
