import { createHash, createHmac } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../../base/clock.ts';
import { DriverError } from '../../../base/errors.ts';
import type { IdSource } from '../../../base/ids.ts';
import { type ConnectionLimits, Connections } from './connections.ts';
import { exchange, type HttpAnswer } from './exchange.ts';
import { hostHeader, originOf } from './host-pattern.ts';
import { bytesBody } from './request-body.ts';
import { ServerClock } from './server-clock.ts';
import { stsRefusal } from './sts-errors.ts';

export interface AssumeRole {
  /** `https://host[:port]` or `host[:port]`. */
  readonly endpoint: string;
  readonly ca?: string;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly roleArn: string;
  readonly externalId?: string;
  readonly sessionName: string;
  readonly seconds: number;
  readonly policy: string;
}

const success = z.object({
  Credentials: z.object({
    AccessKeyId: z.string().min(1),
    AccessKeySecret: z.string().min(1),
    SecurityToken: z.string().min(1),
    Expiration: z.iso.datetime(),
  }),
});

/**
 * STS AssumeRole. The client of ali-oss is not used: it signs with the method STS has discontinued, takes its time and
 * its nonce from nowhere one could set them, has one time-out for everything, and shows the answer's text in its
 * errors. Signed with ACS3-HMAC-SHA256; parameters go in the body, so that no URL holds the policy.
 *
 * Sources: "AssumeRole", STS developer reference; "Request syntax and signature method V3", Alibaba Cloud OpenAPI.
 */
export async function assumeRole(
  role: AssumeRole,
  tools: { readonly clock: Clock; readonly ids: IdSource; readonly limits: ConnectionLimits },
  signal: AbortSignal,
): Promise<z.infer<typeof success>['Credentials']> {
  const url = /^(?:(?<scheme>https?):\/\/)?(?<host>[^/]+)/.exec(role.endpoint)?.groups;
  const scheme = url?.scheme === 'http' ? 'http' : 'https';
  const origin = originOf(url?.host ?? '', scheme === 'http' ? 80 : 443);
  using connections = new Connections({ scheme, ...origin, ...tools, ...(role.ca !== undefined && { ca: role.ca }) });
  const clock = new ServerClock(tools.clock);
  const ask = () => send(role, connections, clock, tools.ids, signal);

  let answer = await ask();
  clock.learn(answer.headers);
  // A second look, at the server's own time.
  if (isTimeRefused(answer)) answer = await ask();
  if (answer.status !== 200) throw stsRefusal(answer);
  const parsed = success.safeParse(parseJson(answer.body));
  if (parsed.success) return parsed.data.Credentials;
  throw new DriverError({
    kind: 'transient',
    code: 'SHORT_BODY',
    message: 'STS answered AssumeRole with something other than credentials.',
    remedy: 'Check the setting "stsEndpoint" (HOLDFAST_STORAGE_STS_ENDPOINT), and what stands in between.',
  });
}

function send(
  role: AssumeRole,
  connections: Connections,
  clock: ServerClock,
  ids: IdSource,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const body = Buffer.from(
    new URLSearchParams({
      RoleArn: role.roleArn,
      RoleSessionName: role.sessionName,
      DurationSeconds: String(role.seconds),
      Policy: role.policy,
      ...(role.externalId !== undefined && { ExternalId: role.externalId }),
    }).toString(),
  );
  const headers: Record<string, string> = {
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
    host: hostHeader(connections, connections.scheme),
    'x-acs-action': 'AssumeRole',
    'x-acs-version': '2015-04-01',
    'x-acs-date': new Date(clock.now()).toISOString().replace(/\.\d+/, ''),
    'x-acs-signature-nonce': ids.bytes(16).toString('hex'),
    'x-acs-content-sha256': sha256(body),
  };
  headers.authorization = authorization(role, headers);
  return exchange(connections, {
    method: 'POST',
    path: '/',
    headers,
    body: bytesBody(body),
    accept: () => 64 << 10,
    signal,
  });
}

function authorization(role: AssumeRole, headers: Readonly<Record<string, string>>): string {
  const names = Object.keys(headers)
    .filter((name) => name === 'host' || name === 'content-type' || name.startsWith('x-acs-'))
    .sort();
  const canonical = [
    'POST',
    '/',
    '',
    ...names.map((name) => `${name}:${headers[name]?.trim()}`),
    '',
    names.join(';'),
    headers['x-acs-content-sha256'],
  ].join('\n');
  const signature = createHmac('sha256', role.accessKeySecret)
    .update(`ACS3-HMAC-SHA256\n${sha256(canonical)}`)
    .digest('hex');
  return `ACS3-HMAC-SHA256 Credential=${role.accessKeyId},SignedHeaders=${names.join(';')},Signature=${signature}`;
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

function isTimeRefused({ status, body }: HttpAnswer): boolean {
  const code = stsCode(body);
  return status === 400 && code !== undefined && /^(?:InvalidTimeStamp|IllegalTimestamp)/.test(code);
}

function stsCode(body: Uint8Array): string | undefined {
  const parsed = z.object({ Code: z.string() }).safeParse(parseJson(body));
  return parsed.data?.Code;
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return undefined;
  }
}
