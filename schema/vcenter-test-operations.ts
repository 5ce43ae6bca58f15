import { CertificateNotTrustedError, VcenterConnectionError } from '../control/errors.ts';
import type { MissingPrivilegeBody } from '../control/vcenters/test-login.ts';
import { testVCenter, type VCenterTest } from '../control/vcenters/test-vcenter.ts';
import { builder } from './builder.ts';
import { commonErrors, gatewayErrors } from './errors.ts';
import { decodeOptionalId } from './global-id.ts';
import { VCenter, VCenterKind } from './vcenter.ts';

export const MissingPrivilege = builder.objectRef<MissingPrivilegeBody>('MissingPrivilege').implement({
  description: 'A privilege that the role of the user lacks.',
  fields: (t) => ({
    privilege: t.exposeString('privilege', {
      description: 'By vSphere’s own name: `VirtualMachine.State.CreateSnapshot`, …',
    }),
    entity: t.exposeString('entity', { description: 'The inventory object on which it is missing.' }),
    neededFor: t.exposeStringList('neededFor', {
      description: 'What does not work without it: `inventory`, `backup`, `hotadd`, `nfc-export`, `restore`, …',
    }),
  }),
});

const VCenterConnectionInput = builder.inputType('VCenterConnectionInput', {
  description: 'How to log in to a vCenter that is not added yet.',
  fields: (t) => ({
    address: t.string({
      required: true,
      description: 'Host name or IP address as the gateway reaches it, with `:port` where it is not 443.',
    }),
    username: t.string({ required: true, description: 'The user to log in as.' }),
    password: t.string({ required: true, description: 'Its password. It is not kept.' }),
    certificateFingerprint: t.string({
      description: 'SHA-256 fingerprint of the TLS certificate to trust: `AA:BB:…`.',
    }),
    certificateAuthority: t.string({ description: 'PEM certificates of authorities to trust.' }),
  }),
});

const TestVCenterInput = builder.inputType('TestVCenterInput', {
  description: 'What `testVCenter` takes: a vCenter, or a connection together with a gateway.',
  fields: (t) => ({
    vcenterId: t.id({ description: 'A vCenter that is added; its status is brought up to date.' }),
    gatewayId: t.id({
      description: 'The gateway to test through. Needed with `connection`; otherwise the one that was heard from last.',
    }),
    connection: t.field({ type: VCenterConnectionInput, description: 'A vCenter that is not added.' }),
  }),
});

const TestVCenterPayload = builder.objectRef<VCenterTest>('TestVCenterPayload').implement({
  description: 'What `testVCenter` found: the log-in worked.',
  fields: (t) => ({
    name: t.string({ description: 'What it calls itself.', resolve: ({ tested }) => tested.name }),
    kind: t.field({
      type: VCenterKind,
      description: 'A vCenter Server or a single host.',
      resolve: ({ tested }) => tested.kind,
    }),
    instanceUuid: t.string({
      description: 'The UUID it calls itself by, whatever its address.',
      resolve: ({ tested }) => tested.instanceUuid,
    }),
    productVersion: t.string({ description: 'Its version.', resolve: ({ tested }) => tested.version }),
    build: t.string({ description: 'Its build number.', resolve: ({ tested }) => tested.build }),
    certificateFingerprint: t.string({
      description: 'SHA-256 fingerprint of the certificate it showed.',
      resolve: ({ tested }) => tested.fingerprint,
    }),
    missingPrivileges: t.field({
      type: [MissingPrivilege],
      nullable: true,
      complexity: { field: 1, multiplier: 10 },
      description: 'What the role of the user lacks; empty: nothing; null: the platform does not tell.',
      resolve: ({ tested }) => tested.missingPrivileges,
    }),
    vcenter: t.field({
      type: VCenter,
      nullable: true,
      grantScopes: ['made'],
      description: 'The vCenter as it is after the test; null when one was tested that is not added.',
      resolve: ({ vcenter }) => vcenter ?? null,
    }),
  }),
});

builder.mutationField('testVCenter', (t) =>
  t.field({
    type: TestVCenterPayload,
    nullable: true,
    authScopes: { scope: 'vcenter:write' },
    errors: {
      types: [...commonErrors, ...gatewayErrors, VcenterConnectionError, CertificateNotTrustedError],
      union: { name: 'TestVCenterResult', description: 'What was found, or an error.' },
    },
    description:
      'Logs in to a vCenter through a gateway, once, and tells what answered, the certificate and the missing privileges. A vCenter that had been stopped for its password or its certificate and works now goes on. Scope: `vcenter:write`.',
    args: { input: t.arg({ type: TestVCenterInput, required: true, description: 'What to test.' }) },
    resolve: (_root, { input }, { control, viewer, signal }) =>
      testVCenter(
        control,
        viewer,
        {
          ...input,
          vcenterId: decodeOptionalId(input.vcenterId, 'VCenter', ['vcenterId']),
          gatewayId: decodeOptionalId(input.gatewayId, 'Gateway', ['gatewayId']),
        },
        signal,
      ),
  }),
);
