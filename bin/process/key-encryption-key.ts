import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { IdSource } from '../../base/ids.ts';
import type { Logger } from '../../base/logger.ts';
import { parseKeyEncryptionKey } from '../../control/secret-box.ts';
import type { DatabaseVariables } from '../configuration/api.ts';
import { badConfiguration } from '../configuration/read.ts';

const fileName = 'key-encryption-key';

/**
 * The key-encryption key (32 bytes): from the environment, or on embedded defaults from a file made on first start.
 * Several processes share a PostgreSQL, so there the environment has to say it.
 */
export async function keyEncryptionKey(
  variables: DatabaseVariables,
  ids: IdSource,
  logger: Logger,
): Promise<Uint8Array> {
  const { HOLDFAST_KEY_ENCRYPTION_KEY: written, DATABASE_URL, HOLDFAST_DATA_DIRECTORY: directory } = variables;
  if (written !== undefined) {
    const key = parseKeyEncryptionKey(written);
    if (key) return key;
    throw badConfiguration('HOLDFAST_KEY_ENCRYPTION_KEY is not 32 bytes written as base64 or hex.', makeOne);
  }
  if (DATABASE_URL !== undefined)
    throw badConfiguration('HOLDFAST_KEY_ENCRYPTION_KEY is not set, and DATABASE_URL is.', makeOne);
  return keyInFile(directory, ids, logger);
}

const makeOne = 'Make one with "openssl rand -base64 32", keep it safe, and set it for every process on this database.';

async function keyInFile(directory: string, ids: IdSource, logger: Logger): Promise<Uint8Array> {
  const path = join(directory, fileName);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  try {
    await using file = await open(path, 'wx', 0o600);
    await file.writeFile(`${ids.bytes(32).toString('base64')}\n`);
    await file.sync();
    logger.warn({ path }, 'a key-encryption key was made and lies beside the data: fine for evaluation only');
  } catch (error) {
    if (!z.object({ code: z.literal('EEXIST') }).safeParse(error).success) throw error;
  }
  const key = parseKeyEncryptionKey(await readFile(path, 'utf8'));
  if (key) return key;
  throw badConfiguration(`The file ${path} does not hold a key-encryption key.`, 'Restore it from a copy.');
}
