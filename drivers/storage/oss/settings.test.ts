import { describe, expect, it } from 'vitest';
import { isDriverError } from '../../../base/errors.ts';
import { createOssStorageDriver } from './driver.ts';
import { hostHeader, originOf } from './host-pattern.ts';
import { placeOf } from './location.ts';

const driver = createOssStorageDriver();
const minimal = {
  bucket: 'vaults',
  region: 'cn-hangzhou',
  accessKeyId: 'LTAI5tExample',
  accessKeySecret: 'hunter2-and-more',
  roleArn: 'acs:ram::1234567890123456:role/holdfast',
};
const locate = (settings: Readonly<Record<string, string>>, region = 'cn-hangzhou') =>
  driver.locate?.(driver.parseTarget({ ...minimal, ...settings }), { region, prefix: 'vaults/one/' });
const placed = (
  settings: Readonly<Record<string, string>>,
  endpoint: { readonly scheme: 'http' | 'https'; readonly network: 'VPC' | 'INTERNET' },
) => {
  const location = locate(settings);
  if (!location) throw new Error('there is no location');
  const { scheme, host, port, root } = placeOf(location, endpoint);
  return `${scheme}://${host}:${port}${root}`;
};

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('settings of the oss storage driver', () => {
  it.each([
    ['bucket', 'UPPER', 'HOLDFAST_STORAGE_BUCKET'],
    ['region', 'cn hangzhou', 'HOLDFAST_STORAGE_REGION'],
    ['roleArn', 'role/holdfast', 'HOLDFAST_STORAGE_ROLE_ARN'],
    ['externalId', 'a b', 'HOLDFAST_STORAGE_EXTERNAL_ID'],
    ['credentialSeconds', '60', 'HOLDFAST_STORAGE_CREDENTIAL_SECONDS'],
    ['endpointInternet', 'https://oss.example', 'HOLDFAST_STORAGE_ENDPOINT_INTERNET'],
    ['endpointInternet', '10.0.0.1:9000', 'HOLDFAST_STORAGE_ENDPOINT_INTERNET'],
    ['endpointVpc', 'user@host', 'HOLDFAST_STORAGE_ENDPOINT_VPC'],
    ['httpPort', '70000', 'HOLDFAST_STORAGE_HTTP_PORT'],
    ['addressing', 'cname', 'HOLDFAST_STORAGE_ADDRESSING'],
    ['ca', '/etc/ca.pem', 'HOLDFAST_STORAGE_CA'],
    ['ca', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', 'HOLDFAST_STORAGE_CA'],
    ['stsEndpoint', 'http://sts.example', 'HOLDFAST_STORAGE_STS_ENDPOINT'],
    ['stsEndpoint', 'https://sts.example/path', 'HOLDFAST_STORAGE_STS_ENDPOINT'],
    ['network', 'vpc', 'HOLDFAST_STORAGE_NETWORK'],
    ['scheme', 'ftp', 'HOLDFAST_STORAGE_SCHEME'],
    ['createBucket', 'yes', 'HOLDFAST_STORAGE_CREATE_BUCKET'],
    ['endpoint', 'oss.example', 'HOLDFAST_STORAGE_ENDPOINT'],
    ['constructor', 'x', 'HOLDFAST_STORAGE_CONSTRUCTOR'],
  ])('refuses %s = %j and names %s', (name, value, variable) => {
    const error = thrownBy(() => driver.parseTarget({ ...minimal, [name]: value }));
    expect(isDriverError(error) && { code: error.code, kind: error.kind }).toEqual({
      code: 'BAD_CONFIGURATION',
      kind: 'needsPerson',
    });
    expect(String(error)).toContain(`"${name}" (${variable})`);
    expect(String(error)).not.toContain(minimal.accessKeySecret);
  });

  it.each(['bucket', 'accessKeyId', 'accessKeySecret', 'region'])('wants %s', (name) => {
    const { [name]: _left, ...rest } = { ...minimal } as Record<string, string>;
    expect(() => driver.parseTarget(rest)).toThrow(`"${name}"`);
  });

  it('never repeats a value: it may be a secret in the wrong place', () => {
    const error = thrownBy(() => driver.parseTarget({ ...minimal, region: 'The Secret!' }));
    expect(String(error)).not.toContain('The Secret!');
  });

  it('issues nothing without a role, and says what to do', async () => {
    const { roleArn: _left, ...rest } = minimal;
    const target = driver.parseTarget(rest);
    const location = locate({});
    if (!location) throw new Error('there is no location');
    await expect(driver.issueCredentials(target, location, 'read', new AbortController().signal)).rejects.toMatchObject(
      { code: 'BAD_CONFIGURATION', kind: 'needsPerson', remedy: expect.stringContaining('RAM role') },
    );
  });
});

it.each([
  ['sts.cn-hangzhou.aliyuncs.com', 'https', 'sts.cn-hangzhou.aliyuncs.com'],
  ['sts.example:8443', 'https', 'sts.example:8443'],
  ['127.0.0.1:80', 'http', '127.0.0.1'],
  ['[::1]:9000', 'http', '[::1]:9000'],
  ['[::1]', 'https', '[::1]'],
] as const)('the endpoint %s is the host of a request over %s as %s', (endpoint, scheme, host) => {
  expect(hostHeader(originOf(endpoint, scheme === 'http' ? 80 : 443), scheme)).toBe(host);
});

describe('where a vault lives', () => {
  it('is a server that can be probed, in each network', () => {
    const location = locate({ httpsPort: '8443' });
    if (!location) throw new Error('there is no location');
    expect(driver.serverOf?.(location, { scheme: 'https', network: 'VPC' })).toEqual({
      host: 'vaults.oss-cn-hangzhou-internal.aliyuncs.com',
      port: 8443,
      ca: null,
    });
    expect(driver.serverOf?.(location, { scheme: 'http', network: 'INTERNET' })).toMatchObject({
      host: 'vaults.oss-cn-hangzhou.aliyuncs.com',
      port: 80,
    });
  });

  it('is told without a secret', () => {
    const location = locate({});
    expect(location).toMatchObject({ driver: 'oss', bucket: 'vaults', region: 'cn-hangzhou', prefix: 'vaults/one/' });
    for (const secret of [minimal.accessKeyId, minimal.accessKeySecret, minimal.roleArn])
      expect(JSON.stringify(location)).not.toContain(secret);
  });

  it('is a bucket of the vault’s region', () => {
    expect(() => locate({}, 'cn-beijing')).toThrow('HOLDFAST_STORAGE_REGION');
    expect(locate({ bucket: 'vaults-<region>' }, 'cn-beijing')?.bucket).toBe('vaults-cn-beijing');
    expect(locate({ bucket: 'vaults-<region>' }, 'cn-beijing')?.settings.endpointVpc).toBe(
      '<bucket>.oss-cn-beijing-internal.aliyuncs.com'.replace('<bucket>', 'vaults-cn-beijing'),
    );
  });

  it.each([
    [{}, 'https', 'INTERNET', 'https://vaults.oss-cn-hangzhou.aliyuncs.com:443/'],
    [{}, 'http', 'VPC', 'http://vaults.oss-cn-hangzhou-internal.aliyuncs.com:80/'],
    [{ endpointInternet: 'oss.example:8443' }, 'https', 'INTERNET', 'https://vaults.oss.example:8443/'],
    [
      { endpointInternet: '127.0.0.1', httpPort: '9000', httpsPort: '9443', addressing: 'path' },
      'https',
      'INTERNET',
      'https://127.0.0.1:9443/vaults/',
    ],
    [{ endpointVpc: '[::1]:9000', addressing: 'path' }, 'http', 'VPC', 'http://::1:9000/vaults/'],
    [{ endpointVpc: 'b.<bucket>.<region>.example' }, 'http', 'VPC', 'http://b.vaults.cn-hangzhou.example:80/'],
  ] as const)('with %j is reached over %s and %s at %s', (settings, scheme, network, url) => {
    expect(placed(settings, { scheme, network })).toBe(url);
  });
});
