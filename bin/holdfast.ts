#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { failWith } from './process/run-process.ts';
import { packageVersion } from './process/version.ts';

const program = new Command('holdfast')
  .description('VMware backup and disaster recovery as a GraphQL platform')
  .version(await packageVersion())
  .showHelpAfterError()
  .exitOverride();

program
  .command('api')
  .description('run the control plane: GraphQL, the control channel of gateways, the embedded broker')
  .action(async () => (await import('./commands/api.ts')).runApi(process.env));

const agent = program
  .command('agent')
  .description('run a gateway: its page, and the jobs the control plane gives it')
  .action(async () => (await import('./commands/agent.ts')).runAgent(process.env));
const network = 'INTERNET or VPC';
agent
  .command('activate')
  .description('activate this gateway without its page; also again, with a new certificate or key')
  .requiredOption('--certificate <file>', "the gateway's certificate file; - for standard input")
  .option('--control-network <network>', `how the control plane is reached: ${network}`, 'INTERNET')
  .option('--message-network <network>', `how the message broker is reached: ${network}`, 'INTERNET')
  .option('--access-key-id <id>', 'the AccessKey ID; HOLDFAST_ACCESS_KEY_ID unless given')
  .option('--secrets-from-stdin', 'read {"accessKeySecret":"…","pagePassword":"…"}, or the two a line each')
  .option('--accept-probe', 'go on although the message broker or the object storage cannot be reached')
  .option('--skip-probe', 'try nothing beforehand')
  .option('--json', 'print the outcome as JSON')
  .addHelpText(
    'after',
    "\nSecrets: HOLDFAST_ACCESS_KEY_SECRET and HOLDFAST_PAGE_PASSWORD (the new password of the gateway's page), or standard input, or the terminal.\nExit status: 0 activated, 1 refused or failed, 2 wrong options, 3 something cannot be reached.",
  )
  .action(async (options: unknown) => (await import('./commands/agent-activate.ts')).runActivate(process.env, options));
agent
  .command('replace-key')
  .description('give this gateway another access key; everything else of it stays')
  .option('--access-key-id <id>', 'the new AccessKey ID; HOLDFAST_ACCESS_KEY_ID unless given')
  .option('--secrets-from-stdin', 'read {"accessKeySecret":"…"}, or the secret alone')
  .option('--json', 'print the outcome as JSON')
  .action(async (options: unknown) =>
    (await import('./commands/agent-replace-key.ts')).runReplaceKey(process.env, options),
  );
agent
  .command('probe')
  .description('try everything this gateway has to reach, and its clock; exit status 3 when something fails')
  .option('--certificate <file>', 'for a gateway that is not activated yet: its certificate file; - for standard input')
  .option('--control-network <network>', `with --certificate: ${network}`, 'INTERNET')
  .option('--message-network <network>', `with --certificate: ${network}`, 'INTERNET')
  .option('--json', 'print the report as JSON')
  .action(async (options: unknown) => (await import('./commands/agent-status.ts')).runAgentProbe(process.env, options));
agent
  .command('status')
  .description('how this gateway is; exit status 0 when it works, 1 with a problem, 4 not activated, 5 not running')
  .option('--json', 'print it as JSON')
  .action(async (options: unknown) => (await import('./commands/agent-status.ts')).runStatus(process.env, options));
agent
  .command('logs')
  .description("print the last lines of this gateway's log, redacted, as JSON lines")
  .action(async () => (await import('./commands/agent-status.ts')).runLogs(process.env));

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

await program.parseAsync().catch((error: unknown) => {
  // It has said already what is wrong, or what was asked for.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else failWith(error);
});
