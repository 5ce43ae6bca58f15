import type { Accounts, Principal } from './accounts.ts';
import { policyOf, type SessionTokens } from './session-tokens.ts';

/** A key's secret and its owner, or why it cannot be used. */
export type LookUp =
  | { readonly secret: string; readonly principal: Principal }
  | { readonly refused: 'unknownKey' | 'inactiveKey' | 'invalidToken' | 'tokenMismatch' | 'tokenExpired' };

/** Finds out whose key signed a request: a user's own, or a session's together with its security token. */
export class Identities {
  readonly accounts: Accounts;
  readonly tokens: SessionTokens;

  constructor(accounts: Accounts, tokens: SessionTokens) {
    this.accounts = accounts;
    this.tokens = tokens;
  }

  find(accessKeyId: string, securityToken: string | undefined): LookUp {
    if (securityToken !== undefined) return this.#session(accessKeyId, securityToken);
    const user = this.accounts.find(accessKeyId);
    if (!user) return { refused: 'unknownKey' };
    if (!user.active) return { refused: 'inactiveKey' };
    return { secret: user.accessKeySecret, principal: this.accounts.principalOf(user) };
  }

  #session(accessKeyId: string, securityToken: string): LookUp {
    const session = this.tokens.open(securityToken);
    if (!session) return { refused: 'invalidToken' };
    if (session.accessKeyId !== accessKeyId) return { refused: 'tokenMismatch' };
    if (this.tokens.hasExpired(session)) return { refused: 'tokenExpired' };
    const { accessKeySecret, sessionName } = session;
    const principal = this.accounts.sessionPrincipal({ accessKeyId, sessionName, policy: policyOf(session) });
    return { secret: accessKeySecret, principal };
  }
}
