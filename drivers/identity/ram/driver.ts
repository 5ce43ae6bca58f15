import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { type Clock, systemClock } from '../../../base/clock.ts';
import { DriverError } from '../../../base/errors.ts';
import { type IdSource, systemIds } from '../../../base/ids.ts';
import type { IdentityDriver } from '../contract.ts';
import { askSts } from './ask-sts.ts';
import { type RamSettings, ramSettings } from './settings.ts';
import { callerIdentityHeaders, signCallerIdentity } from './sign.ts';
import { accountNotAllowed, identityOf, invalidAccessKey } from './sts-answer.ts';

/** What of a proof is used at all; host, method, path and action are the control plane's own. */
const proofValues = z.object({
  date: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
  nonce: z.string().regex(/^[0-9a-f]{32}-[0-9a-f]{16}$/),
  signature: z.string().regex(/^[0-9a-f]{64}$/),
});
const accessKeyIdShape = /^[A-Za-z0-9._-]{1,128}$/;

/**
 * Access keys of Alibaba Cloud RAM. The gateway signs the request by which STS says who signed it, and the control plane sends that: the secret stays on the
 * gateway. The request's nonce begins with the hash of the challenge, so it answers that one only; its time is the control plane's, and STS takes it for
 * 15 minutes and once.
 */
export function createRamIdentityDriver(
  options: { readonly clock?: Clock; readonly ids?: IdSource; readonly settings?: RamSettings } = {},
): IdentityDriver {
  const { clock = systemClock, ids = systemIds, settings } = options;
  const configured = (): RamSettings => {
    if (settings) return settings;
    throw new DriverError({
      kind: 'needsPerson',
      code: 'BAD_CONFIGURATION',
      message: 'The identity driver "ram" was not given its settings.',
      remedy: 'Set HOLDFAST_RAM_ACCOUNT_IDS of the control plane.',
    });
  };
  return {
    name: 'ram',
    provesAgain: true,
    configure: (given) => createRamIdentityDriver({ ...options, settings: ramSettings(given) }),
    proofSettings: () => ({ host: configured().host, date: atSecond(clock.now()) }),

    async prove({ accessKeyId, accessKeySecret }, challenge, signal, told = {}) {
      signal.throwIfAborted();
      // The gateway's own clock may be wrong; the control plane's is the one that comes with the challenge.
      const { host = '', date = atSecond(clock.now()) } = told;
      const nonce = `${challengeHash(challenge)}-${ids.bytes(8).toString('hex')}`;
      const signature = signCallerIdentity({ host, accessKeyId, date, nonce }, accessKeySecret);
      return { driver: 'ram', accessKeyId, values: { date, nonce, signature } };
    },

    async verify({ driver, accessKeyId, values }, challenge, _context, signal) {
      signal.throwIfAborted();
      const { accountIds, ...server } = configured();
      const parsed = proofValues.safeParse(values);
      if (driver !== 'ram' || !parsed.success || !accessKeyIdShape.test(accessKeyId)) throw invalidAccessKey();
      const { date, nonce, signature } = parsed.data;
      if (!answers(nonce, challenge)) throw invalidAccessKey();
      const headers = callerIdentityHeaders({ host: server.host, accessKeyId, date, nonce }, signature);
      const { identity, accountId } = identityOf(await askSts(server, headers, clock, signal), accessKeyId);
      if (!accountIds.includes('*') && !accountIds.includes(accountId)) throw accountNotAllowed(accountId);
      return identity;
    },
  };
}

export const ramIdentityDriver = createRamIdentityDriver();

/** The first half of the nonce: nobody can make another challenge with the same one. */
function challengeHash(challenge: string): string {
  return createHash('sha256').update(`holdfast-ram-v1\n${challenge}`).digest('hex').slice(0, 32);
}

function answers(nonce: string, challenge: string): boolean {
  return timingSafeEqual(Buffer.from(nonce.slice(0, 32)), Buffer.from(challengeHash(challenge)));
}

function atSecond(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+/, '');
}
