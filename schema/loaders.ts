import DataLoader from 'dataloader';
import { accessKeysByIds } from '../control/access-keys/access-keys.ts';
import { auditEntriesByIds } from '../control/audit/list-audit-log.ts';
import type { ControlContext } from '../control/context.ts';
import {
  gatewayCertificatesByIds,
  gatewaysByIds,
  latestCertificatesByGatewayIds,
} from '../control/gateways/gateways.ts';
import { lastJobsByGatewayIds } from '../control/jobs/last-jobs.ts';
import { attemptsByJobIds, jobsByIds, progressByJobIds } from '../control/jobs/list-jobs.ts';
import { type JobLogPageInput, jobLogsByJobIds } from '../control/jobs/read-job-log.ts';
import type { Page } from '../control/paging.ts';
import { recoveryPointsByIds } from '../control/recovery-points/recovery-points.ts';
import { resourceGroupsByIds } from '../control/resource-groups/resource-groups.ts';
import type { JobLogRow } from '../control/rows.ts';
import { type Days, usageByDay, usageByVaultIds, usageByVirtualMachine } from '../control/vaults/usage.ts';
import { vaultContentsByIds } from '../control/vaults/vault-contents.ts';
import { vaultsByIds } from '../control/vaults/vaults.ts';
import { gatewayIdsByVcenterIds, vcentersByGatewayIds, vcentersByIds } from '../control/vcenters/vcenters.ts';
import type { Viewer } from '../control/viewer.ts';
import { protectionByVirtualMachineIds } from '../control/virtual-machines/protection.ts';
import { disksByVirtualMachineIds, virtualMachinesByIds } from '../control/virtual-machines/virtual-machines.ts';
import { deliveriesByIds, webhooksByIds } from '../control/webhooks/webhooks.ts';

type ReadMany<Value> = (
  control: ControlContext,
  viewer: Viewer,
  ids: readonly string[],
) => Promise<readonly (Value | undefined)[]>;

/** Reads of one execution, batched and remembered: whatever the number of rows, one statement per kind of object and level. */
export function createLoaders(control: ControlContext, viewer: Viewer) {
  const each = <Value>(read: ReadMany<Value>) =>
    new DataLoader<string, Value | null>(async (ids) =>
      (await read(control, viewer, ids)).map((value) => value ?? null),
    );
  const many = <Value>(read: ReadMany<readonly Value[]>) =>
    new DataLoader<string, readonly Value[]>(async (ids) =>
      (await read(control, viewer, ids)).map((values) => values ?? []),
    );
  const logLoaders = new Map<string, DataLoader<string, Page<JobLogRow>>>();
  /** Fields with the same arguments are read together. */
  const jobLogs = (key: string, page: JobLogPageInput) => {
    const known = logLoaders.get(key);
    if (known) return known;
    const loader = new DataLoader<string, Page<JobLogRow>>((ids) => jobLogsByJobIds(control, viewer, ids, page));
    logLoaders.set(key, loader);
    return loader;
  };
  return {
    accessKeys: each(accessKeysByIds),
    auditEntries: each(auditEntriesByIds),
    resourceGroups: each(resourceGroupsByIds),
    vaults: each(vaultsByIds),
    vaultContents: each(vaultContentsByIds),
    gateways: each(gatewaysByIds),
    gatewayCertificates: each(gatewayCertificatesByIds),
    latestCertificateByGateway: each(latestCertificatesByGatewayIds),
    vcenters: each(vcentersByIds),
    vcentersByGateway: many(vcentersByGatewayIds),
    gatewayIdsByVcenter: many(gatewayIdsByVcenterIds),
    virtualMachines: each(virtualMachinesByIds),
    disksByVirtualMachine: many(disksByVirtualMachineIds),
    protectionByVirtualMachine: each(protectionByVirtualMachineIds),
    jobs: each(jobsByIds),
    lastJobByGateway: each(lastJobsByGatewayIds),
    attemptsByJob: many(attemptsByJobIds),
    progressByJob: each(progressByJobIds),
    jobLog: (page: JobLogPageInput) => jobLogs(JSON.stringify(page), page),
    recoveryPoints: each(recoveryPointsByIds),
    webhooks: each(webhooksByIds),
    webhookDeliveries: each(deliveriesByIds),
    usageByVault: each(usageByVaultIds),
    usageByVirtualMachine: remembered(
      (first: number) => String(first),
      (first) => many((...args) => usageByVirtualMachine(...args, first)),
    ),
    usageByDay: remembered(
      ({ from, to }: Days) => `${from.getTime()}-${to.getTime()}`,
      (days) => many((...args) => usageByDay(...args, days)),
    ),
  };
}
/** One loader for each different argument. */
function remembered<Argument, Loader>(
  key: (argument: Argument) => string,
  make: (argument: Argument) => Loader,
): (argument: Argument) => Loader {
  const made = new Map<string, Loader>();
  return (argument) => {
    const present = made.get(key(argument)) ?? make(argument);
    made.set(key(argument), present);
    return present;
  };
}

export type Loaders = ReturnType<typeof createLoaders>;

/** What `loadMany` found, in order; what does not exist or may not be seen is left out. */
export function present<Value>(loaded: readonly (Value | null | Error)[]): Value[] {
  return loaded.flatMap((value) => {
    if (value instanceof Error) throw value;
    return value === null ? [] : [value];
  });
}
