import type { Violation } from './violation.ts';

/** What must not stand in any file of the repository, because it is true of one machine only. */
export interface ForbiddenText {
  readonly pattern: RegExp;
  readonly message: string;
}

/**
 * @param machine `directory`: where the checkout lies; `registry`: the npm registry this machine installs from.
 */
export function forbiddenTexts(machine: { readonly directory: string; readonly registry: string }): ForbiddenText[] {
  const forbidden: ForbiddenText[] = [
    {
      pattern: /(?<![\w.-])\/(home|Users)\/(?!(user|me|you|node|holdfast|postgres)\b)[a-z][\w-]*\//,
      message: 'names a home directory; use a path relative to the repository or a made-up one',
    },
    {
      pattern: /"resolved":\s*"https?:/,
      message: 'names a package registry; npm install with .npmrc’s omit-lockfile-registry-resolved leaves it out',
    },
  ];
  const parent = machine.directory.split('/').slice(0, 2).join('/');
  if (!['/home', '/Users', '/tmp', '/var', '/'].includes(parent) && parent.length > 2)
    forbidden.push({
      pattern: new RegExp(`(?<![\\w.>-])${quoted(parent)}/[\\w.-]`),
      message: 'names a directory of this machine',
    });
  const host = URL.canParse(machine.registry) ? new URL(machine.registry).hostname : '';
  if (host !== '' && host !== 'registry.npmjs.org')
    forbidden.push({ pattern: new RegExp(quoted(host)), message: 'names this machine’s package registry' });
  return forbidden;
}

export function checkText(path: string, text: string, forbidden: readonly ForbiddenText[]): Violation[] {
  return text
    .split('\n')
    .flatMap((line, index) =>
      forbidden
        .filter(({ pattern }) => pattern.test(line))
        .map(({ message }) => ({ path, line: index + 1, rule: 'machine', message })),
    );
}

function quoted(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
