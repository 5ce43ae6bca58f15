/**
 * Uploads one file under several names at the same time, in a process of its own. Standard input is JSON: `settings` of the
 * target, `location`, `path` and `names`. Prints the peaks of the process's memory and what the upload took.
 */
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { createOssStorageDriver } from '../driver.ts';

const input = z.object({
  settings: z.record(z.string(), z.string()),
  location: z.object({
    driver: z.string(),
    region: z.string(),
    bucket: z.string(),
    prefix: z.string(),
    settings: z.record(z.string(), z.string()),
  }),
  path: z.string(),
  names: z.array(z.string()),
});
const { settings, location, path, names } = input.parse(JSON.parse(await text(process.stdin)));
const driver = createOssStorageDriver();
const target = driver.parseTarget(settings);
const signal = new AbortController().signal;
await using store = driver.open({
  location,
  endpoint: { scheme: 'http', network: 'INTERNET' },
  credentials: (inner) => driver.issueCredentials(target, location, 'write', inner),
});
let peakArrayBuffers = 0;
const sampler = setInterval(() => {
  peakArrayBuffers = Math.max(peakArrayBuffers, process.memoryUsage().arrayBuffers);
}, 2);
const started = performance.now();
await Promise.all(names.map((name) => store.putFile(name, path, signal)));
const ms = performance.now() - started;
clearInterval(sampler);
process.stdout.write(JSON.stringify({ peakKiB: process.resourceUsage().maxRSS, peakArrayBuffers, ms }));
