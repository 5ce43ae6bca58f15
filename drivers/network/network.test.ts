import { expect, it } from 'vitest';
import { networkConformance } from './conformance.ts';
import { internetNetworkDriver } from './internet.ts';
import { vpcNetworkDriver } from './vpc.ts';

networkConformance('vpc', vpcNetworkDriver);
networkConformance('internet', internetNetworkDriver);

it('takes explicit ports from the addresses', () => {
  const required = internetNetworkDriver.requiredEndpoints(
    {
      regionId: 'sandbox-1',
      control: { INTERNET: 'http://127.0.0.1:4000' },
      message: { INTERNET: 'mqtt://127.0.0.1:5000' },
      data: { INTERNET: '<bucket>.oss.example:9000' },
    },
    { useHttps: false },
  );
  expect(required.slice(0, 3).map(({ host, port }) => `${host} ${port}`)).toEqual([
    '127.0.0.1 4000',
    '127.0.0.1 5000',
    '<bucket>.oss.example 9000',
  ]);
});
