import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { Clock } from '../../../base/clock.ts';
import type { Logger } from '../../../base/logger.ts';
import type { HeldForms } from '../held-forms.ts';
import { isLanguage, type Language, preferredLanguage } from '../languages.ts';
import type { PageIdentity } from '../page-identity.ts';
import type { PageModel } from '../page-model.ts';
import type { PageSessions } from '../sessions.ts';
import { type PageEnvironment, visitOf } from '../visit.ts';

/** What all routes work with. */
export interface PageTools {
  readonly model: PageModel;
  readonly sessions: PageSessions;
  readonly held: HeldForms;
  readonly identity: Pick<PageIdentity, 'fingerprint'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

export type PageContext = Context<PageEnvironment>;

/** `__Host-`: no plain-HTTP answer and no other host can set them. */
const browserCookie = '__Host-holdfast-browser';
const sessionCookie = '__Host-holdfast-session';
const languageCookie = '__Host-holdfast-language';
const cookieOptions = { httpOnly: true, secure: true, sameSite: 'Strict', path: '/' } as const;
const aYear = 365 * 86_400;

/** The id of this browser; given to it where it has none. */
export function browserOf(context: PageContext, { sessions }: PageTools): string {
  const present = getCookie(context, browserCookie);
  return sessions.isBrowserId(present) ? present : renewBrowser(context, sessions);
}

/** The id that the browser sent with this request, if any. */
export const sentBrowser = (context: PageContext): string | undefined => getCookie(context, browserCookie);

function renewBrowser(context: PageContext, sessions: PageSessions): string {
  const fresh = sessions.newBrowserId();
  setCookie(context, browserCookie, fresh, cookieOptions);
  return fresh;
}

export function isLoggedIn(context: PageContext, { sessions, model }: PageTools, by: 'person' | 'page' = 'person') {
  const passwordHash = model.passwordHash();
  return passwordHash !== undefined && sessions.isOpen(getCookie(context, sessionCookie), passwordHash, by);
}

/**
 * A new session under a new browser id: what anybody knew of the browser before is worth nothing now. `passwordHash`: of the password
 * this visitor knows, which may have been replaced meanwhile; undefined opens nothing.
 */
export function logIn(context: PageContext, { sessions }: PageTools, passwordHash: string | undefined): void {
  sessions.close(getCookie(context, sessionCookie));
  if (passwordHash === undefined) return;
  setCookie(context, sessionCookie, sessions.open(passwordHash), cookieOptions);
  renewBrowser(context, sessions);
}

export function logOut(context: PageContext, { sessions }: PageTools): void {
  sessions.close(getCookie(context, sessionCookie));
  deleteCookie(context, sessionCookie, cookieOptions);
}

/** As chosen on the page, else as the browser prefers. */
export function languageOf(context: PageContext): Language {
  const chosen = getCookie(context, languageCookie);
  return isLanguage(chosen) ? chosen : preferredLanguage(context.req.header('accept-language'));
}

/** Another site may lead here: then too the page speaks the language chosen. */
export function keepLanguage(context: PageContext, language: Language): void {
  setCookie(context, languageCookie, language, { ...cookieOptions, sameSite: 'Lax', maxAge: aYear });
  const { csrfToken, isLoggedIn: isKnown } = context.get('visit');
  context.set('visit', visitOf(language, csrfToken, isKnown));
}

/** Of whoever asks; the page is not meant to stand behind a proxy. */
export const addressOf = (context: PageContext): string => context.env.incoming.socket.remoteAddress ?? '';

export async function formOf(context: PageContext): Promise<(name: string) => string> {
  const body = await context.req.parseBody();
  return (name) => {
    const value = body[name];
    return typeof value === 'string' ? value : '';
  };
}
