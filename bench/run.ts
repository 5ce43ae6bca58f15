import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { changeImage, differences, makeImage, run } from './image.ts';
import type { Measurement } from './measure.ts';
import { formatTable, median, type Row } from './table.ts';
import { borg, checkTools, copy, holdfast, restic, type Tool, zstd } from './tools.ts';

const MiB = 1 << 20;
const steps = ['full', 'incremental', 'restore'] as const;
type Step = (typeof steps)[number];
type Sample = Measurement & { readonly storedMiB: number | null };

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '1024' },
    runs: { type: 'string', default: '3' },
    directory: { type: 'string', default: tmpdir() },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(
    'npm run bench -- [--size MiB] [--runs N] [--directory PATH] [--only holdfast,restic,borg,zstd,copy] [--json]\n',
  );
  process.exit(0);
}
const bytes = Number(values.size) * MiB;
const runs = Number(values.runs);
const only = values.only?.split(',');
const tools = [holdfast, restic, borg, zstd, copy].filter((tool) => !only || only.includes(tool.name));

const say = (text: string) => process.stderr.write(`${text}\n`);

function sizeOf(directory: string): number {
  let sum = 0;
  for (const entry of readdirSync(directory, { withFileTypes: true, recursive: true }))
    if (entry.isFile()) sum += statSync(join(entry.parentPath, entry.name)).size;
  return sum;
}

async function runStep(tool: Tool, step: Step, directory: string, image: string): Promise<Sample | undefined> {
  const action = tool[step];
  if (!action) return undefined;
  const repository = tool.repository(directory);
  const before = step === 'full' ? 0 : sizeOf(repository);
  const output = join(directory, 'output');
  mkdirSync(output, { recursive: true });
  // What the one before left dirty shall not be written on this one's time.
  run('sync', []);
  const measured = await action(directory, image, output);
  if (step === 'restore') {
    const restored = run('find', [output, '-name', 'disk.raw']).trim();
    if (tool.incremental) run('cmp', [image, restored]);
    rmSync(output, { recursive: true });
  }
  return { ...measured, storedMiB: step === 'restore' ? null : (sizeOf(repository) - before) / MiB };
}

async function compare(scratch: string): Promise<Row[]> {
  const [first, second, image] = [join(scratch, 'first.raw'), join(scratch, 'second.raw'), join(scratch, 'disk.raw')];
  say(`Making an ext4 image of ${values.size} MiB`);
  makeImage(first, bytes, scratch);
  copyFileSync(first, second);
  changeImage(second, bytes, scratch);
  const areas = differences(first, second);
  writeFileSync(`${image}.changes`, JSON.stringify(areas));
  say(`${areas.length} areas changed, ${(areas.reduce((sum, area) => sum + area.length, 0) / MiB).toFixed(1)} MiB`);

  const samples = new Map<string, Sample[]>();
  for (let round = 0; round < runs; round++) {
    const turn = tools.map((_, index) => tools[(index + round) % tools.length]).filter((tool) => tool !== undefined);
    const places = new Map(turn.map((tool, index) => [tool, join(scratch, `run${round}-${index}`)]));
    for (const place of places.values()) mkdirSync(place);
    for (const step of steps) {
      const version = step === 'full' ? first : second;
      renameSync(version, image);
      for (const [tool, place] of places) {
        const sample = await runStep(tool, step, place, image);
        if (!sample) continue;
        say(`${round + 1}/${runs} ${step} ${tool.name}: ${sample.wallSeconds.toFixed(2)} s`);
        const key = `${step}\n${tool.name}`;
        samples.set(key, [...(samples.get(key) ?? []), sample]);
      }
      renameSync(image, version);
    }
    for (const place of places.values()) rmSync(place, { recursive: true });
  }
  return steps.flatMap((step) =>
    tools.flatMap((tool) => {
      const found = samples.get(`${step}\n${tool.name}`);
      if (!found) return [];
      const of = (pick: (sample: Sample) => number) => median(found.map(pick));
      const storedMiB = found[0]?.storedMiB === null ? null : of((sample) => sample.storedMiB ?? 0);
      return [
        {
          step,
          tool: tool.name,
          wallSeconds: of((sample) => sample.wallSeconds),
          cpuSeconds: of((sample) => sample.cpuSeconds),
          peakMiB: of((sample) => sample.peakMiB),
          storedMiB,
        },
      ];
    }),
  );
}

try {
  checkTools();
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exit(2);
}
const scratch = mkdtempSync(join(values.directory, 'holdfast-bench-'));
try {
  const rows = await compare(scratch);
  process.stdout.write(values.json ? `${JSON.stringify({ bytes, runs, rows }, null, 2)}\n` : `${formatTable(rows)}\n`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
