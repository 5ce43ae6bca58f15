import { describe, expect, it } from 'vitest';
import { Query } from '../query.ts';
import type { OssRequest } from '../request.ts';
import * as v1 from './v1.ts';
import * as v4 from './v4.ts';

const request = (values: Partial<OssRequest> & { readonly headers: ReadonlyMap<string, string> }): OssRequest => ({
  method: 'PUT',
  bucket: 'bucket',
  key: '',
  host: '',
  secure: false,
  query: new Query(''),
  remoteAddress: '',
  ...values,
});

describe('V1', () => {
  // "Include a V1 signature in the Authorization header", the example of a signed PUT.
  it('gives the published example its signature', () => {
    const date = 'Thu, 17 Nov 2005 18:49:58 GMT';
    const put = request({
      bucket: 'oss-example',
      key: 'nelson',
      headers: new Map(
        Object.entries({
          'content-md5': 'ODBGOERFMDMzQTczRUY3NUE3NzA5QzdFNUYzMDQxNEM=',
          'content-type': 'text/html',
          date,
          'x-oss-meta-author': 'foo@bar.com',
          'x-oss-magic': 'abracadabra',
        }),
      ),
    });
    const signature = v1.sign('OtxrzxIsfpFjA7SwPzILwy8Bw21TLhquhboDYROV', v1.stringToSign(put, date));
    expect(signature).toBe('26NBxoKdsyly4EDv6inkoDft/yA=');
  });

  it('signs sub-resources with their values, sorted, and no other parameter', () => {
    const query = new Query('uploadId=A%2FB&prefix=x&partNumber=3&x-oss-traffic-limit=9&delete=');
    const text = v1.stringToSign(request({ key: 'a b', query, headers: new Map() }), 'now');
    expect(text).toBe('PUT\n\n\nnow\n/bucket/a b?delete&partNumber=3&uploadId=A/B&x-oss-traffic-limit=9');
  });
});

describe('V4', () => {
  // Known answers of aliyun/alibabacloud-oss-python-sdk-v2, tests/unit/signer/test_v4.py.
  const parameters = 'param1=value1&%2Bparam1=value3&%7Cparam1=value4&%2Bparam2=&%7Cparam2=&param2=';
  const common = { 'x-oss-head1': 'value', abc: 'value', zabc: 'value', xyz: 'value' };

  function signatureOf(put: OssRequest, timestamp: string, additionalHeaders: readonly string[]): string {
    const credential = { accessKeyId: 'ak', date: timestamp.slice(0, 8), region: 'cn-hangzhou', product: 'oss' };
    const canonical = v4.canonicalRequest(put, additionalHeaders);
    return v4.sign('sk', credential, v4.stringToSign({ credential, timestamp, additionalHeaders }, canonical));
  }

  function inHeader(timestamp: string, more: Readonly<Record<string, string>>): OssRequest {
    const headers = { ...common, 'content-type': 'text/plain', 'x-oss-content-sha256': 'UNSIGNED-PAYLOAD' };
    return request({
      key: '1234+-/123/1.txt',
      query: new Query(parameters),
      headers: new Map(Object.entries({ ...headers, 'x-oss-date': timestamp, ...more })),
    });
  }

  it.each([
    ['20231216T162057Z', {}, [], 'e21d18daa82167720f9b1047ae7e7f1ce7cb77a31e8203a7d5f4624fa0284afe'],
    [
      '20231217T034736Z',
      { 'x-oss-security-token': 'token' },
      [],
      'b94a3f999cf85bcdc00d332fbd3734ba03e48382c36fa4d5af5df817395bd9ea',
    ],
    ['20231216T172512Z', {}, ['abc', 'zabc'], '4a4183c187c07c8947db7620deb0a6b38d9fbdd34187b6dbaccb316fa251212f'],
  ])('in a header at %s', (timestamp, more, additionalHeaders, expected) => {
    expect(signatureOf(inHeader(timestamp, more), timestamp, additionalHeaders)).toBe(expected);
  });

  it.each([
    ['20231217T025437Z', '', [], 'a39966c61718be0d5b14e668088b3fa07601033f6518ac7b523100014269c0fe'],
    [
      '20231217T035628Z',
      '&x-oss-security-token=token',
      [],
      '3817ac9d206cd6dfc90f1c09c00be45005602e55898f26f5ddb06d7892e1f8b5',
    ],
    [
      '20231217T033009Z',
      '&x-oss-additional-headers=abc%3Bzabc',
      ['abc', 'zabc'],
      '6bd984bfe531afb6db1f7550983a741b103a8c58e5e14f83ea474c2322dfa2b7',
    ],
  ])('in an address at %s', (timestamp, more, additionalHeaders, expected) => {
    const query = `${parameters}&x-oss-signature-version=OSS4-HMAC-SHA256&x-oss-date=${timestamp}&x-oss-expires=599&x-oss-credential=ak%2F${timestamp.slice(0, 8)}%2Fcn-hangzhou%2Foss%2Faliyun_v4_request${more}&x-oss-signature=${expected}`;
    const put = request({
      key: '1234+-/123/1.txt',
      query: new Query(query),
      headers: new Map(Object.entries({ ...common, 'content-type': 'application/octet-stream' })),
    });
    expect(signatureOf(put, timestamp, additionalHeaders)).toBe(expected);
  });
});
