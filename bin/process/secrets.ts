import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { activationVariables } from '../configuration/agent.ts';
import { badConfiguration, type Environment, readVariables } from '../configuration/read.ts';

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

export const accessKeySecret: WantedSecret = {
  name: 'accessKeySecret',
  variable: 'HOLDFAST_ACCESS_KEY_SECRET',
  question: 'AccessKey secret',
};

export const pagePassword: WantedSecret = {
  name: 'pagePassword',
  variable: 'HOLDFAST_PAGE_PASSWORD',
  question: "New password of the gateway's page",
  isNew: true,
};

/** As the option says, or the environment. Throws BAD_CONFIGURATION. */
export function accessKeyIdOf(option: string | undefined, environment: Environment): string {
  const id = option ?? readVariables(activationVariables, environment).HOLDFAST_ACCESS_KEY_ID;
  if (id) return id;
  throw badConfiguration('--access-key-id is missing.', 'Give it, or set HOLDFAST_ACCESS_KEY_ID.');
}

/**
 * Secrets for a command: from standard input where it says so (JSON with their names, or one a line in this order), else from the environment, else from the
 * person at the terminal, who sees nothing of what is typed. Never from arguments, which every user of the machine can read. Throws BAD_CONFIGURATION.
 */
export async function readSecrets(
  wanted: readonly WantedSecret[],
  source: { readonly environment: Environment; readonly fromStdin: boolean },
): Promise<(secret: WantedSecret) => string> {
  const given = source.fromStdin ? await fromStandardInput(wanted) : {};
  const found = new Map<WantedSecret, string>();
  for (const secret of wanted) {
    const value = given[secret.name] ?? source.environment[secret.variable];
    found.set(secret, value || (await ask(secret, source.fromStdin)));
  }
  return (secret) => found.get(secret) ?? '';
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
  const onNothing = () => reject(badConfiguration('Nothing was entered.', 'Run the command again.'));
  // Ctrl-C, and Ctrl-D or a terminal that is gone.
  terminal.once('SIGINT', onNothing).once('close', onNothing);
  process.stderr.write(question);
  try {
    return await Promise.race([terminal.question(''), gone]);
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}
