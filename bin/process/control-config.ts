import { type ControlConfig, controlConfig } from '../../control/config.ts';
import type { RegionInfo } from '../../control/regions/region.ts';
import type { ApiVariables } from '../configuration/api.ts';

/** What control has to know of the environment. */
export function controlConfigFrom(
  variables: ApiVariables,
  program: Pick<ControlConfig, 'version' | 'publicUrls' | 'controlCa' | 'messageUrls' | 'messageCa' | 'messageLogin'>,
  regions: readonly RegionInfo[],
): ControlConfig {
  return controlConfig({
    ...program,
    regions,
    leaseMs: variables.HOLDFAST_LEASE_MS,
    pollIntervalMs: variables.HOLDFAST_POLL_INTERVAL_MS,
    heartbeatTimeoutMs: variables.HOLDFAST_HEARTBEAT_TIMEOUT_MS,
    certificateSilenceMs: variables.HOLDFAST_CERTIFICATE_SILENCE_MS,
    identityCheckIntervalMs: variables.HOLDFAST_IDENTITY_CHECK_INTERVAL_MS,
    identityGraceMs: variables.HOLDFAST_IDENTITY_GRACE_MS,
    commandDeadlineMs: variables.HOLDFAST_COMMAND_DEADLINE_MS,
    maxAttempts: variables.HOLDFAST_MAX_ATTEMPTS,
    retryDelayMs: variables.HOLDFAST_RETRY_DELAY_MS,
    jobsPerGateway: variables.HOLDFAST_JOBS_PER_GATEWAY,
    downloadLinkMs: variables.HOLDFAST_DOWNLOAD_LINK_MS,
    gatewayPackage: packageFrom(variables),
  });
}

function packageFrom(variables: ApiVariables): ControlConfig['gatewayPackage'] {
  const path = variables.HOLDFAST_GATEWAY_PACKAGE;
  if (path === undefined) return null;
  const version = variables.HOLDFAST_GATEWAY_PACKAGE_VERSION ?? null;
  return { path, version, sha256: variables.HOLDFAST_GATEWAY_PACKAGE_SHA256 ?? null };
}
