import { describe, expect, it } from 'vitest';
import { checkArrows } from './check/arrow-rules.ts';
import { checkHouseRules } from './check/house-rules.ts';
import { parse } from './check/references.ts';
import { checkText, forbiddenTexts } from './check/text-rules.ts';

const arrowsOf = (path: string, text: string) =>
  checkArrows(path, parse(path, text), new Set(['zod', '@hono/node-server'])).map(
    (found) => `${found.line} ${found.message}`,
  );
const houseRulesOf = (path: string, text: string) =>
  checkHouseRules(path, parse(path, text)).map((found) => found.rule);

describe('arrows between rooms', () => {
  it.each([
    ['bin/holdfast.ts', '../sandbox/start.ts'],
    ['api/start.ts', '../schema/schema.ts'],
    ['schema/vault.ts', '../control/vaults/list-vaults.ts'],
    ['control/jobs/sweeper.ts', '../../repository/keys/keyring.ts'],
    ['control/context.ts', '../drivers/storage/contract.ts'],
    ['agent/jobs/backup.ts', '../../repository/vault.ts'],
    ['repository/vault.ts', '../drivers/storage/contract.ts'],
    ['drivers/storage/file.ts', '../../base/errors.ts'],
    ['drivers/registry/built-in.ts', '../storage/file.ts'],
    ['sandbox/start.ts', './vcenter/server.ts'],
    ['bin/process/version.ts', '../../package.json'],
  ])('%s may import %s', (path, specifier) => {
    expect(arrowsOf(path, `import { a } from '${specifier}';`)).toEqual([]);
  });

  it.each([
    ['api/start.ts', '../agent/start.ts'],
    ['api/start.ts', '../repository/vault.ts'],
    ['schema/vault.ts', '../protocol/work.ts'],
    ['control/context.ts', '../repository/vault.ts'],
    ['control/context.ts', '../drivers/storage/file.ts'],
    ['control/context.ts', '../schema/context.ts'],
    ['agent/start.ts', '../drivers/registry.ts'],
    ['agent/start.ts', '../control/context.ts'],
    ['repository/vault.ts', '../protocol/work.ts'],
    ['drivers/storage/file.ts', '../../repository/vault.ts'],
    ['sandbox/start.ts', '../drivers/platform/vsphere/driver.ts'],
    ['base/errors.ts', '../protocol/work.ts'],
    ['bin/holdfast.ts', '../tests/e2e/helper.ts'],
    ['control/context.ts', 'holdfast/drivers/storage/file'],
    ['drivers/platform/driver.ts', './testing/sandbox.ts'],
  ])('%s may not import %s', (path, specifier) => {
    expect(arrowsOf(path, `\nimport type { A } from '${specifier}';`)).toEqual([
      expect.stringMatching(/^2 .*may not import/),
    ]);
  });

  it.each([
    "export { a } from '../control/context.ts';",
    "const a = await import('../control/context.ts');",
    "const worker = new Worker(new URL('../control/worker.ts', import.meta.url));",
    "let a: import('../control/context.ts').ControlContext;",
    "import '../control/context.ts';",
  ])('sees %s', (text) => {
    expect(arrowsOf('agent/start.ts', text)).toHaveLength(1);
  });

  it('lets tests import what they need', () => {
    expect(arrowsOf('agent/start.test.ts', "import { a } from '../control/context.ts';")).toEqual([]);
    expect(arrowsOf('drivers/platform/testing/sandbox.ts', "import { a } from '../../../sandbox/start.ts';")).toEqual(
      [],
    );
    expect(arrowsOf('tests/e2e/one.ts', "import { a } from '../../control/context.ts';")).toEqual([]);
  });

  it('refuses computed names and packages that are not installed with Holdfast', () => {
    expect(arrowsOf('agent/start.ts', 'await import(name);')).toEqual([expect.stringContaining('computed name')]);
    expect(arrowsOf('agent/start.ts', "import { it } from 'vitest';")).toEqual([expect.stringContaining('"vitest"')]);
    expect(arrowsOf('agent/a.ts', "import { z } from 'zod/mini'; import { a } from '@hono/node-server/x';")).toEqual(
      [],
    );
    expect(arrowsOf('agent/a.ts', "import { a } from 'node:fs/promises';")).toEqual([]);
  });
});

describe('house rules', () => {
  it.each([
    ['clock-and-ids', 'const now = Date.now();'],
    ['clock-and-ids', 'const now = new Date();'],
    ['clock-and-ids', 'const chance = Math.random();'],
    ['clock-and-ids', "import { randomUUID } from 'node:crypto'; const id = randomUUID();"],
    ['clock-and-ids', "import { setTimeout as sleep } from 'node:timers/promises';"],
    ['clock-and-ids', 'await new Promise((resolve) => setTimeout(resolve, 10));'],
    ['as-any', 'const a = b as any;'],
    ['default-export', 'export default function f() {}'],
    ['default-export', 'export default 1;'],
    [
      'outer-database',
      'await inTransaction(control, async (trx) => { await control.db.selectFrom("job").execute(); });',
    ],
    ['outer-database', 'function work(trx: Trx, control: Control) { return list.map(() => control.db); }'],
    ['length', 'const a = 1;\n'.repeat(401)],
  ])('%s: refuses %s', (rule, text) => {
    expect(houseRulesOf('control/jobs/example.ts', text)).toEqual([rule]);
  });

  it.each([
    'const time = new Date(clock.now()).toISOString();',
    'await clock.sleep(10, signal);',
    'const timer = setTimeout(() => socket.destroy(), 10);',
    'await control.db.transaction().execute(async (trx) => { await trx.selectFrom("job").execute(); });',
    'export const one = 1;',
  ])('allows %s', (text) => {
    expect(houseRulesOf('control/jobs/example.ts', text)).toEqual([]);
  });

  it('leaves time to base and to tests, length to generated files, and default exports to configuration', () => {
    expect(houseRulesOf('base/clock.ts', 'const now = Date.now();')).toEqual([]);
    expect(houseRulesOf('control/jobs/example.test.ts', 'const now = Date.now();')).toEqual([]);
    expect(houseRulesOf('client/gen/graphql.ts', 'const a = 1;\n'.repeat(401))).toEqual([]);
    expect(houseRulesOf('vitest.config.ts', 'export default {};')).toEqual([]);
  });
});

describe('texts of one machine', () => {
  const forbidden = forbiddenTexts({ directory: '/build/checkout', registry: 'https://mirror.example:8443/npm/' });

  it.each([
    'see /build/checkout/x',
    'cd /build/other',
    'https://mirror.example/zod',
    ['in /home', 'alice', 'x'].join('/'),
    ['"resolved":', '"https://r.example/z.tgz"'].join(' '),
  ])('refuses %s', (text) => {
    expect(checkText('README.md', `first\n${text}`, forbidden)).toMatchObject([{ line: 2, rule: 'machine' }]);
  });

  it.each(['npm run build/x', 'https://registry.npmjs.org/', '/home/user/file', '<vault>/build/x'])(
    'allows %s',
    (text) => {
      expect(checkText('README.md', text, forbidden)).toEqual([]);
    },
  );
});
