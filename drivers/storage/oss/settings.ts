import { X509Certificate } from 'node:crypto';
import { DriverError } from '../../../base/errors.ts';
import type { StorageTarget } from '../contract.ts';
import { checkHostPattern, isLoopback } from './host-pattern.ts';

/** A storage target's settings, checked, with their defaults. Secret as a whole. */
export interface OssTarget {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  /** May hold `<region>`: then every region's vaults have a bucket of their own. */
  readonly bucket: string;
  /** The bucket's region where its name holds no `<region>`. */
  readonly region?: string;
  readonly roleArn?: string;
  readonly externalId?: string;
  readonly credentialSeconds: number;
  /** `https://host[:port]`; may hold `<region>`. */
  readonly stsEndpoint: string;
  readonly endpointInternet: string;
  readonly endpointVpc: string;
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly addressing: 'virtual' | 'path';
  readonly ca?: string;
  /** How the control plane itself reaches the bucket. */
  readonly network: 'INTERNET' | 'VPC';
  readonly scheme: 'https' | 'http';
  readonly createBucket: boolean;
}

/** What is wrong with a value, or undefined. Never repeats the value, which may be a secret in the wrong place. */
type Check = (value: string) => string | undefined;

const matches =
  (pattern: RegExp, problem: string): Check =>
  (value) =>
    pattern.test(value) ? undefined : problem;
const oneOf = (...values: readonly string[]): Check =>
  matches(new RegExp(`^(?:${values.join('|')})$`), `is not one of ${values.join(', ')}`);
const port: Check = (value) =>
  /^\d{1,5}$/.test(value) && Number(value) >= 1 && Number(value) <= 65_535 ? undefined : 'is not a port number';

/** One setting of a target: what docs/configuration.md says about it, and its check. */
export interface OssSetting {
  readonly description: string;
  /** As it would be set; absent: nothing, or, with `required`, no default. */
  readonly preset?: string;
  readonly required?: boolean;
  readonly check: Check;
}

export const ossSettings: Readonly<Record<string, OssSetting>> = {
  bucket: {
    description: 'The bucket. May hold `<region>`: then every region’s vaults have a bucket of their own.',
    required: true,
    // "Bucket naming conventions": 3 to 63 lower-case letters, digits and dashes. The place-holder stands for a
    // region's id.
    check: (value) =>
      /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(value.replaceAll('<region>', 'cn-zhangjiakou'))
        ? undefined
        : 'is not a bucket name, which may hold <region>',
  },
  region: {
    description: 'The bucket’s region, such as `cn-hangzhou`. Required unless the bucket’s name holds `<region>`.',
    check: matches(/^[a-z][a-z0-9-]{1,62}$/, 'is not a region’s id, such as cn-hangzhou'),
  },
  accessKeyId: {
    description: 'AccessKey ID of the RAM user who assumes the role. Stays with the control plane.',
    required: true,
    check: matches(/^[\x21-\x7e]{1,256}$/, 'is not an AccessKey ID'),
  },
  accessKeySecret: {
    description: 'Its secret.',
    required: true,
    check: matches(/^[\x21-\x7e]{1,256}$/, 'is not an AccessKey secret'),
  },
  roleArn: {
    description: 'The RAM role whose short-lived credentials, cut down to one vault, gateways get. Vaults need it.',
    check: matches(
      /^acs:ram::\d+:role\/[A-Za-z0-9._-]{1,64}$/i,
      'is not a role’s ARN, such as acs:ram::1234567890123456:role/holdfast',
    ),
  },
  externalId: {
    description: 'The external ID the role’s trust policy asks for.',
    check: matches(/^[A-Za-z0-9=,.@:/_-]{2,1224}$/, 'is not an external ID'),
  },
  credentialSeconds: {
    description: 'How long credentials last: 900 to 43200 seconds, and no more than the role’s longest session.',
    preset: '3600',
    check: (value) =>
      /^\d{3,5}$/.test(value) && Number(value) >= 900 && Number(value) <= 43_200
        ? undefined
        : 'is not a number of seconds from 900 to 43200',
  },
  endpointInternet: {
    description: 'Host, with an optional port, of the bucket on the internet network.',
    preset: '<bucket>.oss-<region>.aliyuncs.com',
    check: checkHostPattern,
  },
  endpointVpc: {
    description: 'Host, with an optional port, of the bucket on the VPC network.',
    preset: '<bucket>.oss-<region>-internal.aliyuncs.com',
    check: checkHostPattern,
  },
  httpPort: { description: 'Port for HTTP where the host names none.', preset: '80', check: port },
  httpsPort: { description: 'Port for HTTPS where the host names none.', preset: '443', check: port },
  addressing: {
    description: '`virtual`: the bucket begins the host name; `path`: it begins the path, as addresses need.',
    preset: 'virtual',
    check: oneOf('virtual', 'path'),
  },
  ca: {
    description: 'PEM of the only authorities to trust for HTTPS; with `_FILE`, the file that holds it.',
    check: checkCertificates,
  },
  stsEndpoint: {
    description: 'Where the role is assumed: a host or `https://` URL; `http://` on loopback only.',
    preset: 'https://sts.<region>.aliyuncs.com',
    check: checkStsEndpoint,
  },
  network: {
    description: 'Which of the endpoints the control plane itself uses: INTERNET or VPC.',
    preset: 'INTERNET',
    check: oneOf('INTERNET', 'VPC'),
  },
  scheme: {
    description: 'How the control plane itself speaks to the bucket: https or http.',
    preset: 'https',
    check: oneOf('https', 'http'),
  },
  createBucket: {
    description: 'Whether a bucket that is missing is made, zone-redundant where the region has it: true or false.',
    preset: 'true',
    check: oneOf('true', 'false'),
  },
};

/** Checks the operator's settings. Throws BAD_CONFIGURATION (needsPerson) that names the setting and its variable. */
export function checkSettings(settings: Readonly<Record<string, string>>): StorageTarget {
  for (const [name, value] of Object.entries(settings)) {
    const setting = Object.hasOwn(ossSettings, name) ? ossSettings[name] : undefined;
    if (setting === undefined)
      throw badSetting(
        name,
        'is not a setting of the oss storage driver',
        `Remove it; there are: ${Object.keys(ossSettings).join(', ')}.`,
      );
    const problem = setting.check(value);
    if (problem !== undefined)
      throw badSetting(name, problem, 'Correct it; docs/configuration.md describes every setting.');
  }
  for (const [name, { required }] of Object.entries(ossSettings))
    if (required && settings[name] === undefined)
      throw badSetting(name, 'is missing', 'Set it; docs/configuration.md describes every setting.');
  if (settings.region === undefined && !settings.bucket?.includes('<region>'))
    throw badSetting(
      'region',
      'is missing',
      'Set it to the region of the bucket, or use a bucket name with <region> in it.',
    );
  requireAddressable(settings);
  return { driver: 'oss', settings: { ...settings } };
}

/** The typed view of a target that {@link checkSettings} made. */
export function ossTarget({ settings }: StorageTarget): OssTarget {
  const { region, roleArn, externalId, ca } = settings;
  const settingOf = (name: string) => settings[name] ?? ossSettings[name]?.preset ?? '';
  return {
    accessKeyId: settingOf('accessKeyId'),
    accessKeySecret: settingOf('accessKeySecret'),
    bucket: settingOf('bucket'),
    ...(region !== undefined && { region }),
    ...(roleArn !== undefined && { roleArn }),
    ...(externalId !== undefined && { externalId }),
    ...(ca !== undefined && { ca }),
    credentialSeconds: Number(settingOf('credentialSeconds')),
    stsEndpoint: settingOf('stsEndpoint'),
    endpointInternet: settingOf('endpointInternet'),
    endpointVpc: settingOf('endpointVpc'),
    httpPort: Number(settingOf('httpPort')),
    httpsPort: Number(settingOf('httpsPort')),
    addressing: settingOf('addressing') === 'path' ? 'path' : 'virtual',
    network: settingOf('network') === 'VPC' ? 'VPC' : 'INTERNET',
    scheme: settingOf('scheme') === 'http' ? 'http' : 'https',
    createBucket: settingOf('createBucket') === 'true',
  };
}

/** `endpointVpc` is HOLDFAST_STORAGE_ENDPOINT_VPC. */
export function variableOf(setting: string): string {
  return `HOLDFAST_STORAGE_${setting.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

export function badSetting(name: string, problem: string, remedy: string): DriverError {
  return new DriverError({
    kind: 'needsPerson',
    code: 'BAD_CONFIGURATION',
    message: `The setting "${name}" (${variableOf(name)}) ${problem}.`,
    remedy,
  });
}

/** A bucket cannot be the first label of an address, and is in the path already with `path`. */
function requireAddressable(settings: Readonly<Record<string, string>>): void {
  for (const name of ['endpointInternet', 'endpointVpc']) {
    const pattern = settings[name];
    if (pattern === undefined) continue;
    const host = pattern.replace(/:\d+$/, '');
    if (settings.addressing === 'path') {
      if (pattern.includes('<bucket>'))
        throw badSetting(
          name,
          'holds <bucket>, which stands in the path',
          'Remove <bucket>, or set addressing to virtual.',
        );
    } else if (!pattern.includes('<bucket>') && (/^[\d.]+$/.test(host) || host.startsWith('[')))
      throw badSetting(
        name,
        'is an address, which cannot begin with a bucket’s name',
        'Set addressing to path, or use a host name.',
      );
  }
}

function checkStsEndpoint(value: string): string | undefined {
  const problem = 'is not a host or https:// URL without a path (http:// is for loopback only)';
  const match = /^(?:(?<scheme>https?):\/\/)?(?<host>[^/?#@\s]+)\/?$/.exec(value)?.groups;
  const host = match?.host;
  if (host === undefined || host.includes('<bucket>') || checkHostPattern(host) !== undefined) return problem;
  return match?.scheme === 'http' && !isLoopback(host) ? problem : undefined;
}

function checkCertificates(value: string): string | undefined {
  const blocks = value.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g);
  if (!blocks) return 'holds no PEM certificate (to read it from a file, set HOLDFAST_STORAGE_CA_FILE)';
  try {
    for (const block of blocks) new X509Certificate(block);
    return value.includes('PRIVATE KEY') ? 'holds a private key' : undefined;
  } catch {
    return 'holds a certificate that cannot be read';
  }
}
