import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../base/clock.ts';
import { systemClock } from '../base/clock.ts';
import { PageBrowser } from './support/page-browser.ts';
import { type PageScene, scenePassword, startPageScene, troubledProbe } from './support/page-scene.ts';

let scene: PageScene;
let passed: number;
const clock: Clock = {
  now: () => systemClock.now() + passed,
  monotonic: () => systemClock.monotonic() + passed,
  sleep: systemClock.sleep,
};
const session = '__Host-holdfast-session';
const browserId = '__Host-holdfast-browser';

beforeEach(async () => {
  passed = 0;
  scene = await startPageScene(clock);
  scene.isActivated = true;
});
afterEach(() => scene[Symbol.asyncDispose]());

const newcomer = (headers: Record<string, string> = {}) => new PageBrowser(scene, headers);
const loggedIn = async () => {
  const page = newcomer();
  expect((await page.post('/login', { password: scenePassword })).status).toBe(303);
  return page;
};
const isIn = async (page: PageBrowser) => (await page.get('/')).text.includes('Running jobs');

describe('the log-in', () => {
  it('sets cookies that scripts, plain HTTP and other sites cannot use', async () => {
    const page = newcomer();
    const { headers } = await page.post('/login', { password: scenePassword });
    const cookies = headers.getSetCookie().filter((cookie) => cookie.includes('holdfast'));
    expect(cookies.map((cookie) => cookie.split('=')[0])).toEqual([session, browserId]);
    for (const cookie of cookies) {
      expect(cookie).toMatch(/^__Host-/);
      for (const attribute of ['HttpOnly', 'Secure', 'SameSite=Strict', 'Path=/']) expect(cookie).toContain(attribute);
      expect(cookie).not.toMatch(/Domain/i);
    }
  });

  it('begins a new session, whatever the browser had before', async () => {
    const page = newcomer();
    page.cookies.set(session, 'chosen-by-somebody-else');
    await page.get('/');
    const before = page.cookies.get(browserId);
    await page.post('/login', { password: scenePassword });
    expect(page.cookies.get(session)).not.toBe('chosen-by-somebody-else');
    expect(page.cookies.get(browserId)).not.toBe(before);
    expect(await isIn(page)).toBe(true);
  });

  it('ends with log-out, also for whoever copied the cookie', async () => {
    const page = await loggedIn();
    const copy = newcomer();
    copy.cookies.set(session, page.cookies.get(session) ?? '');
    expect(await isIn(copy)).toBe(true);
    await page.post('/logout', {});
    expect(page.cookies.get(session)).toBe('');
    expect(await isIn(copy)).toBe(false);
  });

  it('ends after half an hour without a person, though the page renews itself', async () => {
    const page = await loggedIn();
    passed += 20 * 60_000;
    expect((await page.get('/live')).status).toBe(200);
    passed += 9 * 60_000;
    expect(await isIn(page)).toBe(true);
    passed += 20 * 60_000;
    expect((await page.get('/live')).status).toBe(200);
    passed += 11 * 60_000;
    expect((await page.get('/live')).status).toBe(403);
    expect(await isIn(page)).toBe(false);
  });

  it('makes who guesses wait, by the clock', async () => {
    const page = newcomer();
    for (let guess = 0; guess < 6; guess += 1)
      expect((await page.post('/login', { password: `guess ${guess}` })).status).toBe(403);
    const refused = await page.post('/login', { password: scenePassword });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60']);
    passed += 60_000;
    expect((await page.post('/login', { password: scenePassword })).status).toBe(303);
  });
});

describe('a form', () => {
  it.each(['/login', '/logout', '/language', '/activate', '/activate/held', '/probe', '/access-key', '/password'])(
    'for %s is taken from the page itself only',
    async (path) => {
      const page = await loggedIn();
      const asked = scene.asked.length;
      const status = async (options: Parameters<PageBrowser['post']>[2]) => (await page.post(path, {}, options)).status;
      expect(await status({ token: '' })).toBe(403);
      expect(await status({ token: 'x'.repeat(43) })).toBe(403);
      expect(await status({ headers: { origin: 'https://evil.example' } })).toBe(403);
      expect(await status({ headers: { origin: scene.pageUrl.replace('https', 'http').slice(0, -1) } })).toBe(403);
      expect(await status({ headers: { origin: 'null' } })).toBe(403);
      expect(await status({ headers: { 'sec-fetch-site': 'cross-site' } })).toBe(403);
      expect(scene.asked).toHaveLength(asked);
      const other = await newcomer().get('/');
      const token = /name="csrfToken" value="([^"]+)"/.exec(other.text)?.[1] ?? '';
      expect(await status({ token })).toBe(403);
    },
  );

  it.each(['/probe', '/access-key', '/password', '/logs', '/reactivate', '/activate'])(
    'and a page at %s are for who knows the password',
    async (path) => {
      const page = newcomer();
      expect((await page.get(path)).status).toBe(path === '/activate' ? 404 : 303);
      if (!['/logs', '/reactivate'].includes(path)) expect((await page.post(path, {})).status).toBe(303);
      expect((await page.get('/live')).status).toBe(403);
      expect(scene.asked).toEqual([]);
    },
  );

  it('kept while a firewall is opened is given back to its own browser only, once, and for ten minutes', async () => {
    scene.isActivated = false;
    scene.outcome = { kind: 'probe-failed', probe: troubledProbe(0, false) };
    const page = newcomer();
    const fields = { accessKeyId: 'id', accessKeySecret: 'typed-secret' };
    const hold = async () => {
      const { status, text } = await page.post('/activate', fields);
      expect(status).toBe(409);
      expect(text).not.toContain('typed-secret');
      return /name="held" value="([^"]+)"/.exec(text)?.[1] ?? '';
    };
    const held = await hold();
    expect((await newcomer().post('/activate/held', { held })).text).toContain('no longer kept');
    await page.post('/activate/held', { held, acceptProbe: 'yes' });
    expect(scene.asked.at(-1)).toBe('activate id typed-secret true');
    expect((await page.post('/activate/held', { held })).text).toContain('no longer kept');
    const old = await hold();
    passed += 11 * 60_000;
    expect((await page.post('/activate/held', { held: old })).text).toContain('no longer kept');
  });
});

describe('the password of the page', () => {
  it('is changed by who knows it, and everybody else is logged out', async () => {
    const [page, other] = [await loggedIn(), await loggedIn()];
    const fresh = { password: 'another one', passwordAgain: 'another one' };
    const change = (fields: Record<string, string>) =>
      page.post('/password', { ...fresh, ...fields }, { page: '/password' });
    const wrong = await change({ presentPassword: 'guess' });
    expect(wrong.status).toBe(400);
    expect(wrong.text).toMatch(/id="presentPassword-error"[^>]*>This is not the password/);
    expect((await change({ presentPassword: scenePassword, passwordAgain: 'x' })).text).toContain(
      'id="passwordAgain-error"',
    );
    expect((await change({ presentPassword: scenePassword })).headers.get('location')).toBe('/?done=passwordChanged');
    expect([await isIn(page), await isIn(other)]).toEqual([true, false]);
    expect((await newcomer().post('/login', { password: scenePassword })).status).toBe(403);
    expect((await newcomer().post('/login', { password: 'another one' })).status).toBe(303);
  });
});

describe('the page', () => {
  it('shows what others named or said as text, in every view and language', async () => {
    const evil = `"'><img src=x onerror=alert(1)>&amp;</script><script>`;
    const problem = { code: 'OF_A_DRIVER', message: evil, remedy: evil };
    const { progress } = scene.status.jobs[0] ?? { progress: null };
    const job = { jobId: evil, attemptId: evil, subject: evil, transport: evil, startedAt: 0, progress };
    scene.status = {
      ...scene.status,
      version: evil,
      controlPlaneVersion: evil,
      accessKeyId: evil,
      gateway: { gatewayId: evil, gatewayName: evil, vaultName: evil, regionId: evil },
      problem,
      jobs: (['BACKUP', 'RESTORE', 'CLEANUP'] as const).map((kind) => ({ ...job, kind })),
    };
    const { checks, ...probe } = troubledProbe(0, true);
    const error = { code: 'TIMEOUT', message: evil, remedy: evil, parameters: { host: evil, port: 1 } } as const;
    scene.probe = {
      ...probe,
      checks: checks.map((check) => ({ ...check, ok: false, host: evil, purpose: evil, error })),
    };
    const typed = { accessKeyId: evil, certificate: evil, controlNetwork: evil, to: evil, held: evil };
    for (const language of ['en', 'zh', 'ja']) {
      const page = newcomer({ 'accept-language': language });
      const seen = [await page.get('/')];
      await page.post('/login', { password: scenePassword });
      scene.status = { ...scene.status, problem: null, findings: [{ ...problem, severity: 'WARNING' }] };
      const warned = await page.get('/');
      expect(warned.text).toContain('id="findings"');
      seen.push(warned);
      scene.status = { ...scene.status, problem };
      for (const path of ['/', '/live', '/access-key', '/password', '/reactivate', `/${encodeURIComponent(evil)}`])
        seen.push(await page.get(path));
      seen.push(await page.post('/probe', {}));
      for (const outcome of [
        { kind: 'probe-failed', probe: scene.probe },
        { kind: 'errors', errors: { form: problem, accessKeyId: problem } },
      ] as const) {
        scene.outcome = outcome;
        seen.push(await page.post('/activate', typed));
      }
      seen.push(
        await page.post('/activate/held', typed),
        await page.post('/language', { ...typed, form: 'activation' }),
      );
      for (const { status, text } of seen) {
        expect([200, 400, 404, 409], text.slice(-500)).toContain(status);
        expect(text).not.toMatch(/<img|alert\(1\)>&amp;<|<\/script><script>/);
      }
      expect(seen.filter(({ text }) => text.includes('&lt;img src=x')).length).toBe(9);
    }
  });

  it('speaks as the browser prefers, or as was chosen, and leads nowhere else', async () => {
    const page = newcomer({ 'accept-language': 'de, ja;q=0.8, zh;q=0.7' });
    expect((await page.get('/')).text).toContain('<html lang="ja">');
    const answer = await page.post('/language', { language: 'zh', to: 'https://evil.example/' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
    expect((await page.get('/')).text).toContain('<html lang="zh-Hans">');
    await page.post('/language', { language: '"><script>', to: '//evil.example' });
    expect((await page.get('/')).text).toContain('<html lang="zh-Hans">');
    expect((await page.get('/?done=constructor')).status).toBe(200);
  });

  it('gives the logs as a file, and only the script that it names may run', async () => {
    scene.status = {
      ...scene.status,
      gateway: { gatewayId: 'g', gatewayName: 'a"\r\nb/é', vaultName: 'v', regionId: 'r' },
    };
    const page = await loggedIn();
    const { headers, text } = await page.get('/logs');
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="holdfast-a___b__-[\dTZ-]+\.log"$/);
    expect([headers.get('content-type'), text]).toEqual(['text/plain; charset=UTF-8', '{"level":"info"}\n']);
    const status = await page.get('/');
    const policy = status.headers.get('content-security-policy') ?? '';
    const script = /<script>(.*?)<\/script>/s.exec(status.text)?.[1] ?? '';
    const digest = await crypto.subtle.digest('SHA-256', Buffer.from(script));
    expect(policy).toContain(`script-src 'sha256-${Buffer.from(digest).toString('base64')}'`);
    expect(policy).not.toMatch(/unsafe|\*|http/);
    expect(status.headers.get('strict-transport-security')).toBeNull();
    expect(status.text).toContain(scene.pageFingerprint);
  });
});
