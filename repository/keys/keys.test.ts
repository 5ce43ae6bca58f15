import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { IdSource } from '../../base/ids.ts';
import { systemIds } from '../../base/ids.ts';
import { openKeyring, sealKeyring } from './keyring.ts';
import { formatRecoveryKey, generateRecoveryKey, parseRecoveryKey } from './recovery-key.ts';
import { generateVaultKeys, parseVaultKeys, serialiseVaultKeys } from './vault-keys.ts';

const fixedIds: IdSource = {
  uuid: () => '01234567-89ab-7def-8123-456789abcdef',
  bytes: (length) => Buffer.alloc(length, 0x5a),
};

describe('vault keys', () => {
  it('survive being serialised', () => {
    const keys = generateVaultKeys(systemIds);
    const two = { ...keys, epochs: [...keys.epochs, { epoch: 7, key: systemIds.bytes(32) }] };
    expect(serialiseVaultKeys(parseVaultKeys(serialiseVaultKeys(two)))).toEqual(serialiseVaultKeys(two));
  });

  it.each(['', '{}', 'null', '{"version":2}'])('are not made of %j', (text) => {
    expect(() => parseVaultKeys(Buffer.from(text))).toThrow('not the keys of a vault');
  });

  it('refuse short keys and epochs out of order', () => {
    const keys = generateVaultKeys(systemIds);
    const [epoch] = keys.epochs;
    if (!epoch) throw new Error('no epoch');
    const broken = [
      { ...keys, hashKey: keys.hashKey.subarray(1) },
      { ...keys, epochs: [] },
      { ...keys, epochs: [epoch, epoch] },
      { ...keys, vaultId: 'nonsense' },
    ];
    for (const one of broken) expect(() => parseVaultKeys(serialiseVaultKeys(one))).toThrow('not the keys of a vault');
  });
});

describe('recovery key', () => {
  it('is printed as the format says', () => {
    const key = Buffer.from(Array.from({ length: 32 }, (_, index) => index));
    expect(formatRecoveryKey(key)).toBe(GOLDEN_RECOVERY_KEY);
    expect(parseRecoveryKey(GOLDEN_RECOVERY_KEY)).toEqual(key);
  });

  it('is read however a person types it', () => {
    const key = generateRecoveryKey(systemIds);
    const text = formatRecoveryKey(key);
    const typed = ` ${text.toLowerCase().replaceAll('0', 'o').replaceAll('1', 'l').replaceAll('-', ' -\n')} `;
    expect(Buffer.from(parseRecoveryKey(typed))).toEqual(Buffer.from(key));
  });

  it('notices every single wrong character', () => {
    const text = formatRecoveryKey(Buffer.from(createHash('sha256').update('sample').digest()));
    for (let at = 0; at < text.length; at++) {
      if (text[at] === '-') continue;
      for (const character of '0123456789ABCDEFGHJKMNPQRSTVWXYZ') {
        if (character === text[at]) continue;
        const wrong = text.slice(0, at) + character + text.slice(at + 1);
        expect(() => parseRecoveryKey(wrong)).toThrow('The recovery key is not right');
      }
    }
    expect(() => parseRecoveryKey(text.slice(0, -6))).toThrow('13 groups');
    expect(() => parseRecoveryKey('')).toThrow('groups');
  });
});

describe('keyring', () => {
  it('opens with its recovery key only', () => {
    const keys = generateVaultKeys(systemIds);
    const recoveryKey = generateRecoveryKey(systemIds);
    const sealed = sealKeyring(keys, recoveryKey, systemIds);
    expect(serialiseVaultKeys(openKeyring(sealed, recoveryKey))).toEqual(serialiseVaultKeys(keys));
    expect(() => openKeyring(sealed, generateRecoveryKey(systemIds))).toThrow('does not open');
  });

  it('notices every changed byte', () => {
    const recoveryKey = generateRecoveryKey(fixedIds);
    const sealed = Buffer.from(sealKeyring(generateVaultKeys(fixedIds), recoveryKey, fixedIds));
    for (let at = 0; at < sealed.length; at++) {
      const damaged = Buffer.from(sealed);
      damaged.writeUInt8(damaged.readUInt8(at) ^ 0x10, at);
      expect(() => openKeyring(damaged, recoveryKey)).toThrow(/keyring/);
    }
    expect(() => openKeyring(sealed.subarray(0, 40), recoveryKey)).toThrow('not the keyring');
  });

  it('has the bytes that the format says', () => {
    const sealed = sealKeyring(generateVaultKeys(fixedIds), generateRecoveryKey(fixedIds), fixedIds);
    expect(createHash('sha256').update(sealed).digest('hex')).toBe(GOLDEN_KEYRING);
  });
});

const GOLDEN_RECOVERY_KEY = '000GM-40R40-0M303-E209B-185GW-R38ES-1W81J-24GKY-2GAHY-C5RR8-34D1Y-P70XV-3RFGG-0PT39';
const GOLDEN_KEYRING = '21666222fb55a26110736a4e54b47f0ba6424bb50e0de270c5461171bb3eb91c';
