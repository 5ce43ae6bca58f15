import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../base/clock.ts';
import { systemIds } from '../../base/ids.ts';
import { notAnAgentsOwn } from './own-directory.ts';
import { openStateDirectory } from './state-directory.ts';

const tools = { clock: systemClock, ids: systemIds };
let root: string;
let path: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'holdfast-state-'));
  path = join(root, 'state');
});
afterEach(() => rm(root, { recursive: true, force: true }));

const instance = (previous: string[] = []) => ({
  version: 1 as const,
  gatewayId: systemIds.uuid(),
  instanceId: systemIds.uuid(),
  previous,
});

it('keeps what was written, for its owner only', async () => {
  const record = instance();
  {
    using state = await openStateDirectory(path, tools);
    expect(await state.instance.read()).toBeUndefined();
    await state.instance.write(record);
    await state.spoolDirectory('job', '6000C29 ../../x');
  }
  using state = await openStateDirectory(path, tools);
  expect(await state.instance.read()).toEqual(record);
  expect((await stat(path)).mode & 0o777).toBe(0o700);
  expect((await stat(join(path, 'instance.json'))).mode & 0o777).toBe(0o600);
  expect(await readdir(join(path, 'spool', 'job'))).toEqual(['6000C29_______x']);
});

it('belongs to one process at a time, and to the next one when that was killed', async () => {
  const holder = spawn(
    process.execPath,
    [
      '--input-type=module-typescript',
      '--eval',
      `import { openStateDirectory } from './agent/state/state-directory.ts';
       import { systemClock } from './base/clock.ts';
       import { systemIds } from './base/ids.ts';
       const state = await openStateDirectory(process.argv[1], { clock: systemClock, ids: systemIds });
       console.log('locked');
       const write = (n) => state.instance.write({ version: 1, gatewayId: systemIds.uuid(), instanceId: systemIds.uuid(), previous: [] }).then(() => write(n + 1));
       await write(0);`,
      path,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await once(holder.stdout, 'data');
  await expect(openStateDirectory(path, tools)).rejects.toMatchObject({ code: 'STATE_DIRECTORY_IN_USE' });
  await expect.poll(() => readdir(path)).toContain('instance.json');
  holder.kill('SIGKILL');
  await once(holder, 'exit');

  using state = await openStateDirectory(path, tools);
  expect(await state.instance.read()).toMatchObject({ version: 1 });
  expect((await readdir(path)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

it('keeps a second opening of the same process out', async () => {
  using _state = await openStateDirectory(path, tools);
  await expect(openStateDirectory(path, tools)).rejects.toMatchObject({ code: 'STATE_DIRECTORY_IN_USE' });
});

it('says which file is damaged instead of guessing', async () => {
  using state = await openStateDirectory(path, tools);
  await writeFile(join(path, 'gateway.json'), '{"version":1');
  await expect(state.activation.read()).rejects.toThrow(/gateway\.json/);
});

it('removes temporary files and old spools when it opens', async () => {
  {
    using state = await openStateDirectory(path, tools);
    await state.spoolDirectory('old', 'disk');
    await state.spoolDirectory('young', 'disk');
  }
  await writeFile(join(path, '.gateway.json.abc.tmp'), 'half');
  await utimes(join(path, 'spool', 'old'), 0, 0);
  using _state = await openStateDirectory(path, tools);
  expect(await readdir(join(path, 'spool'))).toEqual(['young']);
  expect(await readdir(path)).not.toContain('.gateway.json.abc.tmp');
});

it('removes the spools of jobs that went on elsewhere, and not those of running ones', async () => {
  using state = await openStateDirectory(path, tools);
  for (const job of ['elsewhere', 'running']) {
    await state.spoolDirectory(job, 'disk');
    await utimes(join(path, 'spool', job), 0, 0);
  }
  await state.spoolDirectory('retried', 'disk');
  await state.removeOldSpools(['running']);
  expect((await readdir(join(path, 'spool'))).toSorted()).toEqual(['retried', 'running']);
});

it('refuses a relative path', async () => {
  await expect(openStateDirectory('state', tools)).rejects.toMatchObject({ code: 'BAD_CONFIGURATION' });
  await expect(readFile('state/lock')).rejects.toThrow();
});

it('refuses what others use, before it changes anything there', async () => {
  const place = async (name: string, mode: number, ...files: string[]) => {
    const directory = join(root, name);
    await mkdir(directory);
    for (const file of files) await writeFile(join(directory, file), 'theirs');
    await chmod(directory, mode);
    return directory;
  };
  const taken = [
    await place('home', 0o755, 'letter.txt', '.letter.tmp'),
    await place('shared', 0o1777),
    await place('open', 0o777),
    // As after an agent was given it once.
    await place('shared-again', 0o1777, 'lock'),
    await place('var', 0o755, 'cache', 'spool', 'tmp'),
  ];
  for (const directory of taken) {
    const before = [(await stat(directory)).mode, await readdir(directory)];
    await expect(openStateDirectory(directory, tools)).rejects.toMatchObject({
      code: 'BAD_CONFIGURATION',
      message: expect.stringContaining(directory),
      remedy: expect.stringContaining('a directory of its own'),
    });
    expect([(await stat(directory)).mode, await readdir(directory)]).toEqual(before);
  }
  await symlink(join(root, 'home'), path);
  await expect(openStateDirectory(path, tools)).rejects.toThrow('other things');
});

// Only looked at: a mistake here would change this machine.
it.each(['/', '/tmp', '/var', '/var/lib/', '/etc', '/opt', '/dev/null'])(
  'does not take %s for its own',
  async (place) => {
    expect(await notAnAgentsOwn(place)).toBeDefined();
  },
);

it('takes an empty directory, a volume of its own, and one that an agent was making when it was killed', async () => {
  for (const names of [[], ['lost+found'], ['cache'], ['cache', 'spool']]) {
    for (const name of names) await mkdir(join(path, name), { recursive: true });
    await mkdir(path, { recursive: true });
    await chmod(path, 0o755);
    {
      using _state = await openStateDirectory(path, tools);
    }
    expect((await stat(path)).mode & 0o777).toBe(0o700);
    // And again, by the name of its lock.
    using _again = await openStateDirectory(path, tools);
    await rm(path, { recursive: true });
  }
});
