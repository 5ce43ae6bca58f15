import { type Clock, systemClock } from '../../../base/clock.ts';
import { type IdSource, systemIds } from '../../../base/ids.ts';
import { type Logger, silentLogger } from '../../../base/logger.ts';
import type { PlatformDriver } from '../contract.ts';
import { parseAddress } from './address.ts';
import { createPlatformSession } from './platform-session.ts';
import { VimSoapClient } from './soap-client.ts';
import { VimSession } from './vim-session.ts';

export interface VsphereDriverParts {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger?: Logger;
}

/** vCenter Server and ESXi 6.5 or later, over their SOAP API. */
export function createVsphereDriver({ clock, logger = silentLogger }: VsphereDriverParts): PlatformDriver {
  return {
    name: 'vsphere',
    async connect({ address, username, password, trustedFingerprint, ca }, signal) {
      signal.throwIfAborted();
      const trust = {
        ...(trustedFingerprint === undefined ? {} : { trustedFingerprint }),
        ...(ca === undefined ? {} : { ca }),
      };
      const client = await VimSoapClient.open(parseAddress(address), trust, clock);
      const session = await VimSession.open({ client, credentials: { username, password }, clock, logger }, signal);
      return createPlatformSession(session);
    },
  };
}

export const vspherePlatformDriver: PlatformDriver = createVsphereDriver({ clock: systemClock, ids: systemIds });
