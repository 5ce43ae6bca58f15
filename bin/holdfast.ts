#!/usr/bin/env node
import { Command } from 'commander';
import { failWith } from './process/run-process.ts';
import { packageVersion } from './process/version.ts';

const program = new Command('holdfast')
  .description('VMware backup and disaster recovery as a GraphQL platform')
  .version(await packageVersion())
  .showHelpAfterError();

program
  .command('api')
  .description('run the control plane: GraphQL, the control channel of gateways, the embedded broker')
  .action(async () => (await import('./commands/api.ts')).runApi(process.env));

program
  .command('agent')
  .description('run a gateway: its page, and the jobs the control plane gives it')
  .action(async () => (await import('./commands/agent.ts')).runAgent(process.env));

program
  .command('sandbox')
  .description('run a simulated region for development and tests')
  .action(async () => (await import('./commands/sandbox.ts')).runSandbox(process.env));

program
  .command('demo')
  .description('watch a backup, an incremental and a restore on this machine')
  .allowUnknownOption()
  .helpOption(false)
  .argument('[options...]')
  .action(async (options: string[]) => (await import('./commands/demo.ts')).runDemo(options));

const admin = program.command('admin').description('what an operator does on the machine of the control plane');
admin
  .command('create-key')
  .description('create an access key; its secret is printed once')
  .requiredOption('--name <name>', 'what the key is for, 1 to 64 characters')
  .option('--scopes <list>', 'scopes separated by commas; all unless given')
  .option('--groups <list>', 'names or ids of resource groups separated by commas; all unless given')
  .option('--expires <time>', 'days from now, such as 90d, or an ISO 8601 time; never unless given')
  .option('--json', 'print the key as JSON')
  .action(async (options: unknown) => (await import('./commands/create-key.ts')).runCreateKey(process.env, options));

await program.parseAsync().catch((error: unknown) => failWith(error));
