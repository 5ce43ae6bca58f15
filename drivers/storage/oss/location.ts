import { DriverError } from '../../../base/errors.ts';
import type { NewVault, OpenStoreOptions, VaultLocation } from '../contract.ts';
import { checkPrefix } from '../keys.ts';
import { fillPattern, originOf } from './host-pattern.ts';
import { badSetting, type OssTarget, ossSettings } from './settings.ts';

type Network = NonNullable<OpenStoreOptions['endpoint']>;

/** Where the requests of one opened vault go. */
export interface OssPlace {
  readonly scheme: 'https' | 'http';
  readonly host: string;
  readonly port: number;
  /** PEM; absent: the public authorities. */
  readonly ca?: string;
  readonly bucket: string;
  readonly region: string;
  /** Before an object's name in a URL's path: `/`, or `/<bucket>/`. */
  readonly root: string;
  readonly prefix: string;
}

/**
 * A vault's place inside the target. Its settings carry what a gateway needs to find and trust the server (all of it
 * public), and whether a new bucket should be zone-redundant.
 */
export function locateVault(target: OssTarget, vault: NewVault): VaultLocation {
  const { region, prefix, hosts } = vault;
  checkPrefix(prefix);
  if (!target.bucket.includes('<region>') && target.region !== region)
    throw badSetting(
      'region',
      `says that the bucket ${target.bucket} is in ${target.region}, and the vault shall be in ${region}`,
      'Choose the bucket’s region for the vault, or set HOLDFAST_STORAGE_BUCKET to a name with <region>, which gives every region its own bucket.',
    );
  const bucket = fillPattern(target.bucket, { bucket: '', region });
  const hostOf = (pattern: string) =>
    fillPattern(target.addressing === 'path' || pattern.includes('<bucket>') ? pattern : `<bucket>.${pattern}`, {
      bucket,
      region,
    });
  return {
    driver: 'oss',
    region,
    bucket,
    prefix,
    settings: {
      endpointInternet: hostOf(ownOr(target, 'endpointInternet', hosts?.INTERNET)),
      endpointVpc: hostOf(ownOr(target, 'endpointVpc', hosts?.VPC)),
      httpPort: String(target.httpPort),
      httpsPort: String(target.httpsPort),
      addressing: target.addressing,
      ...(target.ca !== undefined && { ca: target.ca }),
      ...(vault.redundancy !== undefined && { redundancy: vault.redundancy }),
    },
  };
}

/** What the operator set for the target; the region's where that is nothing but the preset. */
function ownOr(target: OssTarget, setting: 'endpointInternet' | 'endpointVpc', ofRegion: string | undefined): string {
  const own = target[setting];
  return own === ossSettings[setting]?.preset ? (ofRegion ?? own) : own;
}

/** Throws BAD_CONFIGURATION for a location that is not the target's. */
export function requireInside(target: OssTarget, location: VaultLocation): void {
  checkPrefix(location.prefix);
  if (
    location.driver === 'oss' &&
    location.bucket === fillPattern(target.bucket, { bucket: '', region: location.region })
  )
    return;
  throw badSetting(
    'bucket',
    `is not ${location.bucket}, where the vault is`,
    'Use the target that the vault was made with.',
  );
}

/** A location without settings (or with some) is completed with Alibaba Cloud's own endpoints. */
export function placeOf(location: VaultLocation, endpoint: Network): OssPlace {
  checkPrefix(location.prefix);
  const { bucket, region, prefix, settings } = location;
  const { scheme, network } = endpoint;
  const preset = `<bucket>.oss-<region>${network === 'VPC' ? '-internal' : ''}.aliyuncs.com`;
  const given = network === 'VPC' ? settings.endpointVpc : settings.endpointInternet;
  const isPath = settings.addressing === 'path';
  const defaultPort = scheme === 'https' ? (settings.httpsPort ?? 443) : (settings.httpPort ?? 80);
  const { host, port } = originOf(fillPattern(given ?? preset, { bucket, region }), Number(defaultPort));
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw badPlace(`its port for ${scheme}`);
  return {
    scheme,
    host,
    port,
    ...(settings.ca !== undefined && { ca: settings.ca }),
    bucket,
    region,
    root: isPath ? `/${bucket}/` : '/',
    prefix,
  };
}

function badPlace(what: string): DriverError {
  return new DriverError({
    kind: 'needsPerson',
    code: 'BAD_CONFIGURATION',
    message: `The vault’s location is not usable: ${what}.`,
    remedy: 'Check the storage target’s endpoints and ports.',
  });
}
