import { createHash } from 'node:crypto';
import { HoldfastError } from '../../base/errors.ts';
import type { IdSource } from '../../base/ids.ts';
import { KEY_LENGTH } from './epochs.ts';

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const DATA_GROUPS = 13;

/** 256 random bits that open a vault's keyring without the control plane. */
export function generateRecoveryKey(ids: IdSource): Uint8Array {
  return ids.bytes(KEY_LENGTH);
}

/** FORMAT.md, section 3: 14 groups of five characters, each of which shows a slip of the pen by itself. */
export function formatRecoveryKey(key: Uint8Array): string {
  const characters = toCharacters(BigInt(`0x${Buffer.from(key).toString('hex')}`) << 4n, DATA_GROUPS * 4);
  const groups = Array.from({ length: DATA_GROUPS }, (_, index) => {
    const group = characters.slice(index * 4, index * 4 + 4);
    return group + checkCharacter(index, group);
  });
  return [...groups, keyCheck(key)].join('-');
}

/** Throws RECOVERY_KEY_INVALID naming the first group that cannot be right. */
export function parseRecoveryKey(text: string): Uint8Array {
  const groups = text.toUpperCase().replaceAll(/\s/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1').split('-');
  if (groups.length !== DATA_GROUPS + 1) throw invalid(`It has ${groups.length} groups instead of ${DATA_GROUPS + 1}.`);
  let bits = 0n;
  for (const [index, group] of groups.slice(0, DATA_GROUPS).entries()) {
    const data = group.slice(0, 4);
    const known = group.length === 5 && [...group].every((character) => alphabet.includes(character));
    if (!known || checkCharacter(index, data) !== group[4]) throw invalid(`Group ${index + 1} (${group}) is mistyped.`);
    for (const character of data) bits = (bits << 5n) | BigInt(alphabet.indexOf(character));
  }
  const key = Buffer.from((bits >> 4n).toString(16).padStart(KEY_LENGTH * 2, '0'), 'hex');
  if ((bits & 15n) !== 0n || keyCheck(key) !== groups.at(-1)) throw invalid('Its last group does not fit the others.');
  return key;
}

function toCharacters(bits: bigint, count: number): string {
  return Array.from(
    { length: count },
    (_, index) => alphabet[Number((bits >> BigInt(5 * (count - 1 - index))) & 31n)],
  ).join('');
}

function checkCharacter(index: number, group: string): string | undefined {
  const digest = createHash('sha256').update('holdfast group').update(Buffer.of(index)).update(group).digest();
  return alphabet[digest.readUInt8(0) >> 3];
}

function keyCheck(key: Uint8Array): string {
  const digest = createHash('sha256').update('holdfast recovery key').update(key).digest();
  return toCharacters(BigInt(digest.readUInt32BE(0) >>> 7), 5);
}

function invalid(problem: string): HoldfastError {
  return new HoldfastError({
    code: 'RECOVERY_KEY_INVALID',
    message: `The recovery key is not right. ${problem}`,
    remedy: 'Compare it with the printed key, group by group.',
    retryable: false,
  });
}
