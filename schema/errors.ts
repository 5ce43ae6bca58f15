import { brandWithType } from '@pothos/core';
import type { GraphQLResolveInfo } from 'graphql';
import { HoldfastError } from '../base/errors.ts';
import {
  AccessKeyRefusedError,
  CertificateNotTrustedError,
  ConflictError,
  ForbiddenError,
  GatewayUnavailableError,
  IdempotencyConflictError,
  type InputIssue,
  InvalidInputError,
  NotFoundError,
  PackageNotPublishedError,
  VcenterConnectionError,
  VersionConflictError,
} from '../control/errors.ts';
import { type BuilderTypes, builder } from './builder.ts';

/** What every error tells; an error itself, or {@link asErrorObject} of it. */
export type ErrorShape = Pick<HoldfastError, 'code' | 'message' | 'remedy' | 'retryable'>;

export const ErrorInterface = builder.interfaceRef<ErrorShape>('Error').implement({
  description:
    'What every error of a result union has. Select `... on Error { code message remedy }` and you are ready for errors that are added later.',
  fields: (t) => ({
    code: t.exposeString('code', {
      description: 'Stable and upper case, for programs: `NOT_FOUND`, `INVALID_INPUT`, …',
    }),
    message: t.exposeString('message', { description: 'One sentence for people: what happened.' }),
    remedy: t.exposeString('remedy', { description: 'One sentence for people: what to do about it.' }),
    path: t.stringList({
      description: 'The response path of the field that failed, as in top-level errors.',
      resolve: (_error, _args, _context, info) => fieldPath(info),
    }),
    retryable: t.exposeBoolean('retryable', {
      description: 'Whether the same request may succeed later without a change.',
    }),
  }),
});

const InputIssueType = builder.objectRef<InputIssue>('InputIssue').implement({
  description: 'One thing that is wrong with an input.',
  fields: (t) => ({
    path: t.stringList({
      description: 'Which field of the input: names and list indexes, from the outside in.',
      resolve: (issue) => [...issue.path],
    }),
    code: t.exposeString('code', { description: 'Stable and upper case, for programs: `TOO_SHORT`, `WRONG_TYPE`, …' }),
    message: t.exposeString('message', { description: 'One sentence for people, to be shown beside the field.' }),
  }),
});

builder.objectType(InvalidInputError, {
  name: 'InvalidInputError',
  description: 'Something in the input is not acceptable. Nothing was changed.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    issues: t.field({
      type: [InputIssueType],
      complexity: { field: 1, multiplier: 3 },
      description: 'Everything that is wrong, one entry each.',
      resolve: (error) => [...error.issues],
    }),
  }),
});
builder.objectType(NotFoundError, {
  name: 'NotFoundError',
  description:
    'An id in the input names nothing your access key may see. Unknown and forbidden ids give this same error on purpose.',
  interfaces: [ErrorInterface],
});
builder.objectType(ForbiddenError, {
  name: 'ForbiddenError',
  description: 'The access key lacks a scope.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    requiredScope: t.exposeString('requiredScope', {
      description: 'The scope that is missing, such as `vault:write`.',
    }),
  }),
});
builder.objectType(ConflictError, {
  name: 'ConflictError',
  description:
    'The present state forbids it: a name that is taken, a backup that is running already, … `code` says which.',
  interfaces: [ErrorInterface],
});
builder.objectType(VersionConflictError, {
  name: 'VersionConflictError',
  description: 'Somebody changed the object since you read it.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    currentVersion: t.exposeInt('currentVersion', { description: 'The version the object has now.' }),
  }),
});
builder.objectType(IdempotencyConflictError, {
  name: 'IdempotencyConflictError',
  description: 'The idempotency key was used with another input within the last 24 hours. Nothing was changed.',
  interfaces: [ErrorInterface],
});
builder.objectType(PackageNotPublishedError, {
  name: 'PackageNotPublishedError',
  description:
    'There is no gateway package to download: the operator has configured none (`PACKAGE_NOT_PUBLISHED`), or its file cannot be read (`PACKAGE_UNREADABLE`) or is another one than configured (`PACKAGE_DAMAGED`). `remedy` says what to configure.',
  interfaces: [ErrorInterface],
});
builder.objectType(GatewayUnavailableError, {
  name: 'GatewayUnavailableError',
  description: 'The gateway did not answer in time, or is not activated yet.',
  interfaces: [ErrorInterface],
});
builder.objectType(AccessKeyRefusedError, {
  name: 'AccessKeyRefusedError',
  description:
    'The access key was not accepted: unknown, expired, revoked, without the rights, or a secret that is another one. The present key stays.',
  interfaces: [ErrorInterface],
});
builder.objectType(VcenterConnectionError, {
  name: 'VCenterConnectionError',
  description: 'The gateway could not reach the vCenter, or the vCenter refused the user name and password.',
  interfaces: [ErrorInterface],
});
builder.objectType(CertificateNotTrustedError, {
  name: 'CertificateNotTrustedError',
  description:
    'The vCenter shows a TLS certificate that is not trusted yet. Compare the fingerprint, then send it as `certificateFingerprint`, or with `trustVCenterCertificate` when it changed.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    presentedFingerprint: t.exposeString('presentedFingerprint', {
      description: 'SHA-256 fingerprint of the certificate the vCenter showed.',
    }),
    trustedFingerprint: t.exposeString('trustedFingerprint', {
      nullable: true,
      description: 'The fingerprint trusted so far; null when none was.',
    }),
  }),
});
builder.objectType(HoldfastError, {
  name: 'OperationFailedError',
  description:
    'It could not be done for a reason told by `code`, `message` and `remedy`; object storage refused, for example.',
  interfaces: [ErrorInterface],
});

/** Every mutation may answer with these. */
export const commonErrors = [InvalidInputError, NotFoundError, ForbiddenError, ConflictError, HoldfastError];
/** Mutations that take an idempotency key. */
export const creationErrors = [...commonErrors, IdempotencyConflictError];
/** Mutations that take an expected version. */
export const updateErrors = [...commonErrors, VersionConflictError];
/** Mutations that give out the gateway package. */
export const packageErrors = [PackageNotPublishedError];
/** Mutations that wait for a gateway's answer. */
export const gatewayErrors = [GatewayUnavailableError];

/** An error as a part of a payload: a resolver that returned the error itself would fail with it. Its class says its type, the most particular first. */
export function asErrorObject(error: HoldfastError): ErrorShape {
  const { code, message, remedy, retryable } = error;
  const shape = {
    code,
    message,
    remedy,
    retryable,
    ...(error instanceof InvalidInputError && { issues: error.issues }),
    ...(error instanceof ForbiddenError && { requiredScope: error.requiredScope }),
  };
  const type = [
    InvalidInputError,
    NotFoundError,
    ForbiddenError,
    ConflictError,
    GatewayUnavailableError,
    IdempotencyConflictError,
  ].find((candidate) => error instanceof candidate);
  brandWithType<BuilderTypes>(shape, type ?? HoldfastError);
  return shape;
}

function fieldPath(info: GraphQLResolveInfo): string[] {
  const keys: string[] = [];
  for (let step = info.path.prev; step; step = step.prev) keys.unshift(String(step.key));
  return keys;
}
