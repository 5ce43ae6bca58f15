import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningApi } from '../api/start.ts';
import type { ControlContext } from '../control/context.ts';
import { builtinRegions } from '../control/regions/built-in-regions.ts';
import { applyCustomRegions, customRegionsSchema } from '../control/regions/custom-regions.ts';
import { createOssStorageDriver } from '../drivers/storage/oss/driver.ts';
import { createTestControl, type TestControl } from './support/control.ts';
import { databases } from './support/databases.ts';
import { ask, newKey, openApi, read } from './support/public-api.ts';

const urls = {
  control: { INTERNET: 'https://backup.example', VPC: 'https://10.1.2.3:8443' },
  message: { INTERNET: 'mqtts://backup.example', VPC: 'mqtt://[fd00::3]' },
};
const document = `query ($regionId: String!, $networkType: NetworkType!, $useHttps: Boolean!, $control: NetworkType) {
  requiredEndpoints(regionId: $regionId, networkType: $networkType, useHttps: $useHttps, controlNetworkType: $control) {
    host port protocol channel direction purpose
  }
}`;
const asText = `query ($regionId: String!, $networkType: NetworkType!, $useHttps: Boolean!) {
  requiredEndpointsAsText(regionId: $regionId, networkType: $networkType, useHttps: $useHttps)
}`;

/** What every gateway needs, whatever its region. */
const everywhere = [
  'VSPHERE OUTBOUND TCP <vcenter> 443',
  'VSPHERE OUTBOUND TCP <esxi-host> 443',
  'VSPHERE OUTBOUND TCP <esxi-host> 902',
  'DNS OUTBOUND UDP <dns-server> 53',
  'PAGE INBOUND TCP <gateway> 8011',
];

describe('the endpoints a firewall must let through', () => {
  let stack: AsyncDisposableStack;
  let control: TestControl;
  let key: string;
  beforeAll(async () => {
    stack = new AsyncDisposableStack();
    const [kind] = databases();
    if (!kind) throw new Error('no database');
    const database = stack.use(await kind.open());
    const regions = builtinRegions(urls);
    const custom = customRegionsSchema.parse({
      regions: [
        {
          id: 'dc-west',
          name: 'Data centre west',
          control: { VPC: 'https://control.west.example' },
          message: { VPC: 'mqtts://broker.west.example:9883' },
          data: { VPC: '<bucket>.objects.west.example:9000' },
        },
      ],
    });
    control = stack.use(
      await createTestControl({
        database,
        config: {
          publicUrls: urls.control,
          messageUrls: urls.message,
          regions: applyCustomRegions(regions, custom, urls).regions,
        },
      }),
    );
    key = await newKey(control, { scopes: ['gateway:read'] });
  });
  afterAll(() => stack.disposeAsync());

  const oss = createOssStorageDriver();
  const stored = (settings: Record<string, string> = {}): ControlContext => ({
    ...control,
    storage: {
      driver: oss,
      target: oss.parseTarget({ bucket: 'backups-<region>', accessKeyId: 'i', accessKeySecret: 's', ...settings }),
    },
  });
  const onApi = async <T>(context: ControlContext, work: (api: RunningApi) => Promise<T>): Promise<T> => {
    await using api = await openApi(context);
    return await work(api);
  };
  const lines = (context: ControlContext, variables: Record<string, unknown>) =>
    onApi(context, async (api) => {
      const { requiredEndpoints } = await read(api, key, document, variables);
      for (const { purpose } of requiredEndpoints) expect(purpose).toMatch(/\w/);
      return requiredEndpoints.map(
        // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the document asked for
        (found: any) => `${found.channel} ${found.direction} ${found.protocol} ${found.host} ${found.port}`,
      );
    });

  it.each([
    [
      'INTERNET',
      true,
      'backup.example 443',
      'backup.example 8883',
      'backups-cn-shanghai.oss-cn-shanghai.aliyuncs.com 443',
    ],
    [
      'INTERNET',
      false,
      'backup.example 443',
      'backup.example 8883',
      'backups-cn-shanghai.oss-cn-shanghai.aliyuncs.com 80',
    ],
    ['VPC', true, '10.1.2.3 8443', 'fd00::3 1883', 'backups-cn-shanghai.oss-cn-shanghai-internal.aliyuncs.com 443'],
    ['VPC', false, '10.1.2.3 8443', 'fd00::3 1883', 'backups-cn-shanghai.oss-cn-shanghai-internal.aliyuncs.com 80'],
  ])('network %s, HTTPS %s', async (networkType, useHttps, onControl, onMessage, onData) => {
    expect(await lines(stored(), { regionId: 'cn-shanghai', networkType, useHttps })).toEqual([
      `CONTROL OUTBOUND TCP ${onControl}`,
      `MESSAGE OUTBOUND TCP ${onMessage}`,
      `DATA OUTBOUND TCP ${onData}`,
      ...everywhere,
    ]);
  });

  it('take the storage target’s own host and ports, and a control network of its own', async () => {
    const settings = { endpointVpc: 'objects.example', httpPort: '8080', httpsPort: '8443', addressing: 'path' };
    const wanted = { regionId: 'cn-shanghai', networkType: 'VPC', control: 'INTERNET' };
    expect((await lines(stored(settings), { ...wanted, useHttps: true })).slice(0, 3)).toEqual([
      'CONTROL OUTBOUND TCP backup.example 443',
      'MESSAGE OUTBOUND TCP fd00::3 1883',
      'DATA OUTBOUND TCP objects.example 8443',
    ]);
    expect(await lines(stored(settings), { ...wanted, useHttps: false })).toContain(
      'DATA OUTBOUND TCP objects.example 8080',
    );
  });

  it('are those of a private region where it has its own', async () => {
    expect((await lines(stored(), { regionId: 'dc-west', networkType: 'VPC', useHttps: true })).slice(0, 3)).toEqual([
      'CONTROL OUTBOUND TCP control.west.example 443',
      'MESSAGE OUTBOUND TCP broker.west.example 9883',
      'DATA OUTBOUND TCP backups-dc-west.objects.west.example 9000',
    ]);
  });

  it('have no data host where vaults are directories', async () => {
    const found = await lines(control, { regionId: 'cn-shanghai', networkType: 'INTERNET', useHttps: true });
    expect(found).toEqual([
      'CONTROL OUTBOUND TCP backup.example 443',
      'MESSAGE OUTBOUND TCP backup.example 8883',
      ...everywhere,
    ]);
  });

  it('can be pasted', async () => {
    const variables = { regionId: 'cn-shanghai', networkType: 'VPC', useHttps: false };
    const text = await onApi(
      stored(),
      async (api) => (await read(api, key, asText, variables)).requiredEndpointsAsText,
    );
    const [first, ...others] = text.trimEnd().split('\n');
    expect(first).toBe('# Holdfast: what a firewall must let through for a gateway in cn-shanghai (China (Shanghai)),');
    expect(others.filter((line: string) => line.startsWith('#'))).toHaveLength(2);
    const rules: string[] = others.filter((line: string) => !line.startsWith('#'));
    expect(rules.map((line) => line.replace(/#.*/, '').trim().replaceAll(/ +/g, ' '))).toEqual([
      'outbound tcp 10.1.2.3 8443',
      'outbound tcp fd00::3 1883',
      'outbound tcp backups-cn-shanghai.oss-cn-shanghai-internal.aliyuncs.com 80',
      'outbound tcp <vcenter> 443',
      'outbound tcp <esxi-host> 443',
      'outbound tcp <esxi-host> 902',
      'outbound udp <dns-server> 53',
      'inbound tcp <gateway> 8011',
    ]);
    expect(new Set(rules.map((line) => line.indexOf('#'))).size).toBe(1);
    expect(rules[0]).toMatch(/# CONTROL: \w/);
  });

  it('refuse what cannot be, and say why', async () => {
    await onApi(stored({ bucket: 'one', region: 'cn-beijing' }), async (api) => {
      const code = async (variables: Record<string, unknown>, token = key) => {
        const { errors } = await ask(api, token, document, { networkType: 'VPC', useHttps: true, ...variables });
        return errors?.map(({ extensions }) => extensions.code);
      };
      expect(await code({ regionId: 'cn-nowhere' })).toEqual(['INVALID_INPUT']);
      expect(await code({ regionId: 'cn-shanghai' })).toEqual(['BAD_CONFIGURATION']);
      expect(await code({ regionId: 'cn-beijing' })).toBeUndefined();
      const blind = await newKey(control, { scopes: ['vault:read'] });
      expect(await code({ regionId: 'cn-beijing' }, blind)).toEqual(['FORBIDDEN']);
    });
    const regions = builtinRegions({ control: { INTERNET: 'https://backup.example' }, message: urls.message });
    await onApi({ ...stored(), config: { ...control.config, regions } }, async (api) => {
      const variables = { regionId: 'cn-shanghai', networkType: 'VPC', useHttps: true };
      const { errors } = await ask(api, key, document, variables);
      expect(errors?.[0]).toMatchObject({
        message: 'The region cn-shanghai has no VPC endpoint for the CONTROL channel.',
        extensions: { code: 'BAD_CONFIGURATION' },
      });
    });
  });
});
