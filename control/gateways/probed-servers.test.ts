import { expect, it } from 'vitest';
import { silentLogger } from '../../base/logger.ts';
import { fileStorageDriver } from '../../drivers/storage/file.ts';
import { ossStorageDriver } from '../../drivers/storage/oss/driver.ts';
import { controlConfig } from '../config.ts';
import { probedServers } from './probed-servers.ts';

const settings = { bucket: 'vaults', region: 'cn-hangzhou', accessKeyId: 'id', accessKeySecret: 'secret' };
const target = { driver: 'oss', settings: ossStorageDriver.parseTarget(settings).settings };
const oss = { driver: 'oss', region: 'cn-hangzhou', bucket: 'vaults', prefix: 'vaults/one/', settings: {} };
const messageUrls = { INTERNET: 'mqtts://broker.example:8883' };

const servers = (more: { messageCa?: string | null; controlCa?: string | null }, useHttps = true) =>
  probedServers(
    {
      config: controlConfig({ publicUrls: {}, messageUrls, regions: [], ...more }),
      storage: { driver: ossStorageDriver, target },
      logger: silentLogger,
    },
    oss,
    { useHttps, dataNetwork: 'VPC' },
  );

it('a certificate tells the broker and the object server of the gateway’s own data network', () => {
  const host = 'vaults.oss-cn-hangzhou-internal.aliyuncs.com';
  expect(servers({})).toEqual({ messageUrls, dataServer: { host, port: 443, https: true, ca: null } });
  expect(servers({}, false)).toEqual({ messageUrls, dataServer: { host, port: 80, https: false, ca: null } });
});

it('the broker’s CA is told where it is another one, and one too long is left out with the broker', () => {
  expect(servers({ messageCa: 'one', controlCa: 'one' })).not.toHaveProperty('messageCa');
  expect(servers({ messageCa: 'one', controlCa: 'two' })).toMatchObject({ messageUrls, messageCa: 'one' });
  expect(servers({ messageCa: null, controlCa: 'two' })).toMatchObject({ messageUrls, messageCa: null });
  expect(Object.keys(servers({ messageCa: 'x'.repeat(20_000) }))).toEqual(['dataServer']);
});

it('a directory is no server', () => {
  const control = {
    config: controlConfig({ publicUrls: {}, messageUrls, regions: [] }),
    storage: { driver: fileStorageDriver, target: { driver: 'file', settings: { root: '/vaults' } } },
    logger: silentLogger,
  };
  const location = { driver: 'file', region: 'sandbox-1', bucket: '/vaults', prefix: 'vaults/one/', settings: {} };
  expect(probedServers(control, location, { useHttps: true, dataNetwork: 'VPC' }).dataServer).toBeNull();
});
