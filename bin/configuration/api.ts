import { z } from 'zod';
import { commonVariables } from './common.ts';
import {
  expectations,
  httpUrl,
  mqttUrl,
  optionalVariable,
  origins,
  path,
  port,
  positiveInteger,
  postgresUrl,
  sha256,
  text,
  variable,
  yesOrNo,
} from './variable.ts';

const milliseconds = (defaultValue: string, description: string) =>
  variable(positiveInteger, defaultValue, { description, expected: expectations.milliseconds });

/** Where the control plane keeps its state; shared by `holdfast api` and `holdfast admin`. */
export const databaseVariables = z.object({
  HOLDFAST_DATA_DIRECTORY: variable(path, '.holdfast/api', {
    description: 'Holds what the embedded defaults keep: the database, the generated key-encryption key, the vaults.',
    expected: expectations.directory,
  }),
  DATABASE_URL: optionalVariable(postgresUrl, {
    description: 'PostgreSQL 15 or later. Without it a database inside the process is used, which is for evaluation.',
    expected: 'a postgresql: URL, such as postgresql://user:password@host:5432/holdfast',
    defaultText: 'embedded database in the data directory',
    secret: true,
  }),
  HOLDFAST_KEY_ENCRYPTION_KEY: optionalVariable(text, {
    description:
      'Encrypts every secret in the database. Keep it apart from database backups; without it they are lost.',
    expected: '32 random bytes as base64 or hex, for example from "openssl rand -base64 32"',
    defaultText: 'made on first start, in the data directory; required with `DATABASE_URL`',
    secret: true,
  }),
});

export const apiVariables = commonVariables.extend(databaseVariables.shape).extend({
  HOLDFAST_API_HOST: variable(text, '127.0.0.1', {
    description: 'Address the control plane listens on. Beyond loopback it needs TLS files or a trusted proxy.',
    expected: 'a host name or address',
  }),
  HOLDFAST_API_PORT: variable(port, '4000', {
    description: 'Port of GraphQL, the control channel, downloads and health checks.',
    expected: expectations.port,
  }),
  HOLDFAST_TLS_CERT_FILE: optionalVariable(path, {
    description: 'Certificate chain of the control plane. Set together with `HOLDFAST_TLS_KEY_FILE`.',
    expected: expectations.file,
  }),
  HOLDFAST_TLS_KEY_FILE: optionalVariable(path, {
    description: 'Private key of that certificate.',
    expected: expectations.file,
  }),
  HOLDFAST_TLS_CA_FILE: optionalVariable(path, {
    description: 'CA of that certificate where it is not publicly trusted; handed to gateways in their certificate.',
    expected: expectations.file,
  }),
  HOLDFAST_TRUST_PROXY: variable(yesOrNo, 'false', {
    description: 'A proxy in front speaks TLS and sets X-Forwarded-For and X-Forwarded-Proto.',
    expected: expectations.yesOrNo,
  }),
  HOLDFAST_CORS_ORIGINS: variable(origins, '', {
    description:
      'Origins of consoles whose pages come from elsewhere and may use `/graphql`, over HTTP and WebSocket. Never a pattern: each is allowed by name.',
    expected: expectations.origins,
    defaultText: 'none',
  }),
  HOLDFAST_PUBLIC_URL_INTERNET: optionalVariable(httpUrl, {
    description: 'Base URL of the control channel for gateways on the internet network.',
    expected: expectations.httpUrl,
    defaultText: 'the address listened on, if it is loopback',
  }),
  HOLDFAST_PUBLIC_URL_VPC: optionalVariable(httpUrl, {
    description: 'Base URL of the control channel for gateways on the VPC network.',
    expected: expectations.httpUrl,
    defaultText: 'the address listened on, if it is loopback',
  }),
  MQTT_URL: optionalVariable(mqttUrl, {
    description:
      'An external MQTT 3.1.1 broker; user and password may be part of it. Without it one runs inside the process.',
    expected: expectations.mqttUrl,
    defaultText: 'embedded broker',
    secret: true,
  }),
  HOLDFAST_MQTT_CA_FILE: optionalVariable(path, {
    description:
      'CA of that broker’s certificate, with `mqtts:`; handed to gateways. A publicly trusted broker needs it only beside `HOLDFAST_TLS_CA_FILE`.',
    expected: expectations.file,
    defaultText: '`HOLDFAST_TLS_CA_FILE`',
  }),
  HOLDFAST_MQTT_PERMISSIONS: variable(z.enum(['dynamic-security', 'none']), 'dynamic-security', {
    description:
      'Who gives gateways their login and topics on that broker: the control plane, through Mosquitto’s plug-in dynamic-security, or nobody but its operator (docs/message-broker.md).',
    expected: 'dynamic-security or none',
  }),
  HOLDFAST_MQTT_GATEWAY_USERNAME: optionalVariable(text, {
    description:
      'With `HOLDFAST_MQTT_PERMISSIONS=none`: the login the operator made for all gateways. Set together with `HOLDFAST_MQTT_GATEWAY_PASSWORD`.',
    expected: 'a user name',
    defaultText: 'each gateway’s id, with a password of its own',
  }),
  HOLDFAST_MQTT_GATEWAY_PASSWORD: optionalVariable(text, {
    description: 'Its password.',
    expected: 'a password',
    secret: true,
  }),
  HOLDFAST_MQTT_CHECK_INTERVAL_MS: milliseconds(
    '60000',
    'How often the permissions of all gateways on that broker are compared with what they should be; also after each reconnection.',
  ),
  HOLDFAST_MQTT_HOST: variable(text, '127.0.0.1', {
    description: 'Address the embedded broker listens on.',
    expected: 'a host name or address',
  }),
  HOLDFAST_MQTT_PORT: variable(port, '1883', {
    description: 'Port of the embedded broker.',
    expected: expectations.port,
  }),
  HOLDFAST_MESSAGE_URL_INTERNET: optionalVariable(mqttUrl, {
    description: 'The broker as gateways on the internet network reach it.',
    expected: expectations.mqttUrl,
    defaultText: 'the broker’s address',
  }),
  HOLDFAST_MESSAGE_URL_VPC: optionalVariable(mqttUrl, {
    description: 'The broker as gateways on the VPC network reach it.',
    expected: expectations.mqttUrl,
    defaultText: 'the broker’s address',
  }),
  HOLDFAST_STORAGE: variable(text, 'file', {
    description:
      'Storage driver of the storage target. Its settings are `HOLDFAST_STORAGE_…`: `HOLDFAST_STORAGE_ROOT` is the setting `root`, `HOLDFAST_STORAGE_ACCESS_KEY_ID` is `accessKeyId`; with `_FILE` at its end a variable names a file that holds the setting. docs/drivers.md lists those of `file` and `oss`.',
    expected: 'file, oss or the name of another storage driver',
  }),
  HOLDFAST_IDENTITY: variable(text, 'builtin', {
    description: 'Identity driver that checks the access keys gateways are activated with.',
    expected: 'the name of an identity driver',
  }),
  HOLDFAST_IDENTITY_CHECK_INTERVAL_MS: milliseconds(
    '10000',
    'Where only its owner can say whether an access key is still good (`ram`): how old the last word may be when a heartbeat comes. Shorter than the poll interval, so that each one asks.',
  ),
  HOLDFAST_IDENTITY_GRACE_MS: milliseconds(
    '3600000',
    'How long gateways go on working while that owner cannot be reached.',
  ),
  HOLDFAST_RAM_ACCOUNT_IDS: optionalVariable(text, {
    description:
      'With `HOLDFAST_IDENTITY=ram`: the Alibaba Cloud accounts whose access keys gateways may work with, separated by commas; `*` for every account.',
    expected: 'account ids such as 1234567890123456, separated by commas',
    defaultText: 'the account of `HOLDFAST_STORAGE_ROLE_ARN`; required without it',
  }),
  HOLDFAST_RAM_STS_ENDPOINT: optionalVariable(text, {
    description:
      'With `HOLDFAST_IDENTITY=ram`: the STS that the control plane asks, and no other; `sts.<region>.aliyuncs.com`, or `sts-vpc.<region>.aliyuncs.com` within a VPC.',
    expected: 'a host with an optional https:// before it',
    defaultText: '`https://sts.aliyuncs.com`',
  }),
  HOLDFAST_RAM_STS_CA_FILE: optionalVariable(path, {
    description: 'CA of that STS where it is not publicly trusted.',
    expected: expectations.file,
  }),
  HOLDFAST_SANDBOX_REGION: variable(yesOrNo, 'false', {
    description:
      'Offer the region `sandbox-1`, whose vaults are kept in a directory or in the sandbox’s object server.',
    expected: expectations.yesOrNo,
  }),
  HOLDFAST_REGIONS_FILE: optionalVariable(path, {
    description:
      'Adds regions, or changes or hides built-in ones: names, redundancy, and the hosts of each channel by network. A JSON file, described in docs/regions.md.',
    expected: 'the path of a JSON file',
    defaultText: 'the built-in regions',
  }),
  HOLDFAST_GATEWAY_PACKAGE: optionalVariable(path, {
    description:
      'The gateway’s OVA file, which consoles offer for download. Replace it by renaming another over it. docs/downloads.md.',
    expected: 'the path of a file',
    defaultText: 'none: the answer is PACKAGE_NOT_PUBLISHED',
  }),
  HOLDFAST_GATEWAY_PACKAGE_VERSION: optionalVariable(text, {
    description: 'Its version, as consoles show it.',
    expected: 'a version, such as 1.4.0',
  }),
  HOLDFAST_GATEWAY_PACKAGE_SHA256: optionalVariable(sha256, {
    description: 'Its checksum: a file with another one is not given out.',
    expected: 'a SHA-256 in hex',
    defaultText: 'computed, and told with every link',
  }),
  HOLDFAST_DOWNLOAD_LINK_MS: milliseconds('900000', 'How long a download link is good.'),
  HOLDFAST_PRINT_KEY: variable(z.enum(['text', 'json', 'no']), 'text', {
    description:
      'How the first start prints the administrator key: for a person, within the JSON ready line, or not at all.',
    expected: 'text, json or no',
  }),
  HOLDFAST_WEBHOOK_NETWORKS: variable(z.enum(['PUBLIC', 'PRIVATE']), 'PUBLIC', {
    description:
      'Where webhooks may be sent to: https: on the public internet alone, or also private and loopback addresses and http:. What clouds tell their machines about themselves is never reached.',
    expected: 'PUBLIC or PRIVATE',
  }),
  HOLDFAST_LEASE_MS: milliseconds(
    '60000',
    'How long an attempt may go without renewing before its job is given to another.',
  ),
  HOLDFAST_POLL_INTERVAL_MS: milliseconds('15000', 'How often gateways ask for work when no message wakes them.'),
  HOLDFAST_HEARTBEAT_TIMEOUT_MS: milliseconds('90000', 'Silence on both channels after which a gateway is OFFLINE.'),
  HOLDFAST_CERTIFICATE_SILENCE_MS: milliseconds('432000000', 'Silence after which a gateway needs a new certificate.'),
  HOLDFAST_COMMAND_DEADLINE_MS: milliseconds('30000', 'How long a request waits for a gateway’s answer.'),
  HOLDFAST_RETRY_DELAY_MS: milliseconds('5000', 'Pause before a failed attempt is followed by another.'),
  HOLDFAST_SWEEP_INTERVAL_MS: milliseconds('3000', 'How often expired leases, commands and jobs are looked for.'),
  HOLDFAST_MAX_ATTEMPTS: variable(positiveInteger, '5', {
    description: 'Attempts at one job before it is FAILED.',
    expected: 'a whole number from 1',
  }),
  HOLDFAST_JOBS_PER_GATEWAY: variable(positiveInteger, '4', {
    description: 'Jobs one gateway runs at the same time.',
    expected: 'a whole number from 1',
  }),
});

export type ApiVariables = z.output<typeof apiVariables>;
export type DatabaseVariables = z.output<typeof databaseVariables>;
