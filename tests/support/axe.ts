import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { z } from 'zod';

const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const results = z.object({
  violations: z.array(
    z.object({
      id: z.string(),
      impact: z.string().nullable(),
      help: z.string(),
      nodes: z.array(z.object({ html: z.string() })),
    }),
  ),
  passes: z.array(z.unknown()),
});

/**
 * What axe finds wrong with the page, one line each; every rule of its counts, best practices too. `colours`: only what another colour scheme
 * can change.
 */
export async function axeViolations(page: Page, look: 'all' | 'colours' = 'all'): Promise<string[]> {
  if (await page.evaluate('window.axe === undefined')) await page.evaluate(source);
  const only = look === 'colours' ? ', runOnly: { type: "rule", values: ["color-contrast"] }' : '';
  const { violations, passes } = results.parse(
    await page.evaluate(`axe.run(document, { resultTypes: ["violations"]${only} })`),
  );
  if (passes.length < (look === 'all' ? 10 : 1)) throw new Error('axe looked at nothing');
  return violations.map(({ id, impact, help, nodes }) => `${impact} ${id}: ${help}: ${nodes[0]?.html}`);
}
