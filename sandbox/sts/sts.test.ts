import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { RunningObjectServer } from '../objects/object-server.ts';
import { aliOss, temporaryObjectServer } from '../objects/testing/ali-oss.ts';
import { rpcSign, rpcStringToSign } from './signatures.ts';

const answerShape = z.looseObject({
  Code: z.string().optional(),
  IdentityType: z.string().optional(),
  Credentials: z
    .object({
      AccessKeyId: z.string(),
      AccessKeySecret: z.string(),
      SecurityToken: z.string(),
      Expiration: z.string(),
    })
    .optional(),
});

let server: RunningObjectServer;

beforeAll(async () => {
  server = await temporaryObjectServer({
    minDurationSeconds: 5,
    users: [
      { identityType: 'RAMUser', name: 'control-plane' },
      { identityType: 'Account' },
      {
        identityType: 'RAMUser',
        name: 'nobody',
        policy: { Version: '1', Statement: [{ Effect: 'Allow', Action: 'oss:GetObject', Resource: '*' }] },
      },
    ],
    role: {
      policy: {
        Version: '1',
        Statement: [{ Effect: 'Allow', Action: ['oss:GetObject', 'oss:PutObject'], Resource: '*' }],
      },
    },
  });
});
afterAll(() => server[Symbol.asyncDispose]());

/** The server's own signing is checked against published examples, so it may sign here. */
async function call(action: string, parameters: Readonly<Record<string, string>> = {}, user = 0) {
  const { accessKeyId, accessKeySecret } = server.users[user] ?? { accessKeyId: '', accessKeySecret: '' };
  const query = new Map(
    Object.entries({
      Action: action,
      Format: 'JSON',
      Version: '2015-04-01',
      AccessKeyId: accessKeyId,
      SignatureMethod: 'HMAC-SHA1',
      SignatureVersion: '1.0',
      SignatureNonce: randomUUID(),
      Timestamp: new Date(server.time.now()).toISOString(),
      ...parameters,
    }),
  );
  const signature = rpcSign(accessKeySecret, rpcStringToSign({ method: 'GET', query, form: new Map() }));
  const address = `${server.facts.stsHttpEndpoint}/?${new URLSearchParams([...query, ['Signature', signature]])}`;
  const response = await fetch(address);
  return { status: response.status, ...answerShape.parse(await response.json()) };
}

const role = (more: Readonly<Record<string, string>> = {}) => ({
  RoleArn: server.facts.roleArn,
  RoleSessionName: 'gateway-1',
  ...more,
});

describe('AssumeRole', () => {
  it.each([
    [{ DurationSeconds: '4' }, 400, 'InvalidParameter.DurationSeconds'],
    [{ DurationSeconds: '43201' }, 400, 'InvalidParameter.DurationSeconds'],
    [{ RoleSessionName: 'x' }, 400, 'InvalidParameter.RoleSessionName'],
    [{ RoleSessionName: '' }, 400, 'MissingRoleSessionName'],
    [{ RoleArn: 'role' }, 400, 'InvalidParameter.RoleArn'],
    [{ RoleArn: 'acs:ram::1000000000000001:role/other' }, 404, 'EntityNotExist.Role'],
    [{ Policy: '{}' }, 400, 'InvalidParameter.PolicyGrammar'],
    [{ Version: '2014-01-01' }, 400, 'InvalidVersion'],
    [{ SignatureVersion: '2.0' }, 400, 'IncompleteSignature'],
    [{ Timestamp: 'yesterday' }, 400, 'InvalidTimeStamp.Format'],
    [{ AccessKeyId: 'LTAInobody' }, 404, 'InvalidAccessKeyId.NotFound'],
    [{ SecurityToken: 'CAISx' }, 400, 'InvalidSecurityToken.Malformed'],
  ])('with %o answers %i %s', async (changes, status, code) => {
    expect(await call('AssumeRole', role(changes))).toMatchObject({ status, Code: code });
  });

  it('is for users who may, and not for the account itself', async () => {
    expect(await call('AssumeRole', role(), 1)).toMatchObject({ status: 403, Code: 'NoPermission' });
    expect(await call('AssumeRole', role(), 2)).toMatchObject({ status: 403, Code: 'NoPermission' });
    expect(await call('Nonsense')).toMatchObject({ status: 404, Code: 'InvalidAction.NotFound' });
  });

  it('gives what role and session policy both allow, for as long as was asked', async () => {
    const Policy = JSON.stringify({
      Version: '1',
      Statement: [{ Effect: 'Allow', Action: ['oss:PutObject', 'oss:DeleteObject'], Resource: '*' }],
    });
    const before = server.time.now();
    const { Credentials: given } = await call('AssumeRole', role({ Policy, DurationSeconds: '5' }));
    const expiresIn = Date.parse(given?.Expiration ?? '') - before;
    expect(expiresIn).toBeGreaterThan(3000);
    const client = aliOss(server, {
      accessKeyId: given?.AccessKeyId ?? '',
      accessKeySecret: given?.AccessKeySecret ?? '',
      stsToken: given?.SecurityToken ?? '',
      refreshSTSToken: async () => ({ accessKeyId: '', accessKeySecret: '', stsToken: '' }),
      refreshSTSTokenInterval: 1e9,
    });
    await client.put('both', Buffer.from('x'));
    await expect(client.delete('both')).rejects.toMatchObject({ code: 'AccessDenied' });
    await expect(client.get('both')).rejects.toMatchObject({ code: 'AccessDenied' });
    const back = server.time.offsetMs;
    server.time.offsetMs = back + 6000;
    await expect(client.put('both', Buffer.from('x'))).rejects.toMatchObject({
      status: 403,
      code: 'SecurityTokenExpired',
    });
    server.time.offsetMs = back;
    await client.put('both', Buffer.from('x'));
  });
});

describe('GetCallerIdentity', () => {
  it('tells the kinds of identity apart', async () => {
    const { accountId } = server.facts;
    expect(await call('GetCallerIdentity')).toMatchObject({
      IdentityType: 'RAMUser',
      AccountId: accountId,
      Arn: `acs:ram::${accountId}:user/control-plane`,
    });
    expect(await call('GetCallerIdentity', {}, 1)).toMatchObject({
      IdentityType: 'Account',
      Arn: `acs:ram::${accountId}:root`,
      UserId: accountId,
    });
  });

  it('is refused to a revoked key', async () => {
    const accessKeyId = server.users[2]?.accessKeyId ?? '';
    server.setKeyActive(accessKeyId, false);
    expect(await call('GetCallerIdentity', {}, 2)).toMatchObject({ status: 403, Code: 'InvalidAccessKeyId.Inactive' });
    server.setKeyActive(accessKeyId, true);
    expect(await call('GetCallerIdentity', {}, 2)).toMatchObject({ status: 200 });
  });

  it('fails as planned', async () => {
    server.faults.add({ operation: 'sts.*', times: 1, effect: { kind: 'error', code: '503 ServiceUnavailable' } });
    expect(await call('GetCallerIdentity')).toMatchObject({ status: 503, Code: 'ServiceUnavailable' });
    server.faults.add({ operation: 'sts.*', times: 1, effect: { kind: 'close' } });
    await expect(call('GetCallerIdentity')).rejects.toThrow('fetch failed');
  });
});
