import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { badConfiguration, type Environment } from '../configuration/read.ts';

/** A secret the command line needs, and where it may come from. */
export interface WantedSecret {
  /** In the JSON of standard input. */
  readonly name: string;
  readonly variable: string;
  /** What a person is asked. */
  readonly question: string;
  /** A new password: a person enters it twice. */
  readonly isNew?: boolean;
}

/**
 * Secrets for a command: from standard input where it says so (JSON with their names, or one a line in this order), else from the environment, else from the
 * person at the terminal, who sees nothing of what is typed. Never from arguments, which every user of the machine can read. Throws BAD_CONFIGURATION.
 */
export async function readSecrets<const Wanted extends readonly WantedSecret[]>(
  wanted: Wanted,
  source: { readonly environment: Environment; readonly fromStdin: boolean },
): Promise<Record<Wanted[number]['name'], string>> {
  const given = source.fromStdin ? await fromStandardInput(wanted) : {};
  const found: Record<string, string> = {};
  for (const secret of wanted) {
    const value = given[secret.name] ?? source.environment[secret.variable];
    found[secret.name] = value || (await ask(secret, source.fromStdin));
  }
  return found;
}

const secretsDocument = z.record(z.string(), z.string());

async function fromStandardInput(wanted: readonly WantedSecret[]): Promise<Readonly<Record<string, string>>> {
  const input = await text(process.stdin);
  if (!input.trimStart().startsWith('{')) {
    const lines = input.split(/\r?\n/);
    return Object.fromEntries(wanted.flatMap(({ name }, index) => (lines[index] ? [[name, lines[index]]] : [])));
  }
  try {
    return secretsDocument.parse(JSON.parse(input));
  } catch {
    // What it says may be secret, and is not repeated.
    throw badConfiguration(
      'Standard input is no JSON object of texts.',
      `Give ${JSON.stringify(Object.fromEntries(wanted.map(({ name }) => [name, '…'])))}, or one secret a line in this order.`,
    );
  }
}

async function ask({ name, variable, question, isNew }: WantedSecret, fromStdin: boolean): Promise<string> {
  if (fromStdin || !process.stdin.isTTY || !process.stderr.isTTY)
    throw badConfiguration(
      `${variable} is missing.`,
      `Set it, give ${name} on standard input with --secrets-from-stdin, or run the command on a terminal.`,
    );
  const first = await askOnce(`${question}: `);
  if (!isNew || first === (await askOnce(`${question} again: `))) return first;
  throw badConfiguration('The two passwords are not the same.', 'Enter the same one twice.');
}

/** The terminal shows the question, and nothing of the answer. */
async function askOnce(question: string): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  const { promise: gone, reject } = Promise.withResolvers<never>();
  terminal.once('SIGINT', () => reject(badConfiguration('Nothing was entered.', 'Run the command again.')));
  process.stderr.write(question);
  try {
    return await Promise.race([terminal.question(''), gone]);
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}
