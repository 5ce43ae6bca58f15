import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/**
 * The closing line of CI, from vitest's own report and the numbers of other checks that passed and failed. Skipped tests count as
 * failed: in CI nothing may be skipped.
 */
const report = z
  .object({
    numPassedTests: z.number(),
    numFailedTests: z.number(),
    success: z.boolean(),
    testResults: z.array(
      z.object({
        name: z.string(),
        status: z.string(),
        assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
      }),
    ),
  })
  .parse(JSON.parse(readReport()));

const root = fileURLToPath(new URL('..', import.meta.url));
const skipped = report.testResults.flatMap(({ name, assertionResults }) =>
  assertionResults
    .filter(({ status }) => status !== 'passed' && status !== 'failed')
    .map(({ fullName }) => `${name.replace(root, '')}: ${fullName}`),
);
/** A file that could not even be loaded has no tests of its own that failed. */
const broken = report.testResults.filter(
  ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
);
for (const name of skipped) console.error(`skipped: ${name}`);
for (const { name } of broken) console.error(`could not be run: ${name.replace(root, '')}`);
const [passedChecks = 0, failedChecks = 0] = process.argv.slice(2).map(Number);
const failed = report.numFailedTests + skipped.length + broken.length + failedChecks;
console.log(`${report.numPassedTests + passedChecks} passed, ${failed} failed`);
process.exitCode = failed === 0 && report.success ? 0 : 1;

/** Where the tests did not even start, that is one failure. */
function readReport(): string {
  try {
    return readFileSync(new URL('../.cache/test-results.json', import.meta.url), 'utf8');
  } catch {
    console.error('the tests did not run to their end');
    return JSON.stringify({ numPassedTests: 0, numFailedTests: 1, success: false, testResults: [] });
  }
}
