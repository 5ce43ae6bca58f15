import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { axeViolations } from '../support/axe.ts';
import { type PageScene, scenePassword, startPageScene, troubledProbe, workingStatus } from '../support/page-scene.ts';
import { chromiumPath, launchChromium, takePicture } from './chromium.ts';

const executable = chromiumPath();
const tongues = [
  { locale: 'en-GB', tag: 'en', activate: 'Activate', own: 'English' },
  { locale: 'zh-CN', tag: 'zh-Hans', activate: '激活', own: '简体中文' },
  { locale: 'ja-JP', tag: 'ja', activate: 'アクティベート', own: '日本語' },
] as const;

describe.runIf(executable)('every view of the gateway page', () => {
  const stack = new AsyncDisposableStack();
  let browser: Browser;
  let scene: PageScene;
  let context: BrowserContext;
  let page: Page;
  let now: number;

  beforeAll(async () => {
    if (!executable) throw new Error('no browser');
    scene = stack.use(await startPageScene());
    browser = await launchChromium(executable);
    stack.defer(() => browser.close());
  });
  afterAll(() => stack.disposeAsync());
  beforeEach(() => {
    now = Date.now();
    Object.assign(scene, { isActivated: false, status: workingStatus(now), probe: troubledProbe(now, false) });
    scene.outcome = { kind: 'activated', findings: [], probe: null };
  });

  const open = async (options: Parameters<Browser['newContext']>[0]) => {
    context = await browser.newContext({
      ignoreHTTPSErrors: true,
      viewport: { width: 1_000, height: 800 },
      ...options,
    });
    page = await context.newPage();
    page.setDefaultTimeout(10_000);
    return context;
  };
  const goTo = (path: string) => page.goto(new URL(path, scene.pageUrl).href);
  const submit = (button = 'main form button:not([name])') => page.locator(button).first().click();

  /** Axe, in light and dark; no sideways scrolling at 320 pixels, which is a window of 1280 at a zoom of 400 % and harder than 200 %; a picture. */
  const look = async (name: string, tag: string) => {
    expect(await page.locator('html').getAttribute('lang'), name).toBe(tag);
    expect(await axeViolations(page), `${name}, ${tag}`).toEqual([]);
    const isTelling = ['form', 'errors', 'probe-optional', 'status'].includes(name);
    if (tag === 'en' || isTelling) await takePicture(page, `page-${name}-${tag}`);
    // The colours are the same in all languages.
    if (tag === 'en') {
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await axeViolations(page, 'colours'), `${name}, dark`).toEqual([]);
      if (isTelling) await takePicture(page, `page-${name}-dark`);
      await page.emulateMedia({ colorScheme: 'light' });
    }
    await page.setViewportSize({ width: 320, height: 800 });
    const width = await page.evaluate('document.scrollingElement.scrollWidth');
    expect(width, `${name} at 320 pixels`).toBeLessThanOrEqual(320);
    if (tag === 'en' && isTelling) await takePicture(page, `page-${name}-320`);
    await page.setViewportSize({ width: 1_000, height: 800 });
  };

  it.each(tongues)(
    'is accessible in $own, light and dark, narrow and wide',
    { timeout: 90_000 },
    async ({ locale, tag, activate }) => {
      await using _ = await open({ locale });
      await goTo('/');
      await look('form', tag);
      scene.outcome = {
        kind: 'errors',
        errors: {
          certificate: {
            code: 'CERTIFICATE_VOIDED',
            message: 'This certificate was replaced.',
            remedy: 'Use the newest.',
          },
          accessKeySecret: { code: 'UNHEARD_OF', message: 'Something of a driver.', remedy: 'Ask it.' },
          form: { code: 'CONTROL_UNREACHABLE', message: 'The control plane cannot be reached: ETIMEDOUT.', remedy: '' },
        },
      };
      expect(await page.locator('#activation > button').textContent()).toBe(activate);
      await submit('#activation > button');
      // The browser gives the focus a little after the page is there.
      await page.waitForFunction('document.activeElement.id === "errors"');
      await look('errors', tag);

      scene.probe = troubledProbe(now, true);
      scene.outcome = { kind: 'probe-failed', probe: troubledProbe(now, true) };
      await submit('#activation > button');
      await look('probe-required', tag);
      scene.outcome = { kind: 'probe-failed', probe: troubledProbe(now, false) };
      await submit('.actions button');
      await look('probe-optional', tag);
      scene.outcome = { kind: 'activated', findings: [], probe: null };
      await submit('button[name=acceptProbe]');
      expect(scene.asked.at(-1)).toBe('activate   true');
      await look('status', tag);

      scene.status = {
        ...workingStatus(now),
        jobs: [],
        problem: { code: 'CREDENTIALS_EXPIRED', message: 'Expired.', remedy: 'Replace.' },
      };
      await goTo('/');
      await look('credentials-expired', tag);
      await page.locator('.alert a.button').click();
      await submit();
      await look('access-key-errors', tag);
      await page.locator('#accessKeySecret').fill('secret');
      await submit();
      expect(scene.asked.at(-1)).toMatch(/^replaceAccessKey .*secret$/);
      scene.status = {
        ...scene.status,
        problem: { code: 'GATEWAY_DELETED', message: 'Deleted.', remedy: 'Create another.' },
      };
      await goTo('/');
      await look('deleted', tag);
      await page.locator('.alert a.button').click();
      await look('reactivate', tag);
      await goTo('/');
      await page.locator('section[aria-labelledby=tools] button').first().click();
      await look('probe', tag);
      await goTo('/password');
      await submit();
      await look('password-errors', tag);
      await goTo('/nowhere');
      await look('not-found', tag);
      await context.clearCookies();
      await goTo('/');
      await look('log-in', tag);
      await page.locator('#password').fill('wrong');
      await submit();
      await look('log-in-wrong', tag);
    },
  );

  it('changes its language without scripts and loses nothing that was typed', async () => {
    await using _ = await open({ locale: 'en-GB', javaScriptEnabled: false });
    await goTo('/');
    await page.getByLabel('AccessKey ID').fill('somebody');
    await page.getByLabel('AccessKey secret').fill('secret');
    await page.getByLabel('or its content').fill('a certificate');
    await page.getByLabel('Control network').selectOption('VPC');
    await page.getByRole('button', { name: '日本語' }).click();
    expect(await page.locator('html').getAttribute('lang')).toBe('ja');
    expect(await page.getByLabel('AccessKey ID').inputValue()).toBe('somebody');
    expect(await page.locator('#certificate').inputValue()).toBe('a certificate');
    expect(await page.locator('#controlNetwork').inputValue()).toBe('VPC');
    expect(await page.locator('#accessKeySecret').inputValue()).toBe('');
    await goTo('/');
    expect(await page.title()).toMatch(/^ゲートウェイのアクティベーション/);
    expect(await page.getByRole('button', { name: '日本語' }).getAttribute('aria-current')).toBe('true');
    scene.isActivated = true;
    await goTo('/');
    await page.getByRole('button', { name: '简体中文' }).click();
    expect(await page.title()).toMatch(/^登录/);
  });

  it('is used by keyboard alone, in the order of the eye, without scripts', async () => {
    await using _ = await open({ locale: 'en-GB', javaScriptEnabled: false });
    await goTo('/');
    const passed: string[] = [];
    for (let step = 0; step < 12; step += 1) {
      await page.keyboard.press('Tab');
      const focused = page.locator(':focus');
      passed.push((await focused.getAttribute('id')) ?? (await focused.textContent()) ?? '');
      expect(await focused.evaluate('(it) => getComputedStyle(it).outlineStyle')).not.toBe('none');
      if (passed.at(-1) === 'accessKeyId') await page.keyboard.type('by-keyboard');
    }
    expect(passed).toEqual([
      'English',
      '简体中文',
      '日本語',
      'certificateFile',
      'certificate',
      'accessKeyId',
      'accessKeySecret',
      'password',
      'passwordAgain',
      'controlNetwork',
      'messageNetwork',
      'Activate',
    ]);
    await page.locator('#passwordAgain').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Gateway shanghai-1' }).waitFor();
    expect(scene.asked.at(-1)).toMatch(/^activate by-keyboard/);
    expect(await page.title()).toMatch(/^Gateway shanghai-1/);
  });

  it('keeps the content of a chosen file, and the whole form while a firewall is opened', async () => {
    await using _ = await open({ locale: 'en-GB', javaScriptEnabled: false });
    await goTo('/');
    await page
      .locator('#certificateFile')
      .setInputFiles({ name: 'gateway.crt', mimeType: 'text/plain', buffer: Buffer.from('of a file') });
    await page.locator('#accessKeyId').fill('somebody');
    await page.locator('#accessKeySecret').fill('kept-secret');
    scene.outcome = { kind: 'probe-failed', probe: troubledProbe(now, true) };
    await submit('#activation > button');
    expect(await page.locator('#certificate').inputValue()).toBe('of a file');
    expect(await page.content()).toContain('is kept here');
    expect(await page.content()).not.toContain('kept-secret');
    expect(await page.locator('button[name=acceptProbe]').count()).toBe(0);
    await page.getByRole('button', { name: 'Try again' }).click();
    expect(scene.asked.at(-1)).toBe('activate somebody kept-secret false');
    scene.outcome = { kind: 'activated', findings: [], probe: null };
    await page.getByRole('button', { name: 'Try again' }).click();
    expect(await page.getByRole('status').textContent()).toContain('activated');
  });

  it('renews itself where scripts run, without a reload and until told not to', async () => {
    await using _ = await open({ locale: 'en-GB' });
    scene.isActivated = true;
    await page.clock.install();
    await goTo('/');
    await page.locator('#password').fill(scenePassword);
    await submit();
    expect(await page.getByRole('heading', { level: 3 }).allTextContents()).toContain('Backup of web-01 <production>');
    scene.status = { ...workingStatus(now), jobs: [] };
    await page.clock.runFor(5_100);
    await page.getByText('None at the moment.').waitFor();
    await page.getByLabel('Renew this page by itself').uncheck();
    scene.status = workingStatus(now);
    await page.clock.runFor(11_000);
    expect(await page.getByText('None at the moment.').count()).toBe(1);
    await page.getByRole('link', { name: 'Refresh' }).click();
    await page.getByRole('heading', { name: 'Backup of web-01 <production>' }).waitFor();
  });
});
