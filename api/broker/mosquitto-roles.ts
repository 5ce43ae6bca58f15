import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { GatewayLogin } from '../../control/message-access.ts';
import { downTopic, upTopic, upTopicFilter } from '../../protocol/messages.ts';
import { type Command, dynamicSecurityTopics } from './dynamic-security.ts';

/** What a role allows; all else is denied by the plug-in's defaults. */
interface Permission {
  readonly acltype: string;
  readonly topic: string;
  readonly priority: number;
  readonly allow: boolean;
}

const allow = (acltype: string, topic: string): Permission => ({ acltype, topic, priority: 0, allow: true });

/** Literal: a filter with wildcards is another text, so it is denied. */
const mayListen = (topic: string): readonly Permission[] => [
  allow('subscribeLiteral', topic),
  allow('unsubscribeLiteral', topic),
  allow('publishClientReceive', topic),
];

export const controlRole = {
  name: 'holdfast-control',
  permissions: [
    allow('publishClientSend', dynamicSecurityTopics.commands),
    allow('publishClientSend', downTopic('+')),
    ...mayListen(dynamicSecurityTopics.responses),
    ...mayListen(upTopicFilter),
  ],
} as const;

const rolePrefix = 'holdfast-gateway-';
export const gatewayRoleName = (gatewayId: string): string => `${rolePrefix}${gatewayId}`;

export const gatewayPermissions = (gatewayId: string): readonly Permission[] => [
  allow('publishClientSend', upTopic(gatewayId)),
  ...mayListen(downTopic(gatewayId)),
];

/** Defaults that leave everything to roles; the plug-in's own let anybody receive. */
export const deniedByDefault = ['publishClientSend', 'publishClientReceive', 'subscribe', 'unsubscribe'] as const;

export const knownDefaults = z.object({ acls: z.array(z.object({ acltype: z.string(), allow: z.boolean() })) });
const role = z.object({
  rolename: z.string(),
  acls: z
    .array(z.object({ acltype: z.string(), topic: z.string(), priority: z.number(), allow: z.boolean() }))
    .default([]),
});
const client = z.object({
  username: z.string(),
  clientid: z.string().optional(),
  textdescription: z.string().optional(),
  disabled: z.boolean().default(false),
  roles: z.array(z.object({ rolename: z.string() })).default([]),
  groups: z.array(z.object({ groupname: z.string() })).default([]),
});
export type KnownRole = z.infer<typeof role>;
export type KnownClient = z.infer<typeof client>;
export const knownRole = z.object({ role });
export const knownClient = z.object({ client });
export const knownRoles = z.object({ totalCount: z.number(), roles: z.array(role) });
export const knownClients = z.object({ totalCount: z.number(), clients: z.array(client) });

const textname = 'Holdfast gateway';
const describe = (installation: string) => `installation ${installation}, secret `;

/** The plug-in never tells a password, so the client's description names the secret that was set: by a hash, from which nothing of it can be learned. */
function description({ installation, password }: GatewayLogin): string {
  const name = createHash('sha256').update(`holdfast-message-secret\n${password}`).digest('hex').slice(0, 32);
  return `${describe(installation)}${name}`;
}

export const isOf = (installation: string, known: KnownClient): boolean =>
  known.textdescription?.startsWith(describe(installation)) === true;

/** What has to be done so that the role exists with these permissions and no others. */
export function roleCommands(
  name: string,
  permissions: readonly Permission[],
  known: KnownRole | undefined,
): Command[] {
  if (!known) return [{ command: 'createRole', rolename: name, acls: permissions }];
  return same(permissions.map(key), known.acls.map(key))
    ? []
    : [{ command: 'modifyRole', rolename: name, acls: permissions }];
}

/** What has to be done so that the gateway can connect with this login, and with nothing else. */
export function clientCommands(login: GatewayLogin, known: KnownClient | undefined, force: boolean): Command[] {
  const { gatewayId: username, clientId: clientid, password } = login;
  const textdescription = description(login);
  const rolename = gatewayRoleName(username);
  const wanted = { username, password, clientid, textname, textdescription, roles: [{ rolename, priority: 0 }] };
  if (!known) return [{ command: 'createClient', ...wanted }];
  const isSame =
    known.clientid === clientid &&
    known.textdescription === textdescription &&
    known.groups.length === 0 &&
    same(
      known.roles.map((one) => one.rolename),
      [rolename],
    );
  return [
    ...(isSame && !force ? [] : [{ command: 'modifyClient', ...wanted, groups: [] }]),
    ...(known.disabled ? [{ command: 'enableClient', username }] : []),
  ];
}

const key = ({ acltype, topic, priority, allow: allowed }: Permission) =>
  JSON.stringify([acltype, topic, priority, allowed]);

function same(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((one) => others.includes(one));
}
