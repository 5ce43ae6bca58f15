import { withDeadline } from '../../base/abort.ts';
import { HoldfastError, isDriverError } from '../../base/errors.ts';
import type { ObjectStore, VaultLocation } from '../../drivers/storage/contract.ts';
import type { ControlContext } from '../context.ts';
import { DatabaseUnavailableError } from '../database/unavailable.ts';
import { hasRemovablePoints, pointsPerBatch, removeDeletedPoints } from '../recovery-points/sweep-deleted-points.ts';
import { emptyVault, isReadyToEmpty, noteProgress } from '../vaults/sweep-deleted-vaults.ts';
import { currentLocation, openVaultStore } from '../vaults/vault-storage.ts';
import { requireVaultThere } from './require-vault-there.ts';

/** What one run removed from the storage. */
export interface DeletionReport {
  readonly recoveryPoints: number;
  readonly vaults: number;
}

/** A vault's turn, so that a storage that is slow or away does not hold up the others for longer. */
const turnMs = 60_000;
const batchesPerTurn = 10;
const firstPauseMs = 1_000;
const longestPauseMs = 5 * 60_000;

interface Doomed {
  readonly id: string;
  readonly status: string;
  readonly location: VaultLocation;
  readonly isEmptied: boolean;
  /** Was told to hold it up. */
  readonly hasProblem: boolean;
}

/**
 * Removes from the storage what the database has condemned: recovery points, and whole vaults. Every api process runs one, beside the sweeper for what is in the database alone, so that a
 * storage that does not answer holds up nothing else. Everything it does may be done twice. A vault whose storage failed is left alone for ever longer, up to five minutes.
 */
export function deletionSweeper(control: ControlContext): { runOnce(signal: AbortSignal): Promise<DeletionReport> } {
  const pauses = new Map<string, { readonly ms: number; readonly until: number }>();
  return {
    async runOnce(signal) {
      const report = { recoveryPoints: 0, vaults: 0 };
      for (const vault of await doomedVaults(control)) {
        signal.throwIfAborted();
        const pause = pauses.get(vault.id);
        if (pause && pause.until > control.clock.now()) continue;
        try {
          const done = await withDeadline(
            { clock: control.clock, ms: turnMs, what: 'Deleting in a vault', parent: signal },
            (inner) => takeTurn(control, vault, inner),
          );
          report.recoveryPoints += done.recoveryPoints;
          report.vaults += done.vaults;
          pauses.delete(vault.id);
          if (vault.hasProblem) await noteProgress(control, vault.id, {});
        } catch (error) {
          signal.throwIfAborted();
          if (error instanceof DatabaseUnavailableError) throw error;
          const ms = Math.min((pause?.ms ?? firstPauseMs / 2) * 2, longestPauseMs);
          pauses.set(vault.id, { ms, until: control.clock.now() + ms });
          await tellProblem(control, vault, error);
        }
      }
      return report;
    },
  };
}

/** Runs it again and again until disposed. */
export function startDeletionSweeper(
  control: ControlContext,
  options: { readonly intervalMs: number },
): AsyncDisposable {
  const stop = new AbortController();
  const { runOnce } = deletionSweeper(control);
  const loop = async () => {
    while (!stop.signal.aborted) {
      await runOnce(stop.signal).catch((error: unknown) => {
        if (!stop.signal.aborted) control.logger.error({ err: error }, 'A deletion in the storage failed.');
      });
      await control.clock.sleep(options.intervalMs, stop.signal).catch(() => undefined);
    }
  };
  const running = loop();
  return {
    async [Symbol.asyncDispose]() {
      stop.abort(new Error('the control plane is stopping'));
      await running;
    },
  };
}

async function doomedVaults(control: ControlContext): Promise<readonly Doomed[]> {
  const rows = await control.db
    .selectFrom('vault')
    .select(['id', 'status', 'location', 'deletion'])
    .where('deleted_at', 'is', null)
    .where((eb) =>
      eb.or([
        eb('status', '=', 'DELETING'),
        eb.exists(
          eb
            .selectFrom('recovery_point')
            .select('recovery_point.id')
            .whereRef('recovery_point.vault_id', '=', 'vault.id')
            .where('recovery_point.status', '=', 'DELETING')
            .where('recovery_point.deleted_at', 'is', null),
        ),
      ]),
    )
    .orderBy('id')
    .execute();
  return rows.map(({ id, status, location, deletion }) => ({
    id,
    status,
    location,
    isEmptied: deletion?.isEmptied ?? false,
    hasProblem: Boolean(deletion?.problem),
  }));
}

async function takeTurn(control: ControlContext, vault: Doomed, signal: AbortSignal): Promise<DeletionReport> {
  // What waits for a job, for hours perhaps, asks the storage for nothing meanwhile.
  const hasWork = (await hasRemovablePoints(control, vault.id)) || (await isReadyToEmpty(control, vault.id));
  if (!hasWork) return { recoveryPoints: 0, vaults: 0 };
  await using store = await openDoomed(control, vault, signal);
  let recoveryPoints = 0;
  for (let batch = 0; batch < batchesPerTurn; batch += 1) {
    const removed = await removeDeletedPoints(control, vault.id, store, signal);
    recoveryPoints += removed;
    if (removed < pointsPerBatch) break;
  }
  const isReady = vault.status === 'DELETING' && (await isReadyToEmpty(control, vault.id));
  const isGone = isReady && (await emptyVault(control, vault, store, signal));
  return { recoveryPoints, vaults: isGone ? 1 : 0 };
}

async function openDoomed(control: ControlContext, vault: Doomed, signal: AbortSignal): Promise<ObjectStore> {
  if (vault.location.driver !== control.storage.driver.name) throw otherStorage(vault.location.driver);
  const store = openVaultStore(control, currentLocation(control, vault.location), 'maintain');
  try {
    if (!vault.isEmptied) await requireVaultThere(store, signal);
    return store;
  } catch (error) {
    await store[Symbol.asyncDispose]();
    throw error;
  }
}

async function tellProblem(control: ControlContext, vault: Doomed, error: unknown): Promise<void> {
  const isKnown = error instanceof HoldfastError || isDriverError(error);
  const problem = isKnown ? { code: error.code, message: error.message, remedy: error.remedy } : unexpected;
  control.logger.warn(
    { vaultId: vault.id, ...(isKnown ? problem : { err: error }) },
    'Deleting in a vault has to wait; it is tried again.',
  );
  if (vault.status === 'DELETING') await noteProgress(control, vault.id, { problem });
}

const unexpected = {
  code: 'INTERNAL',
  message: 'Something unexpected happened while objects were deleted.',
  remedy: 'The log of the control plane says more; it is tried again.',
};

const otherStorage = (driver: string) =>
  new HoldfastError({
    code: 'STORAGE_TARGET_CHANGED',
    message: `The vault is in storage of the driver ${driver}, and the control plane is configured for another one.`,
    remedy: 'Configure the storage target again that the vault was made in.',
    retryable: true,
  });
