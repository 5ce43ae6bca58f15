import { describe, expect, it } from 'vitest';
import { InvalidInputError } from './errors.ts';
import { nameSchema, parseInput } from './input.ts';

const codeOf = (name: string) => {
  try {
    return parseInput(nameSchema, name);
  } catch (error) {
    return error instanceof InvalidInputError ? error.issues[0]?.code : error;
  }
};

describe('a name', () => {
  it.each([
    ['😀'.repeat(64)],
    ['n'.repeat(64)],
    ["'; drop table job; --"],
    ['../../etc/passwd'],
    ['<script>'],
    ['سرور پشتیبان'],
    ['می‌خواهم'],
    ['👩‍👩‍👧'],
  ])('may be %s', (name) => {
    expect(codeOf(name)).toBe(name);
  });

  it('is trimmed', () => expect(codeOf('  a  b \n')).toBe('a  b'));

  it.each([
    ['nothing', '', 'TOO_SMALL'],
    ['spaces', ' \u00a0\u3000\n', 'TOO_SMALL'],
    ['65 characters', 'n'.repeat(65), 'TOO_BIG'],
    ['65 characters of two code units', '😀'.repeat(65), 'TOO_BIG'],
    ['a zero character', 'a\0b', 'INVALID_FORMAT'],
    ['two lines', 'a\nb', 'INVALID_FORMAT'],
    ['a line separator', 'a\u2028b', 'INVALID_FORMAT'],
    ['half a character', 'a\ud800', 'INVALID_FORMAT'],
    ['nothing that can be seen', '\u200b\u2060', 'INVALID_FORMAT'],
    ['what turns the text around it', 'vault\u202egpj.exe', 'INVALID_FORMAT'],
  ])('must not be %s', (_what, name, code) => {
    expect(codeOf(name)).toBe(code);
  });
});
