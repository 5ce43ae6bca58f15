import { describe, expect, it } from 'vitest';
import { isAllowed, type PolicyDocument, parsePolicy, readPolicy, wildcardMatch } from './policy.ts';

const bucket = 'acs:oss:oss-cn-hangzhou:1000000000000001:bucket';

function decide(document: PolicyDocument, action: string, resource: string, context?: Record<string, string>): boolean {
  return isAllowed([parsePolicy(document)], { action, resource, ...(context && { context }) });
}

describe('a policy', () => {
  const vault: PolicyDocument = {
    Version: '1',
    Statement: [
      { Effect: 'Allow', Action: ['oss:Get*', 'oss:PutObject'], Resource: 'acs:oss:*:*:bucket/vault/*' },
      { Effect: 'Deny', Action: 'oss:*', Resource: 'acs:oss:*:*:bucket/vault/locked/*' },
    ],
  };

  it('allows what one statement allows and none denies', () => {
    expect(decide(vault, 'oss:GetObject', `${bucket}/vault/a/b`)).toBe(true);
    expect(decide(vault, 'oss:PutObject', `${bucket}/vault/a`)).toBe(true);
    expect(decide(vault, 'oss:DeleteObject', `${bucket}/vault/a`)).toBe(false);
    expect(decide(vault, 'oss:GetObject', `${bucket}/vaults/a`)).toBe(false);
    expect(decide(vault, 'oss:GetObject', `${bucket}/vault/locked/a`)).toBe(false);
    expect(decide(vault, 'oss:getobject', `${bucket}/vault/a`)).toBe(false);
  });

  it('holds only while its conditions do', () => {
    const list = (Condition: object): PolicyDocument => ({
      Version: '1',
      Statement: [{ Effect: 'Allow', Action: 'oss:ListObjects', Resource: 'acs:oss:*:*:bucket', Condition }],
    });
    const like = list({ StringLike: { 'oss:Prefix': ['vault/*', ''] }, Bool: { 'acs:SecureTransport': 'true' } });
    const ask = (prefix: string, secure = 'true') =>
      decide(like, 'oss:ListObjects', bucket, { 'oss:Prefix': prefix, 'acs:SecureTransport': secure });
    expect([ask('vault/'), ask('vault/x'), ask('')]).toEqual([true, true, true]);
    expect([ask('vault'), ask('other/'), ask('vault/', 'false')]).toEqual([false, false, false]);
    expect(decide(list({ StringEquals: { 'oss:Prefix': 'a' } }), 'oss:ListObjects', bucket)).toBe(false);
    const not = list({ StringNotLike: { 'oss:Prefix': ['a*', 'b*'] } });
    expect(decide(not, 'oss:ListObjects', bucket, { 'oss:Prefix': 'b1' })).toBe(false);
    expect(decide(not, 'oss:ListObjects', bucket, { 'oss:Prefix': 'c1' })).toBe(true);
  });

  it('that says something unknown is refused rather than read past', () => {
    const statement = { Effect: 'Allow', Action: 'oss:*', Resource: '*' };
    const text = (changes: object, version = '1') =>
      JSON.stringify({ Version: version, Statement: [{ ...statement, ...changes }] });
    expect(readPolicy(text({}))).toBeDefined();
    expect(readPolicy(text({ Condition: { DateLessThan: { 'acs:CurrentTime': '2026' } } }))).toBeUndefined();
    expect(readPolicy(text({ NotAction: 'oss:*' }))).toBeUndefined();
    expect(readPolicy(text({ Effect: 'Perhaps' }))).toBeUndefined();
    expect(readPolicy(text({}, '2012-10-17'))).toBeUndefined();
    expect(readPolicy('{')).toBeUndefined();
  });
});

describe('a wildcard', () => {
  it.each([
    ['*', '', true],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-b-c-', false],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['a.c', 'abc', false],
    ['**x', 'yyx', true],
  ])('%s on %s: %s', (pattern, text, expected) => {
    expect(wildcardMatch(pattern, text)).toBe(expected);
  });

  it('costs no more than its length times the text’s', () => {
    expect(wildcardMatch(`${'a*'.repeat(50)}b`, 'a'.repeat(5000))).toBe(false);
  });
});
