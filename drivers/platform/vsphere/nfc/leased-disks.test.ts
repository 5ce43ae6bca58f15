import { expect, it } from 'vitest';
import type { HttpNfcLeaseDeviceUrl, VirtualController, VirtualDevice, VirtualDisk } from '../gen/types.ts';
import { hostOf, leasedDisks } from './leased-disks.ts';

const server = { host: 'vc.example', port: 8443 };
const controller = ($type: string, key: number, busNumber: number): VirtualController => ({ $type, key, busNumber });
const disk = (key: number, controllerKey: number, unitNumber: number): VirtualDisk => ({
  $type: 'VirtualDisk',
  key,
  controllerKey,
  unitNumber,
  capacityInKB: 1024,
});
const url = (key: string, more: Partial<HttpNfcLeaseDeviceUrl> = {}): HttpNfcLeaseDeviceUrl => ({
  key,
  importKey: '',
  url: `https://esx.example/nfc/ticket/${key.slice(-3)}.vmdk`,
  sslThumbprint: 'AA:BB',
  disk: true,
  ...more,
});

const devices: readonly VirtualDevice[] = [
  controller('VirtualIDEController', 200, 0),
  controller('VirtualIDEController', 201, 1),
  controller('ParaVirtualSCSIController', 1000, 0),
  controller('VirtualLsiLogicSASController', 1001, 1),
  controller('VirtualAHCIController', 15_000, 0),
  controller('VirtualNVMEController', 31_000, 0),
  disk(3000, 200, 0),
  disk(3002, 201, 0),
  disk(2000, 1000, 0),
  disk(2016, 1001, 10),
  disk(16_000, 15_000, 0),
  disk(32_000, 31_000, 1),
];

it('tells disks apart by controller, bus and unit, in whatever order their URLs come', () => {
  const found = leasedDisks(
    devices,
    [
      url('/vm-12/VirtualNVMEController0:1'),
      url('/vm-12/VirtualLsiLogicSASController1:10'),
      url('/vm-12/VirtualIDEController1:0'),
      url('/vm-12/nvram', { disk: false }),
      url('/vm-12/VirtualAHCIController0:0', { sslThumbprint: '', fileSize: 77 }),
      url('/vm-12/VirtualIDEController0:0'),
      url('/vm-12/unknown', { importKey: '/a%2fb/ParaVirtualSCSIController0:0' }),
    ],
    server,
  );
  expect(found.map(({ key, url: at }) => [key, at.slice(-8, -5)])).toEqual([
    [3000, '0:0'],
    [3002, '1:0'],
    [2000, 'own'],
    [2016, ':10'],
    [16_000, '0:0'],
    [32_000, '0:1'],
  ]);
  expect(found.find(({ key }) => key === 16_000)).toMatchObject({ hostThumbprint: null, fileSize: 77 });
  expect(found.find(({ key }) => key === 2000)).toMatchObject({ hostThumbprint: 'AA:BB', fileSize: null });
});

it('leaves a disk out that is not leased, and guesses nothing', () => {
  expect(leasedDisks(devices, [url('/vm-12/ParaVirtualSCSIController0:1')], server)).toEqual([]);
  expect(leasedDisks(devices, [url('/vm-12/VirtualIDEController0:0', { disk: false })], server)).toEqual([]);
  const twice = [url('/vm-12/VirtualIDEController0:0'), url('/vm-13/VirtualIDEController0:0')];
  expect(() => leasedDisks(devices, twice, server)).toThrow(expect.objectContaining({ code: 'NOT_SUPPORTED' }));
});

it('takes * for the server that was connected to, and HTTPS only', () => {
  const at = (given: string, to = server) => {
    const [leased] = leasedDisks(devices, [url('/vm-12/VirtualIDEController0:0', { url: given })], to);
    return leased && { url: leased.url, host: hostOf(leased.url) };
  };
  const path = '/nfc/52-ab/disk-0.vmdk';
  expect(at(`https://*${path}`)).toEqual({ url: `https://vc.example:8443${path}`, host: server });
  expect(at(`https://*:443${path}`)).toEqual({ url: `https://vc.example:8443${path}`, host: server });
  expect(at(`https://*${path}`, { host: '::1', port: 443 })).toEqual({
    url: `https://[::1]${path}`,
    host: { host: '::1', port: 443 },
  });
  expect(at(`https://10.0.0.7${path}`)?.host).toEqual({ host: '10.0.0.7', port: 443 });
  for (const wrong of [`http://esx.example${path}`, `https://user:secret@esx.example${path}`, path, 'https://'])
    expect(() => at(wrong)).toThrow(expect.objectContaining({ code: 'NOT_SUPPORTED' }));
});
