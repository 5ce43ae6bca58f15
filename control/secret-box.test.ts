import { expect, it } from 'vitest';
import { createSecretBox, parseKeyEncryptionKey } from './secret-box.ts';

const box = createSecretBox(Buffer.alloc(32, 1));
const place = { table: 'vcenter', column: 'password_sealed', id: '1' };

it('opens what it sealed, and never seals twice alike', () => {
  const secret = Buffer.from('p@ss\u0000wörd');
  const sealed = box.seal(secret, place);
  expect(sealed.includes(secret)).toBe(false);
  expect(box.open(sealed, place)).toEqual(secret);
  expect(box.seal(secret, place)).not.toEqual(sealed);
  expect(box.open(box.seal(Buffer.alloc(0), place), place)).toEqual(Buffer.alloc(0));
});

it.each([
  ['another key', createSecretBox(Buffer.alloc(32, 2)), place],
  ['another row', box, { ...place, id: '2' }],
  ['another column', box, { ...place, column: 'other' }],
  ['another table', box, { ...place, table: 'vault' }],
])('does not open with %s', (_what, other, elsewhere) => {
  const sealed = box.seal(Buffer.from('secret'), place);
  expect(() => other.open(sealed, elsewhere)).toThrowError(expect.objectContaining({ code: 'SECRET_UNREADABLE' }));
});

it('does not open what was changed or cut anywhere', () => {
  const sealed = box.seal(Buffer.from('secret'), place);
  for (let index = 0; index < sealed.length; index += 1) {
    const changed = Buffer.from(sealed);
    changed.writeUInt8(changed.readUInt8(index) ^ 1, index);
    expect(() => box.open(changed, place)).toThrowError(expect.objectContaining({ code: 'SECRET_UNREADABLE' }));
    const cut = sealed.subarray(0, index);
    expect(() => box.open(cut, place)).toThrowError(expect.objectContaining({ code: 'SECRET_UNREADABLE' }));
  }
});

it('derives one mac for a purpose', () => {
  expect(box.mac('m', 'a')).toEqual(box.mac(Buffer.from('m'), 'a'));
  expect(box.mac('m', 'a')).not.toEqual(box.mac('m', 'b'));
  expect(box.mac('m', 'a')).not.toEqual(createSecretBox(Buffer.alloc(32, 2)).mac('m', 'a'));
});

it('reads keys as base64, base64url and hex, and nothing else', () => {
  const key = Buffer.from(Array.from({ length: 32 }, (_, index) => 255 - index));
  for (const text of [
    key.toString('base64'),
    key.toString('base64url'),
    key.toString('hex'),
    ` ${key.toString('hex').toUpperCase()}\n`,
  ])
    expect(parseKeyEncryptionKey(text)).toEqual(key);
  for (const text of [
    '',
    'x',
    'password',
    key.subarray(1).toString('hex'),
    key.subarray(1).toString('base64'),
    `${key.toString('hex')}00`,
  ])
    expect(parseKeyEncryptionKey(text)).toBeUndefined();
  expect(() => createSecretBox(Buffer.alloc(16))).toThrowError(expect.objectContaining({ code: 'BAD_CONFIGURATION' }));
});
