import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunningAgent } from '../../agent/start.ts';
import { databases } from '../support/databases.ts';
import { type GatewayPlant, startGatewayPlant } from '../support/gateway-plant.ts';
import { chromiumPath, launchChromium, takePicture } from './chromium.ts';

const executable = chromiumPath();
const [embedded] = databases();

describe.runIf(executable)('the gateway page in Chromium', () => {
  const stack = new AsyncDisposableStack();
  let browser: Browser;
  let plant: GatewayPlant;
  let agent: RunningAgent;
  let gatewayId: string;
  let context: BrowserContext;
  let page: Page;
  let accessKeyId: string;
  let accessKeySecret: string;

  beforeAll(async () => {
    if (!embedded || !executable) throw new Error('no database or browser');
    plant = stack.use(await startGatewayPlant(embedded));
    browser = await launchChromium(executable);
    stack.defer(() => browser.close());
    agent = await plant.startAgent('browser');
    gatewayId = await plant.createGateway();
    [accessKeyId = '', accessKeySecret = ''] = plant.accessKey.split('.');
  });
  afterAll(() => stack.disposeAsync());

  // The page has to work without scripts, so the browser runs none.
  beforeEach(async () => {
    context = await browser.newContext({ javaScriptEnabled: false, ignoreHTTPSErrors: true });
    page = await context.newPage();
    await page.goto(agent.pageUrl);
  });
  afterEach(() => context.close());

  const fill = async (values: Readonly<Record<string, string>>) => {
    for (const [label, value] of Object.entries(values)) await page.getByLabel(label, { exact: true }).fill(value);
  };
  const describedError = (label: string) =>
    page
      .getByLabel(label, { exact: true })
      .getAttribute('aria-describedby')
      .then((ids) => ids?.split(' ').find((id) => id.endsWith('-error')) ?? 'none')
      .then((id) => page.locator(`#${id}`).textContent());

  it('says beside each field what is wrong, keeps what was typed and forgets secrets', async () => {
    await fill({
      'AccessKey ID': 'somebody',
      'AccessKey secret': 'something',
      'New password': '12345',
      'New password again': '54321',
      'or its content': 'no certificate',
    });
    await page.getByRole('button', { name: 'Activate' }).click();
    await takePicture(page, 'gateway-page-errors');
    expect(await page.title()).toMatch(/^Error/);
    expect(await describedError('New password')).toContain('6');
    expect(await describedError('Certificate file')).toMatch(/certificate/i);
    expect(await page.getByLabel('AccessKey ID').inputValue()).toBe('somebody');
    expect(await page.getByLabel('or its content').inputValue()).toBe('no certificate');
    expect(await page.getByLabel('AccessKey secret').inputValue()).toBe('');
  });

  it('refuses a wrong secret beside its field', async () => {
    await fill({
      'AccessKey ID': accessKeyId,
      'AccessKey secret': 'not-the-secret',
      'New password': 'long enough',
      'New password again': 'long enough',
      'or its content': await plant.certificate(gatewayId),
    });
    await page.getByRole('button', { name: 'Activate' }).click();
    expect(await describedError('AccessKey secret')).toMatch(/access key|AccessKey/i);
  });

  it('activates with an uploaded certificate by keyboard alone, then asks for the page password', async () => {
    const file = join(plant.directory, 'gateway.crt');
    await writeFile(file, await plant.certificate(gatewayId));
    await page.getByLabel('Certificate file').setInputFiles(file);
    const password = 'pa$$ "word" <ü>';
    await page.getByLabel('AccessKey ID').focus();
    await page.keyboard.type(accessKeyId);
    for (const text of [accessKeySecret, password, password]) {
      await page.keyboard.press('Tab');
      await page.keyboard.type(text);
    }
    await page.keyboard.press('Enter');
    await takePicture(page, 'gateway-page-status');
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toMatch(/gateway/i);
    expect(await page.content()).not.toContain(accessKeySecret);

    await context.clearCookies();
    await page.goto(agent.pageUrl);
    await page.getByLabel('Password of this page').fill('wrong password');
    await page.getByRole('button', { name: 'Log in' }).click();
    expect(await describedError('Password of this page')).toContain('not the password');
    await page.getByLabel('Password of this page').fill(password);
    await page.getByRole('button', { name: 'Log in' }).click();
    await takePicture(page, 'gateway-page-after-login');
    expect(await page.title()).toMatch(/^Gateway/);
  });
});
