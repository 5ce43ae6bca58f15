import { expect, it } from 'vitest';
import { silentLogger } from '../../base/logger.ts';
import { fileStorageDriver } from '../../drivers/storage/file.ts';
import { createOssStorageDriver } from '../../drivers/storage/oss/driver.ts';
import { sandboxTarget } from '../../drivers/storage/oss/testing/sandbox-target.ts';
import { KEYRING_KEY } from '../../repository/keys/keyring.ts';
import type { RegionInfo } from '../regions/region.ts';
import { currentLocation, provisionVault, vaultLocation } from './vault-storage.ts';

const signal = new AbortController().signal;
const driver = createOssStorageDriver();

function controlWith(settings: Readonly<Record<string, string>>) {
  return { storage: { driver, target: driver.parseTarget(settings) }, logger: silentLogger, config: { regions: [] } };
}

function regionWith(id: string, zrs: boolean, data: RegionInfo['endpoints']['data'] = {}): RegionInfo {
  return { id, name: id, zrs, endpoints: { regionId: id, control: {}, message: {}, data } };
}

it.each(['http', 'https'] as const)(
  'a vault is made in a bucket over %s, and a gateway can find it',
  async (scheme) => {
    const { settings, server, close } = await sandboxTarget(scheme, { region: 'sandbox-1' });
    const control = controlWith(settings);
    const region = regionWith('sandbox-1', false);
    const location = vaultLocation(control, 'one', region);
    await provisionVault(control, location, region, Buffer.from('keyring'), signal);
    // What travels to a gateway, as JSON.
    const sent = JSON.parse(JSON.stringify(location));
    expect(JSON.stringify(sent)).not.toContain(server.facts.accessKeySecret);
    await using store = driver.open({
      location: sent,
      credentials: (inner) => driver.issueCredentials(control.storage.target, sent, 'read', inner),
      endpoint: { scheme, network: 'VPC' },
    });
    expect(Buffer.from(await store.get(KEYRING_KEY, undefined, signal)).toString()).toBe('keyring');
    await close();
  },
);

it('a new endpoint or authority reaches the vaults that are there', () => {
  const settings = {
    bucket: 'vaults',
    region: 'cn-hangzhou',
    accessKeyId: 'id',
    accessKeySecret: 'secret',
    endpointInternet: 'old.example',
  };
  const recorded = vaultLocation(controlWith(settings), 'one', regionWith('cn-hangzhou', true));
  const moved = currentLocation(controlWith({ ...settings, endpointInternet: 'new.example' }), recorded);
  expect(moved).toMatchObject({ prefix: 'vaults/one/', settings: { endpointInternet: 'vaults.new.example' } });
  // Another bucket is another place: the vault is not there.
  expect(currentLocation(controlWith({ ...settings, bucket: 'others' }), recorded)).toEqual(recorded);
  expect(currentLocation(controlWith({ ...settings, region: 'cn-beijing' }), recorded)).toEqual(recorded);
  const file = { storage: { driver: fileStorageDriver, target: fileStorageDriver.parseTarget({ root: '/x' }) } };
  expect(currentLocation({ ...file, logger: silentLogger, config: { regions: [] } }, recorded)).toEqual(recorded);
});

it('a vault is where its region’s object storage is, unless the target says where', () => {
  const settings = { bucket: 'vaults-<region>', accessKeyId: 'id', accessKeySecret: 'secret' };
  const region = regionWith('dc-west', false, { INTERNET: '<bucket>.objects.west.example:9000' });
  const control = { ...controlWith(settings), config: { regions: [region] } };
  const location = vaultLocation(control, 'one', region);
  expect(location.settings).toMatchObject({
    endpointInternet: 'vaults-dc-west.objects.west.example:9000',
    endpointVpc: 'vaults-dc-west.oss-dc-west-internal.aliyuncs.com',
  });
  expect(currentLocation(control, { ...location, settings: {} }).settings).toMatchObject({
    endpointInternet: 'vaults-dc-west.objects.west.example:9000',
  });
  const own = controlWith({ ...settings, endpointInternet: 'own.example' });
  expect(vaultLocation(own, 'one', region).settings.endpointInternet).toBe('vaults-dc-west.own.example');
  expect(driver.serverOf?.(location, { scheme: 'http', network: 'INTERNET' })).toMatchObject({
    host: 'vaults-dc-west.objects.west.example',
    port: 9000,
  });
});
