import { describe, expect, it } from 'vitest';
import { isDriverError } from '../../base/errors.ts';
import type { Channel, NetworkDriver, RegionEndpoints } from './contract.ts';

const region: RegionEndpoints = {
  regionId: 'test-1',
  control: { VPC: 'https://control-vpc.test-1.example:8443', INTERNET: 'https://control.test-1.example' },
  message: { VPC: 'mqtt://message-vpc.test-1.example', INTERNET: 'mqtts://message.test-1.example' },
  data: { VPC: '<bucket>.data-internal.example', INTERNET: '<bucket>.data.example' },
};

/** Declares the suite that every network driver passes. Call it at the top level of a vitest file. */
export function networkConformance(name: string, driver: NetworkDriver): void {
  describe(`network driver ${name}`, () => {
    const channels: readonly Channel[] = ['CONTROL', 'MESSAGE', 'DATA'];

    it('gives the address of its own network for each channel', () => {
      expect(channels.map((channel) => driver.endpoint(channel, region).url)).toEqual([
        region.control[driver.networkType],
        region.message[driver.networkType],
        region.data[driver.networkType],
      ]);
    });

    it.each(channels)('says BAD_CONFIGURATION and names region and channel without a %s endpoint', (channel) => {
      const bare: RegionEndpoints = { regionId: 'bare-1', control: {}, message: {}, data: {} };
      const error = thrownBy(() => driver.endpoint(channel, bare));
      expect(isDriverError(error) && { code: error.code, kind: error.kind }).toEqual({
        code: 'BAD_CONFIGURATION',
        kind: 'needsPerson',
      });
      expect(isDriverError(error) && error.message).toContain('bare-1');
      expect(isDriverError(error) && error.message).toContain(channel);
    });

    it.each([true, false])('lists hosts and ports for a firewall, with HTTPS %s', (useHttps) => {
      const required = driver.requiredEndpoints(region, { useHttps });
      expect(channels.every((channel) => required.some((endpoint) => endpoint.channel === channel))).toBe(true);
      expect(required.filter((endpoint) => endpoint.channel === 'VSPHERE').map((endpoint) => endpoint.port)).toContain(
        443,
      );
      for (const endpoint of required) {
        expect(endpoint.port).toBeGreaterThan(0);
        expect(endpoint.host).not.toMatch(/[:/]/);
        expect(endpoint.purpose).not.toBe('');
      }
      expect(required.find((endpoint) => endpoint.channel === 'DATA')?.port).toBe(useHttps ? 443 : 80);
    });

    it('tells apart what the gateway opens and what is opened to it', () => {
      const required = driver.requiredEndpoints(region, { useHttps: true });
      const line = (found: (typeof required)[number]) =>
        `${found.direction} ${found.protocol} ${found.host} ${found.port}`;
      expect(required.filter(({ direction }) => direction === 'INBOUND').map(line)).toEqual([
        'INBOUND TCP <gateway> 8011',
      ]);
      const lines = required.map(line);
      for (const wanted of ['TCP <vcenter> 443', 'TCP <esxi-host> 443', 'TCP <esxi-host> 902', 'UDP <dns-server> 53'])
        expect(lines).toContain(`OUTBOUND ${wanted}`);
    });

    it('leaves out the data channel of a directory', () => {
      const required = driver.requiredEndpoints({ ...region, data: {} }, { useHttps: true });
      expect(required.some((endpoint) => endpoint.channel === 'DATA')).toBe(false);
    });
  });
}

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}
