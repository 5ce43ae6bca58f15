import { isDriverError } from '../../base/errors.ts';
import type { VaultLocation } from '../../drivers/storage/contract.ts';
import type { GatewaySettings } from '../../protocol/activation.ts';
import type { CertificatePayload, DataServer } from '../../protocol/certificate.ts';
import type { ControlContext } from '../context.ts';
import { endpointsOfRegion } from '../regions/region.ts';
import { currentLocation } from '../vaults/vault-storage.ts';

/** What a certificate cannot carry more of. Characters of PEM. */
const longestCa = 16_384;

/**
 * What a certificate says of servers besides the control plane, so that the gateway can try them before it is activated. What does not fit or
 * is not known is left out: then it is not tried.
 */
export function probedServers(
  control: Pick<ControlContext, 'config' | 'storage' | 'logger'>,
  vault: VaultLocation,
  settings: Pick<GatewaySettings, 'useHttps' | 'dataNetwork'>,
): Pick<CertificatePayload, 'messageUrls' | 'messageCa' | 'dataServer'> {
  const { messageCa, controlCa } = control.config;
  const messageUrls = endpointsOfRegion(control, vault.region).message;
  const data = dataServerOf(control, vault, settings);
  return {
    ...(fits(messageCa) && { messageUrls }),
    ...(fits(messageCa) && messageCa !== controlCa && { messageCa }),
    ...(data !== undefined && { dataServer: data }),
  };
}

function dataServerOf(
  control: Pick<ControlContext, 'config' | 'storage' | 'logger'>,
  vault: VaultLocation,
  { useHttps, dataNetwork }: Pick<GatewaySettings, 'useHttps' | 'dataNetwork'>,
): DataServer | null | undefined {
  const { driver } = control.storage;
  if (vault.driver !== driver.name || dataNetwork === undefined) return undefined;
  const endpoint = { scheme: useHttps ? 'https' : 'http', network: dataNetwork } as const;
  try {
    const server = driver.serverOf?.(currentLocation(control, vault), endpoint) ?? null;
    if (server === null) return null;
    return fits(server.ca) ? { ...server, https: useHttps } : undefined;
  } catch (error) {
    if (isDriverError(error)) return undefined;
    throw error;
  }
}

function fits(ca: string | null): boolean {
  return ca === null || ca.length <= longestCa;
}
