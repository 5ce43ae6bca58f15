import { readFileSync } from 'node:fs';
import {
  buildSchema,
  type GraphQLArgument,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  isUnionType,
  lexicographicSortSchema,
  printSchema,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../base/clock.ts';
import { brokenPromises, wordingProblems } from '../tools/schema-policy.ts';
import { schema } from './schema.ts';

const printed = readFileSync(new URL('schema.graphql', import.meta.url), 'utf8');
const ownTypes = Object.values(schema.getTypeMap()).filter(
  (type) => !isIntrospectionType(type) && !(isScalarType(type) && isSpecifiedScalarType(type)),
);

describe('the public schema', () => {
  it('is the one that is committed; `npm run codegen` writes it anew', async () => {
    const now = lexicographicSortSchema(schema);
    expect(await brokenPromises(buildSchema(printed), now, systemClock.now()), 'docs/api-stability.md').toEqual([]);
    expect(wordingProblems(now)).toEqual([]);
    expect(`${printSchema(now)}\n`).toBe(printed);
  });

  it('describes every type, field, argument and value', () => {
    const silent: string[] = [];
    const check = (name: string, described: { readonly description?: string | null }) => {
      if (!described.description?.trim()) silent.push(name);
    };
    const checkArguments = (name: string, args: readonly GraphQLArgument[]) => {
      for (const argument of args) check(`${name}(${argument.name}:)`, argument);
    };
    for (const type of ownTypes) {
      check(type.name, type);
      if (isObjectType(type) || isInterfaceType(type)) {
        for (const field of Object.values(type.getFields())) {
          check(`${type.name}.${field.name}`, field);
          checkArguments(`${type.name}.${field.name}`, field.args);
        }
      }
      if (isInputObjectType(type)) {
        for (const field of Object.values(type.getFields())) check(`${type.name}.${field.name}`, field);
      }
      if (isEnumType(type)) for (const value of type.getValues()) check(`${type.name}.${value.name}`, value);
    }
    expect(silent).toEqual([]);
  });

  it('answers every mutation with a union of a named payload and errors', () => {
    for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
      const capital = field.name.charAt(0).toUpperCase() + field.name.slice(1);
      if (!isUnionType(field.type)) throw new Error(`${field.name} is not nullable or not a union`);
      expect(field.type.name).toBe(`${capital}Result`);
      const [payload, ...others] = field.type.getTypes().filter(({ name }) => !name.endsWith('Error'));
      expect(payload?.name).toBe(`${capital}Payload`);
      expect(others).toEqual([]);
      for (const member of field.type.getTypes()) {
        if (member === payload) continue;
        expect(member.getInterfaces().map(({ name }) => name)).toEqual(['Error']);
      }
      expect(field.args.map(({ name }) => name)).toEqual(['input']);
    }
  });

  it('can be asked again without doing it twice, and refuses to overwrite what somebody else changed', () => {
    const missing: string[] = [];
    for (const { name, args } of Object.values(schema.getMutationType()?.getFields() ?? {})) {
      const input = getNamedType(args[0]?.type);
      const fields = isInputObjectType(input) ? Object.keys(input.getFields()) : [];
      const needs = /^(create|add|start|run|restore|delete|issue|rotate)/.test(name)
        ? 'idempotencyKey'
        : /^(update|set|rename)/.test(name)
          ? 'expectedVersion'
          : undefined;
      if (needs && !fields.includes(needs)) missing.push(`${name} has no ${needs}`);
    }
    expect(missing).toEqual([]);
  });

  it('pages every list of the query type the same way', () => {
    for (const field of Object.values(schema.getQueryType()?.getFields() ?? {})) {
      if (!isObjectType(field.type) || !field.type.name.endsWith('Connection')) continue;
      // The log also tells where it ends, and what it no longer has.
      const more = field.type.name === 'EventConnection' ? ['gap', 'headCursor'] : [];
      expect(Object.keys(field.type.getFields()).sort()).toEqual(
        ['edges', 'nodes', 'pageInfo', 'totalCount', ...more].sort(),
      );
      expect(field.args.map(({ name }) => name)).toEqual(
        expect.arrayContaining(['first', 'after', 'filter', 'orderBy']),
      );
    }
  });

  it('has the names the platform promises', () => {
    const has = (type: string, fields: readonly string[]) => {
      const found = schema.getType(type);
      if (!isObjectType(found)) throw new Error(`there is no type ${type}`);
      expect(Object.keys(found.getFields())).toEqual(expect.arrayContaining([...fields]));
    };
    for (const name of [
      'Vault',
      'Gateway',
      'GatewayCertificate',
      'VCenter',
      'VirtualMachine',
      'VirtualDisk',
      'BackupJob',
      'RestoreJob',
      'CleanupJob',
      'JobAttempt',
      'RecoveryPoint',
      'Region',
      'ResourceGroup',
      'AccessKey',
      'Event',
      'StreamGap',
    ]) {
      expect(isObjectType(schema.getType(name)), name).toBe(true);
    }
    for (const name of ['Job', 'Error', 'Node']) expect(isInterfaceType(schema.getType(name)), name).toBe(true);
    has('Query', [
      'node',
      'nodes',
      'viewer',
      'regions',
      'resourceGroups',
      'vault',
      'vaults',
      'gateway',
      'gateways',
      'vcenter',
      'vcenters',
      'virtualMachine',
      'virtualMachines',
      'recoveryPoint',
      'recoveryPoints',
      'job',
      'jobs',
      'events',
    ]);
    has('Mutation', [
      'createVault',
      'createGateway',
      'issueGatewayCertificate',
      'addVCenter',
      'refreshInventory',
      'startBackup',
      'startRestore',
      'cancelJob',
      'createAccessKey',
      'revokeAccessKey',
      'createResourceGroup',
    ]);
    has('Subscription', ['jobProgress', 'gatewayStatus', 'events']);
  });
});
