import { z } from 'zod';
import type { ControlContext } from '../context.ts';
import { CertificateNotTrustedError, ConflictError } from '../errors.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { parseInput } from '../input.ts';
import type { VcenterRow } from '../rows.ts';
import { requireScope, type Viewer } from '../viewer.ts';
import { fingerprintSchema } from './login-input.ts';
import { lockVcenter, readVcenter } from './read-vcenter.ts';
import { releaseVcenter, wakeAll } from './release-vcenter.ts';

const trustInput = z.object({
  vcenterId: z.string(),
  fingerprint: fingerprintSchema,
  expectedVersion: z.int().positive().nullish(),
});
export type TrustVCenterCertificateInput = z.input<typeof trustInput>;

/**
 * Trusts the certificate that a vCenter shows instead of the trusted one; its jobs go on. `fingerprint` has to be the one shown now, so that nobody trusts
 * what they have not seen. Throws CertificateNotTrustedError when another one is shown, ConflictError CERTIFICATE_NOT_CHANGED when nothing is to be trusted.
 */
export async function trustVCenterCertificate(
  control: ControlContext,
  viewer: Viewer,
  input: TrustVCenterCertificateInput,
): Promise<{ readonly vcenter: VcenterRow }> {
  requireScope(viewer, 'vcenter:write');
  const { vcenterId, fingerprint, expectedVersion } = parseInput(trustInput, input);
  const { vcenter, released } = await inTransaction(control, async (trx, emit) => {
    const row = await lockVcenter(trx, viewer, vcenterId, expectedVersion);
    const { trusted_fingerprint: trusted, presented_fingerprint: presented } = row;
    if (row.status !== 'CERTIFICATE_CHANGED' || presented === null) throw notChanged();
    if (fingerprint !== presented) throw new CertificateNotTrustedError(presented, trusted);
    const changes = { trusted_fingerprint: fingerprint, version: row.version + 1 };
    const waiting = await releaseVcenter(control, trx, emit, row, changes);
    emit({
      type: 'VCENTER_CERTIFICATE_TRUSTED',
      resourceGroupId: row.resource_group_id,
      subjectType: 'VCENTER',
      subjectId: row.id,
      data: {
        name: row.name,
        trustedFingerprint: fingerprint,
        previousFingerprint: trusted,
        accessKey: viewer.keyId,
        accessKeyName: viewer.name,
      },
    });
    return { vcenter: await readVcenter(trx, viewer, row.id), released: waiting };
  });
  await wakeAll(control, released);
  return { vcenter };
}

function notChanged(): ConflictError {
  return new ConflictError(
    'CERTIFICATE_NOT_CHANGED',
    'This vCenter shows the certificate that is trusted already.',
    'There is nothing to trust. To trust another certificate in advance, give certificateFingerprint with updateVCenter.',
  );
}
