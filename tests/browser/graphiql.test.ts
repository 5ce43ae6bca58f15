import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunningApi } from '../../api/start.ts';
import { createResourceGroup } from '../../control/resource-groups/resource-groups.ts';
import type { TestControl } from '../support/control.ts';
import { createTestControl } from '../support/control.ts';
import { databases } from '../support/databases.ts';
import { newKey, openApi } from '../support/public-api.ts';
import { createViewer } from '../support/viewers.ts';
import { chromiumPath, launchChromium, takePicture } from './chromium.ts';

const executable = chromiumPath();
const [embedded] = databases();

describe.runIf(executable)('GraphiQL in Chromium', () => {
  const stack = new AsyncDisposableStack();
  let browser: Browser;
  let control: TestControl;
  let api: RunningApi;
  let key: string;
  let page: Page;
  const trouble: string[] = [];

  beforeAll(async () => {
    if (!embedded || !executable) throw new Error('no database or browser');
    control = stack.use(await createTestControl({ database: stack.use(await embedded.open()) }));
    api = stack.use(await openApi(control));
    key = await newKey(control);
    browser = await launchChromium(executable);
    stack.defer(() => browser.close());
  });
  // A new profile for each, because GraphiQL remembers what was in its editors.
  beforeEach(async () => {
    page = await browser.newPage();
    page.on('pageerror', (error) => trouble.push(error.message));
    page.on('request', (request) => {
      const { origin, protocol } = new URL(request.url());
      if (protocol.startsWith('http') && origin !== api.url) trouble.push(`asked ${request.url()}`);
    });
  });
  afterEach(() => page.close());
  afterAll(() => stack.disposeAsync());

  /** The editor writes spaces that do not break. */
  const result = async () => (await page.locator('.result-window').textContent())?.replaceAll('\u00a0', ' ');
  /** Opens it with a document in its editor, and writes the key over the placeholder among the headers, as a person would. */
  const open = async (document: string) => {
    await page.goto(`${api.url}/graphql?${new URLSearchParams({ query: document })}`);
    await expect.poll(result, { timeout: 15_000, message: 'it asks for the schema first' }).toContain('errors');
    // The editor as a whole: its lines come and go while it lays itself out, and lie under a layer that takes the clicks.
    await page.locator('.monaco-editor', { hasText: '"Bearer' }).click();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.press('Delete');
    // Key by key, as the editor closes quotes and brackets by itself.
    await page.keyboard.type(JSON.stringify({ Authorization: `Bearer ${key}` }));
  };
  const run = () => page.locator('.graphiql-execute-button').click();

  it('asks a query with the key in its headers', async () => {
    await open('{ viewer { name allResourceGroups } }');
    await run();
    await expect.poll(result, { timeout: 15_000 }).toContain('allResourceGroups');
    await takePicture(page, 'graphiql-query');
  });

  it('follows a subscription', async () => {
    await open('subscription { events { item { ... on Event { type details { value } } } } }');
    await run();
    const viewer = await createViewer(control);
    const number = { of: 0 };
    await expect
      .poll(
        async () => {
          number.of += 1;
          await createResourceGroup(control, viewer, { name: `seen in the browser ${number.of}` });
          return result();
        },
        { timeout: 15_000, interval: 500 },
      )
      .toContain('seen in the browser');
    await takePicture(page, 'graphiql-subscription');
  });

  it('asks nothing of anybody else, and nothing in it breaks', () => expect(trouble).toEqual([]));
});
