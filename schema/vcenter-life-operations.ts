import { CertificateNotTrustedError, VcenterConnectionError, VersionConflictError } from '../control/errors.ts';
import type { VcenterRow } from '../control/rows.ts';
import { removeVCenter } from '../control/vcenters/remove-vcenter.ts';
import { trustVCenterCertificate } from '../control/vcenters/trust-certificate.ts';
import { updateVCenter } from '../control/vcenters/update-vcenter.ts';
import { builder } from './builder.ts';
import { commonErrors, creationErrors, gatewayErrors } from './errors.ts';
import { decodeId, decodeOptionalId } from './global-id.ts';
import { idempotencyKeyField, optionalVersionField } from './inputs.ts';
import { removalErrors } from './jobs-open-error.ts';
import { VCenter } from './vcenter.ts';

/** A payload that is the vCenter as it is afterwards. */
function vcenterPayload(name: string, description: string, vcenter: string) {
  return builder.objectRef<{ readonly vcenter: VcenterRow }>(name).implement({
    description,
    fields: (t) => ({
      vcenter: t.field({ type: VCenter, grantScopes: ['made'], description: vcenter, resolve: (made) => made.vcenter }),
    }),
  });
}

const UpdateVCenterInput = builder.inputType('UpdateVCenterInput', {
  description: 'What `updateVCenter` takes. What is left out stays as it is.',
  fields: (t) => ({
    vcenterId: t.id({ required: true, description: 'The vCenter to change.' }),
    name: t.string({ description: '1 to 64 characters.' }),
    address: t.string({ description: 'Host name or IP address, with `:port` where it is not 443.' }),
    username: t.string({ description: 'The user to log in as.' }),
    password: t.string({ description: 'Its password. Every character works.' }),
    certificateFingerprint: t.string({
      description: 'SHA-256 fingerprint of the TLS certificate to trust: `AA:BB:…`.',
    }),
    certificateAuthority: t.string({
      description: 'PEM certificates of authorities: a certificate they signed for its address is trusted.',
    }),
    gatewayId: t.id({
      description: 'The gateway it is tested through. Left out: the connected one that was heard from last.',
    }),
    expectedVersion: optionalVersionField(t),
  }),
});

builder.mutationField('updateVCenter', (t) =>
  t.field({
    type: vcenterPayload('UpdateVCenterPayload', 'What `updateVCenter` changed.', 'The vCenter as it is now.'),
    nullable: true,
    authScopes: { scope: 'vcenter:write' },
    errors: {
      types: [
        ...commonErrors,
        ...gatewayErrors,
        VcenterConnectionError,
        CertificateNotTrustedError,
        VersionConflictError,
      ],
      union: { name: 'UpdateVCenterResult', description: 'The vCenter, or an error.' },
    },
    description:
      'Changes a vCenter. Another address, login or certificate is tried through a gateway first, once, and kept only when it works and the same vCenter answers there (else the conflict ANOTHER_VCENTER); jobs that waited for it go on. Scope: `vcenter:write`.',
    args: { input: t.arg({ type: UpdateVCenterInput, required: true, description: 'What to change.' }) },
    resolve: (_root, { input }, { control, viewer, signal }) =>
      updateVCenter(
        control,
        viewer,
        {
          ...input,
          vcenterId: decodeId(input.vcenterId, 'VCenter', ['vcenterId']),
          gatewayId: decodeOptionalId(input.gatewayId, 'Gateway', ['gatewayId']),
        },
        signal,
      ),
  }),
);

const RemoveVCenterInput = builder.inputType('RemoveVCenterInput', {
  description: 'What `removeVCenter` takes.',
  fields: (t) => ({
    vcenterId: t.id({ required: true, description: 'The vCenter to remove.' }),
    gatewayId: t.id({
      description:
        'Only this gateway stops reaching it; the vCenter and its other gateways stay. Left out: the vCenter is removed.',
    }),
    cancelRunningJobs: t.boolean({
      description:
        'Cancel the jobs that wait or run for it first, and wait up to half a minute for them to clear up. Otherwise open jobs are a JobsOpenError.',
    }),
    idempotencyKey: idempotencyKeyField(t),
    expectedVersion: optionalVersionField(t),
  }),
});

builder.mutationField('removeVCenter', (t) =>
  t.field({
    type: vcenterPayload(
      'RemoveVCenterPayload',
      'What `removeVCenter` removed.',
      'The vCenter; `removedAt` is set unless only a gateway was taken from it.',
    ),
    nullable: true,
    authScopes: { scope: 'vcenter:write' },
    errors: {
      types: [...creationErrors, ...removalErrors, VersionConflictError],
      union: { name: 'RemoveVCenterResult', description: 'The vCenter, or an error.' },
    },
    description:
      'Forgets a vCenter and its password. Recovery points of its virtual machines stay, are listed, and can be restored to another vCenter (`startRestore` with `vcenterId`). Added again, it has its virtual machines and recovery points back, and the next backup is incremental. Scope: `vcenter:write`.',
    args: { input: t.arg({ type: RemoveVCenterInput, required: true, description: 'What to remove.' }) },
    resolve: (_root, { input }, { control, viewer, signal }) =>
      removeVCenter(
        control,
        viewer,
        {
          ...input,
          vcenterId: decodeId(input.vcenterId, 'VCenter', ['vcenterId']),
          gatewayId: decodeOptionalId(input.gatewayId, 'Gateway', ['gatewayId']),
        },
        signal,
      ),
  }),
);

const TrustVCenterCertificateInput = builder.inputType('TrustVCenterCertificateInput', {
  description: 'What `trustVCenterCertificate` takes.',
  fields: (t) => ({
    vcenterId: t.id({ required: true, description: 'The vCenter whose certificate changed.' }),
    fingerprint: t.string({
      required: true,
      description:
        'The fingerprint to trust. It has to be the `presentedFingerprint`: compare that with the one the vCenter itself shows first.',
    }),
    expectedVersion: optionalVersionField(t),
  }),
});

builder.mutationField('trustVCenterCertificate', (t) =>
  t.field({
    type: vcenterPayload(
      'TrustVCenterCertificatePayload',
      'What `trustVCenterCertificate` did.',
      'The vCenter, trusted again; its jobs go on.',
    ),
    nullable: true,
    authScopes: { scope: 'vcenter:write' },
    errors: {
      types: [...commonErrors, CertificateNotTrustedError, VersionConflictError],
      union: { name: 'TrustVCenterCertificateResult', description: 'The vCenter, or an error.' },
    },
    description:
      'Trusts the new certificate of a vCenter with the status CERTIFICATE_CHANGED; its jobs go on. Who did it stands in the event VCENTER_CERTIFICATE_TRUSTED. Scope: `vcenter:write`.',
    args: { input: t.arg({ type: TrustVCenterCertificateInput, required: true, description: 'What to trust.' }) },
    resolve: (_root, { input }, { control, viewer }) =>
      trustVCenterCertificate(control, viewer, {
        ...input,
        vcenterId: decodeId(input.vcenterId, 'VCenter', ['vcenterId']),
      }),
  }),
);
