import { z } from 'zod';
import { HoldfastError } from '../../base/errors.ts';
import type { StorageCredentials } from '../../drivers/storage/contract.ts';
import { sealContext, unseal } from '../../protocol/sealed.ts';
import { storageCredentialsResponse, vaultSessionResponse, type Work } from '../../protocol/work.ts';
import { KEYRING_KEY } from '../../repository/keys/keyring.ts';
import { parseVaultKeys } from '../../repository/keys/vault-keys.ts';
import { openVault, type Vault } from '../../repository/vault.ts';
import { pacedStorage } from '../flow/paced-storage.ts';
import type { JobContext } from './job-context.ts';
import type { JobSession } from './job-session.ts';
import { withinPatience } from './within-patience.ts';
import { workersFor } from './workers.ts';

const credentialsShape = z.object({
  access: z.enum(['read', 'write', 'maintain']),
  expiresAt: z.string().nullable(),
  values: z.record(z.string(), z.string()),
});

export interface JobVault extends AsyncDisposable {
  readonly vault: Vault;
}

/**
 * Opens the job's vault: first the session at the control plane, which pins what the job builds on and is told what it runs with, then the store with credentials that
 * are fetched again when they run out, then the index.
 */
export async function openJobVault(
  job: JobContext,
  work: Work,
  site: Pick<JobSession, 'transport'>,
  pins: readonly string[],
): Promise<JobVault> {
  const { gateway, lease } = job;
  const { tools, control, record } = gateway;
  const attempt = `/attempts/${work.attemptId}`;
  const { fence } = work;
  const runsWith = { transport: site.transport.name, workers: workersFor(work.settings) };
  await control.call(`${attempt}/vault-session`, { fence, pins, runsWith }, vaultSessionResponse, {
    signal: lease.signal,
    persistence: 'persistent',
  });
  const credentials = withinPatience(tools.clock, async (signal): Promise<StorageCredentials> => {
    const answer = await control.call(`${attempt}/storage-credentials`, { fence }, storageCredentialsResponse, {
      signal,
      persistence: 'persistent',
    });
    const plain = unseal(gateway.sealingKey, answer.sealed, sealContext.storageCredentials(work.attemptId));
    return credentialsShape.parse(JSON.parse(plain.toString('utf8')));
  });
  const { driver, ...location } = work.vault.location;
  const pace = gateway.flow.pace(work.kind === 'RESTORE' ? 'RESTORE' : 'BACKUP');
  const store = pacedStorage(tools.drivers.storage(driver), pace).open({
    location: { driver, ...location },
    credentials,
    endpoint: {
      scheme: tools.drivers.transfer(work.settings.useHttps ? 'https' : 'http').scheme,
      network: work.settings.dataNetwork ?? record.controlNetwork,
    },
  });
  try {
    if (!(await store.head(KEYRING_KEY, lease.signal))) throw vaultMissing();
    const keys = unseal(gateway.sealingKey, work.vault.sealedKeys, sealContext.vaultKeys(work.vault.vaultId));
    const vault = await openVault({
      store,
      keys: parseVaultKeys(keys),
      cacheDirectory: gateway.state.cacheDirectory,
      clock: tools.clock,
      ids: tools.ids,
      logger: job.logger,
      signal: lease.signal,
    });
    return {
      vault,
      async [Symbol.asyncDispose]() {
        await vault[Symbol.asyncDispose]();
        await store[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await store[Symbol.asyncDispose]();
    throw error;
  }
}

/** A share that is not mounted looks like an empty vault: a backup would go to the wrong disk, and nobody would notice. */
const vaultMissing = () =>
  new HoldfastError({
    code: 'VAULT_MISSING',
    message: 'The vault is not where it should be: its keyring is not there.',
    remedy: 'Check that the storage it is in is mounted or reachable, and that nobody moved it.',
    retryable: true,
  });
