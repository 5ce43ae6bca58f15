import type { z } from 'zod';
import { ossSettings, variableOf } from '../../drivers/storage/oss/settings.ts';
import { activationVariables, agentVariables } from './agent.ts';
import { apiVariables, databaseVariables } from './api.ts';
import { commonVariables } from './common.ts';
import { sandboxVariables } from './sandbox.ts';
import { docsOf } from './variable.ts';

const databaseNames = new Set(Object.keys(databaseVariables.shape));
const commonNames = new Set(Object.keys(commonVariables.shape));

const head = `# Configuration

Everything is configured by environment variables, read once at start. A value that does not fit stops the process with
the variable's name and what is expected; an empty value counts as not set. This page is printed from the definitions in
\`bin/configuration/\` by \`node tools/print-configuration.ts\`.
`;

/** docs/configuration.md. */
export function configurationPage(): string {
  const own = (name: string) => !commonNames.has(name);
  return [
    head,
    section('Every process', commonVariables.shape),
    section('`holdfast api`', apiVariables.shape, (name) => own(name) && !databaseNames.has(name)),
    section('`holdfast api` and `holdfast admin`', databaseVariables.shape),
    storageSection(),
    section('`holdfast agent`', agentVariables.shape, own),
    section('`holdfast agent activate`', activationVariables.shape),
    section('`holdfast sandbox`', sandboxVariables.shape, own),
  ].join('\n');
}

/** The storage target's settings: only the chosen driver reads them. */
function storageSection(): string {
  const rows = Object.entries(ossSettings).map(([name, { description, preset, required }]) => {
    const defaultText = required ? 'required' : preset === undefined ? 'not set' : `\`${preset}\``;
    return `| \`${variableOf(name)}\` | ${description} | ${defaultText} |`;
  });
  return [
    '## `HOLDFAST_STORAGE=file`',
    '',
    '| variable | meaning | default |',
    '|---|---|---|',
    '| `HOLDFAST_STORAGE_ROOT` | The directory that holds the vaults; gateways reach it by the same path. | `vaults` in the data directory |',
    '',
    '## `HOLDFAST_STORAGE=oss`',
    '',
    'Any of these may be given as a file that holds it: `HOLDFAST_STORAGE_ACCESS_KEY_SECRET_FILE` instead of',
    '`HOLDFAST_STORAGE_ACCESS_KEY_SECRET`.',
    '',
    '| variable | meaning | default |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

/** Every variable any process reads. */
export const knownVariables: ReadonlySet<string> = new Set(
  [apiVariables, agentVariables, activationVariables, sandboxVariables].flatMap((schema) => Object.keys(schema.shape)),
);

function section(
  title: string,
  shape: Readonly<Record<string, z.ZodType>>,
  include: (name: string) => boolean = () => true,
): string {
  const rows = Object.entries(shape)
    .filter(([name]) => include(name))
    .map(([name, schema]) => {
      const docs = docsOf(schema);
      const preset = docs?.defaultValue === undefined ? (docs?.defaultText ?? 'not set') : `\`${docs.defaultValue}\``;
      return `| \`${name}\` | ${docs?.description} Expected: ${docs?.expected}. | ${preset} |`;
    });
  return [`## ${title}`, '', '| variable | meaning | default |', '|---|---|---|', ...rows, ''].join('\n');
}
