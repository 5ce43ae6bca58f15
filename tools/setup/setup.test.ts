import { expect, it } from 'vitest';
import { setUpPeers } from './install-peers.ts';
import type { Peer } from './peers.ts';

function makePeers() {
  const installed = new Set(['one']);
  const peer = (name: string): Peer => ({
    name,
    purpose: `what ${name} shows`,
    debianPackages: [name],
    isInstalled: () => installed.has(name),
  });
  const said: string[] = [];
  return { installed, said, say: (line: string) => said.push(line), peers: [peer('one'), peer('two')] };
}

it('installs only what is missing, after refreshing the package lists', () => {
  const { installed, ...options } = makePeers();
  const commands: string[] = [];
  const run = (program: string, args: readonly string[]) => {
    commands.push([program, ...args].join(' '));
    if (args.includes('two')) installed.add('two');
    return 0;
  };
  expect(setUpPeers({ ...options, run, mayInstall: true, strict: true })).toBe(true);
  expect(commands).toEqual(['apt-get -q update', 'apt-get -qq install --yes --no-install-recommends two']);
});

it('says exactly what to install where it may not, and goes on only outside CI', () => {
  for (const strict of [false, true]) {
    const { said, ...options } = makePeers();
    expect(setUpPeers({ ...options, mayInstall: false, strict })).toBe(!strict);
    expect(said).toContain('Install on Debian or Ubuntu: sudo apt-get install two');
    expect(said.join('\n')).toContain('what two shows');
  }
});

it('builds what has no package of its own once its packages are there, and says what keeps it from that', () => {
  const { installed, peers, said, say } = makePeers();
  const built = { name: 'three', purpose: 'what three shows', debianPackages: ['two', 'four'] };
  const isInstalled = () => installed.has('three');
  const three: Peer = {
    ...built,
    isInstalled,
    build() {
      if (!installed.has('four')) throw new Error('four is not installed');
      installed.add('three');
    },
  };
  expect(setUpPeers({ peers: [...peers, three], say, mayInstall: false, strict: true })).toBe(false);
  expect(said).toContain('Cannot build it: four is not installed');
  expect(said).toContain('Install on Debian or Ubuntu: sudo apt-get install two four');
  const run = (_program: string, args: readonly string[]) => {
    for (const name of args) installed.add(name);
    return 0;
  };
  expect(setUpPeers({ peers: [...peers, three], say, run, mayInstall: true, strict: true })).toBe(true);
});
