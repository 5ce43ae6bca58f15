import { DriverError } from '../../../base/errors.ts';

/** What the operator says of the accounts and their STS. */
export interface RamSettings {
  readonly scheme: 'https' | 'http';
  /** `host[:port]` of STS, as the Host header has it. */
  readonly host: string;
  /** PEM of the only authorities that are trusted; absent: the public ones. */
  readonly ca?: string;
  /** Whose keys count; `*`: everybody's. */
  readonly accountIds: readonly string[];
}

/** STS's global endpoint. Source: "Endpoints", STS developer reference. */
export const usualEndpoint = 'https://sts.aliyuncs.com';

/** Reads `stsEndpoint`, `ca` and `accountIds` (separated by commas). Throws BAD_CONFIGURATION. */
export function ramSettings(settings: Readonly<Record<string, string>>): RamSettings {
  const match = /^(?:(?<scheme>https?):\/\/)?(?<host>[A-Za-z0-9.-]+(?::\d{1,5})?)\/?$/.exec(
    settings.stsEndpoint ?? usualEndpoint,
  )?.groups;
  if (!match?.host)
    throw badSetting(
      'HOLDFAST_RAM_STS_ENDPOINT is not a host with an optional https:// before it.',
      'Use an endpoint such as sts.cn-hangzhou.aliyuncs.com, or sts-vpc.cn-hangzhou.aliyuncs.com within a VPC.',
    );
  const scheme = match.scheme === 'http' ? 'http' : 'https';
  if (scheme === 'http' && !/^(?:localhost|127(?:\.\d{1,3}){3})(?::\d+)?$/.test(match.host))
    throw badSetting(
      'HOLDFAST_RAM_STS_ENDPOINT uses plain HTTP, with which anybody on the way could say whose a key is.',
      'Use https; plain HTTP is for a sandbox on loopback.',
    );
  const accountIds = (settings.accountIds ?? '').split(',').flatMap((id) => id.trim() || []);
  if (accountIds.length === 0)
    throw badSetting(
      'Nobody has said which Alibaba Cloud accounts may activate gateways, and a valid key of any account would do.',
      'Set HOLDFAST_RAM_ACCOUNT_IDS to the account ids, separated by commas; * lets every account.',
    );
  if (accountIds.some((id) => id !== '*' && !/^\d{5,32}$/.test(id)))
    throw badSetting(
      'HOLDFAST_RAM_ACCOUNT_IDS holds something that is no account id.',
      'Account ids are numbers such as 1234567890123456; several are separated by commas.',
    );
  return { scheme, host: match.host, accountIds, ...(settings.ca !== undefined && { ca: settings.ca }) };
}

function badSetting(message: string, remedy: string): DriverError {
  return new DriverError({ kind: 'needsPerson', code: 'BAD_CONFIGURATION', message, remedy });
}
