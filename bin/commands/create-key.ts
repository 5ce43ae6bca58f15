import { userInfo } from 'node:os';
import { z } from 'zod';
import { systemClock } from '../../base/clock.ts';
import { HoldfastError } from '../../base/errors.ts';
import { createLogger } from '../../base/logger.ts';
import { issueAccessKey } from '../../control/access-keys/issue-access-key.ts';
import { audited } from '../../control/audit/record.ts';
import { controlConfig } from '../../control/config.ts';
import type { ControlContext } from '../../control/context.ts';
import { unmanagedMessageAccess } from '../../control/message-access.ts';
import { isScope, type Scope, scopes } from '../../control/scopes.ts';
import { apiVariables } from '../configuration/api.ts';
import { badConfiguration, type Environment, readVariables } from '../configuration/read.ts';
import { loadRegistry } from '../process/drivers.ts';
import { openControl } from '../process/open-control.ts';

const options = z.object({
  name: z.string().trim().min(1).max(64),
  scopes: z.string().optional(),
  groups: z.string().optional(),
  expires: z.string().optional(),
  json: z.boolean().default(false),
});

/** `holdfast admin create-key`: for whoever has the machine and the key-encryption key. */
export async function runCreateKey(environment: Environment, given: unknown): Promise<void> {
  const variables = readVariables(apiVariables, environment);
  const wanted = parseOptions(given);
  const logger = createLogger({ name: 'admin', level: 'error' });
  const registry = await loadRegistry({ packages: variables.HOLDFAST_DRIVERS, logger });
  const config = controlConfig({ publicUrls: {}, messageUrls: {}, regions: [] });
  const opening = openControl({ variables, environment, registry, config, ...silent, logger });
  await using opened = await opening.catch(explainDatabaseInUse);
  const { control } = opened;
  const grant = {
    name: wanted.name,
    scopes: wanted.scopes,
    resourceGroups: await groupIds(control, wanted.groups),
    expiresAt: wanted.expiresAt,
  };
  const { secret } = await audited(
    control,
    {
      actor: { kind: 'OPERATOR', accessKeyId: null, keyId: null, name: userInfo().username },
      action: 'admin.createKey',
      input: [
        { path: 'name', value: grant.name },
        { path: 'scopes', value: grant.scopes.join(' ') },
        { path: 'resourceGroupIds', value: [grant.resourceGroups].flat().join(' ') },
        { path: 'expiresAt', value: String(grant.expiresAt?.toISOString() ?? null) },
      ],
      withheld: [],
      subjects: [],
      origin: { requestId: control.ids.uuid(), address: null, userAgent: null },
    },
    () => issueAccessKey(control, grant),
    ({ accessKeyId }) => ({
      errorCode: null,
      subjects: [{ type: 'AccessKey', id: accessKeyId }],
      resourceGroupIds: [],
    }),
  );
  const expires = wanted.expiresAt?.toISOString() ?? null;
  if (wanted.json) process.stdout.write(`${JSON.stringify({ name: wanted.name, key: secret, expiresAt: expires })}\n`);
  else process.stdout.write(`${secret}\n`);
  if (!wanted.json)
    process.stderr.write(
      `This is the key "${wanted.name}", shown only now. It ${expires ? `expires ${expires}` : 'does not expire'}.\n`,
    );
}

/** The embedded database belongs to one process, and that is mostly `holdfast api`, which can be asked instead. */
function explainDatabaseInUse(error: unknown): never {
  if (!(error instanceof HoldfastError) || error.code !== 'DATABASE_IN_USE') throw error;
  const remedy = 'Ask the running control plane with the mutation createAccessKey, or stop it first.';
  throw new HoldfastError({ code: error.code, message: error.message, remedy, retryable: true }, { cause: error });
}

/** Nobody listens: the process that serves requests finds the new key in the database. */
const silent = {
  bus: {
    publish: async () => undefined,
    subscribe: async () => ({ [Symbol.asyncDispose]: async () => undefined }),
  },
  messageAccess: unmanagedMessageAccess,
};

interface WantedKey {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly groups: readonly string[] | 'ALL';
  readonly expiresAt: Date | null;
}

function parseOptions(given: unknown): WantedKey & { readonly json: boolean } {
  const parsed = options.safeParse(given);
  if (!parsed.success) throw badConfiguration('--name has to be 1 to 64 characters.', 'Choose another name.');
  const { name, json } = parsed.data;
  const names = parsed.data.scopes === undefined ? [...scopes] : listOf(parsed.data.scopes);
  const unknown = names.find((scope) => !isScope(scope));
  if (unknown !== undefined || names.length === 0)
    throw badConfiguration(`--scopes names ${JSON.stringify(unknown ?? '')}.`, `The scopes are: ${scopes.join(', ')}.`);
  const groups = parsed.data.groups === undefined ? 'ALL' : listOf(parsed.data.groups);
  return { name, json, scopes: names.filter(isScope), groups, expiresAt: parseExpiry(parsed.data.expires) };
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

const dayMs = 24 * 60 * 60 * 1000;

function parseExpiry(text: string | undefined): Date | null {
  if (text === undefined) return null;
  const days = /^(\d{1,5})d$/.exec(text)?.[1];
  const time = days === undefined ? Date.parse(text) : systemClock.now() + Number(days) * dayMs;
  if (time > systemClock.now()) return new Date(time);
  throw badConfiguration(
    `--expires ${JSON.stringify(text)} is not a time in the future.`,
    'Use 90d, or an ISO 8601 time.',
  );
}

async function groupIds(
  control: ControlContext,
  groups: readonly string[] | 'ALL',
): Promise<readonly string[] | 'ALL'> {
  if (groups === 'ALL') return 'ALL';
  const rows = await control.db.selectFrom('resource_group').select(['id', 'name']).execute();
  return groups.map((group) => {
    const row = rows.find(({ id, name }) => id === group || name === group);
    if (row) return row.id;
    throw badConfiguration(
      `--groups names ${JSON.stringify(group)}, which is no resource group.`,
      `There are: ${rows.map(({ name }) => name).join(', ')}.`,
    );
  });
}
