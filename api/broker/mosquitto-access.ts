import type { z } from 'zod';
import { HoldfastError } from '../../base/errors.ts';
import type { IdSource } from '../../base/ids.ts';
import type { GatewayLogin, MessageAccess } from '../../control/message-access.ts';
import { type Command, type CommandResponse, DynamicSecurity } from './dynamic-security.ts';
import {
  clientCommands,
  controlRole,
  deniedByDefault,
  gatewayPermissions,
  gatewayRoleName,
  isOf,
  type KnownClient,
  type KnownRole,
  knownClient,
  knownClients,
  knownDefaults,
  knownRole,
  knownRoles,
  roleCommands,
} from './mosquitto-roles.ts';
import type { ConnectedMessageBus } from './mqtt-message-bus.ts';

export interface MosquittoAccessOptions {
  readonly bus: ConnectedMessageBus;
  /** The user the bus connects as. */
  readonly username: string;
  readonly ids: IdSource;
}

/** Clients or roles in one answer: a few hundred bytes each. */
const pageSize = 100;
/** Another control plane may write at the same time: then it is looked again. */
const rounds = 3;

/** Permissions of Mosquitto 2 through its plug-in mosquitto_dynamic_security; docs/message-broker.md says how an operator sets it up. */
export class MosquittoAccess implements MessageAccess, AsyncDisposable {
  readonly #options: MosquittoAccessOptions;
  readonly #security: DynamicSecurity;

  constructor(options: MosquittoAccessOptions) {
    this.#options = options;
    this.#security = new DynamicSecurity(options.bus, options.ids);
  }

  async prepare(signal: AbortSignal): Promise<void> {
    const { name, permissions } = controlRole;
    let isMember = true;
    await this.#settle("the control plane's own permissions", signal, async () => {
      const [defaults, role, own] = await this.#security.run(
        [
          { command: 'getDefaultACLAccess' },
          { command: 'getRole', rolename: name },
          { command: 'getClient', username: this.#options.username },
        ],
        signal,
      );
      isMember = required(knownClient, own).client.roles.some(({ rolename }) => rolename === name);
      const { acls } = required(knownDefaults, defaults);
      const isOpen = acls.some(({ acltype, allow }) => allow && deniedByDefault.some((denied) => denied === acltype));
      return [
        ...(isOpen
          ? [{ command: 'setDefaultACLAccess', acls: deniedByDefault.map((acltype) => ({ acltype, allow: false })) }]
          : []),
        ...roleCommands(name, permissions, found(knownRole, role)?.role),
      ];
    });
    if (!isMember) await this.#becomeMember(signal);
  }

  /** Mosquitto ends the connections of a client whose roles change, so the answer is this connection's return. */
  async #becomeMember(signal: AbortSignal): Promise<void> {
    const { bus, username } = this.#options;
    const { promise: isBack, resolve } = Promise.withResolvers<void>();
    using _back = bus.onConnected(resolve);
    const joining = this.#security.run(
      [{ command: 'addClientRole', username, rolename: controlRole.name, priority: 0 }],
      signal,
    );
    await Promise.race([joining, isBack]);
  }

  async ensureGateway(
    login: GatewayLogin,
    { refused }: { readonly refused: boolean },
    signal: AbortSignal,
  ): Promise<void> {
    const { gatewayId } = login;
    let force = refused;
    await this.#settle(`the permissions of gateway ${gatewayId}`, signal, async () => {
      const [role, client] = await this.#security.run(
        [
          { command: 'getRole', rolename: gatewayRoleName(gatewayId) },
          { command: 'getClient', username: gatewayId },
        ],
        signal,
      );
      const commands = this.#commands(login, found(knownRole, role)?.role, found(knownClient, client)?.client, force);
      force = false;
      return commands;
    });
  }

  #commands(login: GatewayLogin, role: KnownRole | undefined, client: KnownClient | undefined, force: boolean) {
    const { gatewayId } = login;
    return [
      ...roleCommands(gatewayRoleName(gatewayId), gatewayPermissions(gatewayId), role),
      ...clientCommands(login, client, force),
    ];
  }

  async removeGateway(gatewayId: string, signal: AbortSignal): Promise<void> {
    await this.#security.run(
      [
        { command: 'deleteClient', username: gatewayId },
        { command: 'deleteRole', rolename: gatewayRoleName(gatewayId) },
      ],
      signal,
    );
  }

  async differing(
    installation: string,
    logins: readonly GatewayLogin[],
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const clients = new Map(
      (await this.#list('listClients', knownClients, ({ clients }) => clients, signal)).map((client) => [
        client.username,
        client,
      ]),
    );
    const roles = new Map(
      (await this.#list('listRoles', knownRoles, ({ roles }) => roles, signal)).map((role) => [role.rolename, role]),
    );
    const changed = logins.filter(
      (login) =>
        this.#commands(login, roles.get(gatewayRoleName(login.gatewayId)), clients.get(login.gatewayId), false).length >
        0,
    );
    const wanted = new Set(logins.map(({ gatewayId }) => gatewayId));
    const foreign = [...clients.values()].filter(
      (client) => isOf(installation, client) && !wanted.has(client.username),
    );
    return [...changed.map(({ gatewayId }) => gatewayId), ...foreign.map(({ username }) => username)];
  }

  onUncertain(listener: () => void): Disposable {
    return this.#options.bus.onConnected(listener);
  }

  /** Looks, and does what the look asks for; what failed because somebody else did it first is settled by another look. */
  async #settle(what: string, signal: AbortSignal, look: () => Promise<readonly Command[]>): Promise<void> {
    let failure: string | undefined;
    for (let round = 0; round < rounds; round += 1) {
      const commands = await look();
      if (commands.length === 0) return;
      const answers = await this.#security.run(commands, signal);
      failure = answers.find(({ error }) => error !== undefined)?.error;
      if (failure === undefined) return;
    }
    throw accessFailed(what, failure ?? 'no answer');
  }

  async #list<Page extends { readonly totalCount: number }, Item>(
    command: string,
    page: z.ZodType<Page>,
    itemsOf: (page: Page) => readonly Item[],
    signal: AbortSignal,
  ): Promise<readonly Item[]> {
    const items: Item[] = [];
    for (;;) {
      const [answer] = await this.#security.run(
        [{ command, verbose: true, count: pageSize, offset: items.length }],
        signal,
      );
      const read = required(page, answer);
      items.push(...itemsOf(read));
      if (itemsOf(read).length === 0 || items.length >= read.totalCount) return items;
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#security[Symbol.asyncDispose]();
  }
}

/** What the answer carries; undefined when there is no such client or role. */
function found<T>(schema: z.ZodType<T>, answer: CommandResponse | undefined): T | undefined {
  return answer?.error?.endsWith('not found') ? undefined : required(schema, answer);
}

function required<T>(schema: z.ZodType<T>, answer: CommandResponse | undefined): T {
  if (!answer || answer.error !== undefined)
    throw accessFailed(answer?.command ?? 'a command', answer?.error ?? 'no answer');
  const parsed = schema.safeParse(answer.data);
  if (!parsed.success) throw accessFailed(answer.command, 'an answer of another shape');
  return parsed.data;
}

const accessFailed = (what: string, reason: string) =>
  new HoldfastError({
    code: 'MESSAGE_ACCESS_FAILED',
    message: `The message broker did not accept ${what}: ${reason}.`,
    remedy: 'Compare the broker with docs/message-broker.md; it is tried again by itself.',
    retryable: true,
  });
