import type { LeasedDisk } from '../../contract.ts';
import { formatAddress, parseAddress, type ServerAddress } from '../address.ts';
import { driverError } from '../errors.ts';
import type { HttpNfcLeaseDeviceUrl, VirtualDevice } from '../gen/types.ts';
import { isA } from '../vim-types.ts';
import { exactNumber } from '../vim-values.ts';
import { isVirtualDisk } from '../virtual-disks.ts';

/** Which URL is which disk's. A disk without a URL is not leased; a URL that may be of two disks is refused. */
export function leasedDisks(
  devices: readonly VirtualDevice[],
  urls: readonly HttpNfcLeaseDeviceUrl[],
  server: ServerAddress,
): readonly LeasedDisk[] {
  return devices.filter(isVirtualDisk).flatMap((disk) => {
    const place = placeOf(disk, devices);
    const found = urls.filter((url) => url.disk !== false && [url.key, url.importKey].map(lastPart).includes(place));
    const [url] = found;
    if (!url) return [];
    if (found.length > 1) {
      throw driverError(
        'permanent',
        'NOT_SUPPORTED',
        `vSphere names ${found.length} transfers for the disk at ${place}.`,
        'Use a gateway in the same vCenter with the transport hotadd.',
      );
    }
    return {
      key: disk.key,
      url: resolveUrl(url.url, server),
      hostThumbprint: url.sslThumbprint === '' ? null : url.sslThumbprint,
      fileSize: url.fileSize === undefined ? null : exactNumber(url.fileSize, 'A file size'),
    };
  });
}

/** The host of an URL that {@link leasedDisks} gave. */
export function hostOf(url: string): ServerAddress {
  const { host } = new URL(url);
  return parseAddress(host);
}

/** `ParaVirtualSCSIController0:1`, as vSphere ends the keys of a lease's devices: type and bus of the controller, and the unit. */
function placeOf(disk: VirtualDevice, devices: readonly VirtualDevice[]): string {
  const controller = devices.find((device) => device.key === disk.controllerKey);
  if (!isA(controller, 'VirtualController')) return '';
  return `${controller.$type}${controller.busNumber}:${disk.unitNumber}`;
}

function lastPart(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}

/** `*` is the server that was connected to: vSphere knows no better name of itself. */
function resolveUrl(url: string, server: ServerAddress): string {
  const resolved = url.replace(/^(https:\/\/)\*(?::\d+)?(?=\/|$)/, `$1${formatAddress(server)}`);
  const parsed = URL.parse(resolved);
  if (parsed?.protocol === 'https:' && parsed.username === '' && parsed.password === '') return parsed.href;
  throw driverError(
    'permanent',
    'NOT_SUPPORTED',
    'vSphere gives a URL for a disk that is not HTTPS.',
    'Use a gateway in the same vCenter with the transport hotadd.',
  );
}
