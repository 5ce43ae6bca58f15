import type { Transaction } from 'kysely';
import type { ControlContext } from '../context.ts';
import type { Database, VcenterTable, WaitReason } from '../database/tables.ts';
import type { Emit } from '../events/event.ts';
import { dropWaitingCommands } from './drop-waiting-commands.ts';

export type VcenterStatus = VcenterTable['status'];

/** What somebody learned about a vCenter. */
export interface StatusReport {
  readonly status: VcenterStatus;
  /** One sentence for people; null when there is nothing to say. */
  readonly message: string | null;
  /** With CERTIFICATE_CHANGED: what it shows. */
  readonly presentedFingerprint?: string;
  /** The login it was learned with; a report about another one than the present is dropped. Undefined: the present one. */
  readonly loginVersion?: number | null;
}

/** Why the jobs of a vCenter in this status have to wait until a person has done something; null: they need not. */
export function waitReasonOfVcenter(status: VcenterStatus): WaitReason | null {
  switch (status) {
    case 'CREDENTIALS_INVALID':
      return 'VCENTER_CREDENTIALS';
    case 'CERTIFICATE_CHANGED':
      return 'VCENTER_CERTIFICATE';
    case 'CONNECTED':
    case 'UNREACHABLE':
      return null;
  }
}

/** Statuses that only a person ends; until then no gateway is asked to log in. */
export const blockedStatuses = ['CREDENTIALS_INVALID', 'CERTIFICATE_CHANGED'] as const satisfies VcenterStatus[];

/** A job that ends well on a session of before says nothing about a password refused since: only a person leads out of these. */
const weight: Readonly<Record<VcenterStatus, number>> = {
  CONNECTED: 0,
  UNREACHABLE: 0,
  CREDENTIALS_INVALID: 1,
  CERTIFICATE_CHANGED: 2,
};

/**
 * Takes what a job or a command learned. From now on nothing that would log in is handed out when the password was refused or the certificate
 * changed: waiting jobs say why they wait, and commands that no gateway has taken yet are answered.
 */
export async function reportVcenterStatus(
  control: Pick<ControlContext, 'clock'>,
  trx: Transaction<Database>,
  emit: Emit,
  vcenterId: string,
  report: StatusReport,
): Promise<void> {
  const { status, message, presentedFingerprint = null, loginVersion } = report;
  const readVcenter = () =>
    trx
      .selectFrom('vcenter')
      .select(['id', 'name', 'resource_group_id', 'status', 'status_message', 'login_version'])
      .select(['presented_fingerprint', 'trusted_fingerprint'])
      .where('id', '=', vcenterId)
      .where('removed_at', 'is', null);
  const isNews = (
    row: Awaited<ReturnType<ReturnType<typeof readVcenter>['executeTakeFirst']>>,
  ): row is typeof row & {} =>
    row !== undefined &&
    (loginVersion === undefined || loginVersion === null || loginVersion === row.login_version) &&
    weight[status] >= weight[row.status] &&
    (status !== row.status || message !== row.status_message || presentedFingerprint !== row.presented_fingerprint);
  // Every job that ends well comes here; most of the time there is nothing to lock for.
  if (!isNews(await readVcenter().executeTakeFirst())) return;
  const vcenter = await readVcenter().forUpdate().executeTakeFirst();
  if (!isNews(vcenter)) return;
  const now = new Date(control.clock.now());
  const isChange = status !== vcenter.status;
  await trx
    .updateTable('vcenter')
    .set({
      status,
      status_message: message,
      presented_fingerprint: presentedFingerprint,
      ...(isChange && { status_since: now }),
    })
    .where('id', '=', vcenterId)
    .execute();
  if (isChange) {
    emit({
      type: 'VCENTER_STATUS_CHANGED',
      resourceGroupId: vcenter.resource_group_id,
      subjectType: 'VCENTER',
      subjectId: vcenterId,
      data: {
        name: vcenter.name,
        status,
        previousStatus: vcenter.status,
        message,
        ...(presentedFingerprint !== null && {
          presentedFingerprint,
          trustedFingerprint: vcenter.trusted_fingerprint,
        }),
      },
    });
  }
  const waitReason = waitReasonOfVcenter(status);
  if (!waitReason) return;
  await trx
    .updateTable('job')
    .set({ wait_reason: waitReason, not_before: null })
    .where('vcenter_id', '=', vcenterId)
    .where('status', '=', 'QUEUED')
    .execute();
  await dropWaitingCommands(trx, emit, vcenter, now, refusalOf(status, message));
}

/** The error of what cannot be done while a vCenter is in a status that only a person ends. */
export function refusalOf(status: VcenterStatus, message: string | null) {
  return status === 'CERTIFICATE_CHANGED'
    ? {
        code: 'CERTIFICATE_NOT_TRUSTED',
        message: message ?? 'The vCenter shows another certificate than the trusted one.',
        remedy:
          "Compare the fingerprint with the vCenter's own; if they are equal, trust it with trustVCenterCertificate.",
        retryable: false,
      }
    : {
        code: 'INVALID_LOGIN',
        message: message ?? 'The vCenter refused the user name and password.',
        remedy: 'Give the right user name and password with updateVCenter. Nobody tries the refused ones again.',
        retryable: false,
      };
}
