import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const patienceMs = 50_000;

/**
 * Runs `make` once for the whole test run, however many worker processes ask, and gives all of them the text it returned.
 * `path`: a name inside the run's directory.
 */
export async function once(path: string, make: () => Promise<string>): Promise<string> {
  if (await claim(`${path}.claimed`)) {
    const outcome = await make().then(
      (value) => ({ value }),
      (error: unknown) => ({ error: error instanceof Error ? error.message : String(error) }),
    );
    await writeFile(`${path}.new`, JSON.stringify(outcome));
    await rename(`${path}.new`, path);
  }
  for (const start = performance.now(); performance.now() - start < patienceMs; await sleep(50)) {
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    const outcome: { value?: string; error?: string } = JSON.parse(text);
    if (outcome.value !== undefined) return outcome.value;
    throw new Error(outcome.error);
  }
  throw new Error(`${path} was not made within ${patienceMs} ms`);
}

async function claim(path: string): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch {
    return false;
  }
}
