import { describe, expect, it } from 'vitest';
import { acs3CanonicalRequest, acs3Sign, rpcSign, rpcStringToSign } from './signatures.ts';

describe('the published examples', () => {
  // "Signature method" of the ECS API reference: DescribeRegions by testid / testsecret.
  it('RPC: DescribeRegions', () => {
    const query = new Map(
      Object.entries({
        Timestamp: '2016-02-23T12:46:24Z',
        Format: 'XML',
        AccessKeyId: 'testid',
        Action: 'DescribeRegions',
        SignatureMethod: 'HMAC-SHA1',
        SignatureNonce: '3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf',
        Version: '2014-05-26',
        SignatureVersion: '1.0',
      }),
    );
    const text = rpcStringToSign({ method: 'GET', query, form: new Map() });
    expect(rpcSign('testsecret', text)).toBe('OLeaidS1JvxuMvnyHOwuJ+uX5qY=');
  });

  // "Request syntax and signature method V3" of the OpenAPI developer reference: RunInstances.
  it('ACS3: RunInstances', () => {
    const headers = new Map(
      Object.entries({
        host: 'ecs.cn-shanghai.aliyuncs.com',
        'x-acs-action': 'RunInstances',
        'x-acs-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
        'x-acs-date': '2023-10-26T10:22:32Z',
        'x-acs-signature-nonce': '3156853299f313e23d1673dc12e1703d',
        'x-acs-version': '2014-05-26',
      }),
    );
    const query = new Map([
      ['RegionId', 'cn-shanghai'],
      ['ImageId', 'win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd'],
    ]);
    const request = { method: 'POST', path: '/', query, headers, body: Buffer.alloc(0) };
    const canonical = acs3CanonicalRequest(request, [...headers.keys()]);
    expect(acs3Sign('YourAccessKeySecret', canonical)).toBe(
      '06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0',
    );
  });
});
