import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';

const candidates = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const artefacts = fileURLToPath(new URL('../../artefacts/', import.meta.url));

/** Debian's Chromium, or undefined outside CI where there is none; in CI its absence is an error. */
export function chromiumPath(): string | undefined {
  const found = candidates.find((path) => existsSync(path));
  if (found === undefined && process.env.CI)
    throw new Error('Chromium is not installed, and in CI no browser test may be left out');
  return found;
}

/** A headless browser that asks nothing of the outside. The caller closes it. */
export function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** Keeps a picture of the page among the test artefacts, which git ignores. */
export async function takePicture(page: Page, name: string): Promise<void> {
  await mkdir(artefacts, { recursive: true });
  await page.screenshot({ path: join(artefacts, `${name}.png`), fullPage: true });
}
