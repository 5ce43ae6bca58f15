import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { silentLogger } from '../../base/logger.ts';
import { apiVariables } from '../configuration/api.ts';
import { openMessageChannel } from './message-channel.ts';

const broker = { MQTT_URL: 'mqtt://holdfast:p%40ss@127.0.0.1:1' };
const open = (environment: Record<string, string>) =>
  openMessageChannel(apiVariables.parse(environment), { ca: null }, async () => undefined, silentLogger);

it.each([
  [{ MQTT_URL: 'mqtt://127.0.0.1:1' }, 'names no user'],
  [{ MQTT_URL: 'mqtt://user:100%@127.0.0.1:1' }, 'not percent-encoded'],
  [{ ...broker, HOLDFAST_MQTT_CA_FILE: '/nowhere.pem' }, 'HOLDFAST_MQTT_CA_FILE cannot be read'],
  [{ ...broker, HOLDFAST_MQTT_CA_FILE: fileURLToPath(import.meta.url) }, 'not a PEM file'],
  [{ ...broker, HOLDFAST_MQTT_GATEWAY_USERNAME: 'g' }, 'Only one of'],
  [{ ...broker, HOLDFAST_MQTT_GATEWAY_USERNAME: 'g', HOLDFAST_MQTT_GATEWAY_PASSWORD: 'p' }, 'login of its own'],
])('a message channel that is configured as %j is refused', async (environment, message) => {
  await expect(open(environment)).rejects.toMatchObject({
    code: 'BAD_CONFIGURATION',
    message: expect.stringContaining(message),
  });
});

it('tells gateways where the broker is, without the control plane’s own login', async () => {
  await using channel = await open({
    ...broker,
    HOLDFAST_MQTT_PERMISSIONS: 'none',
    HOLDFAST_MQTT_GATEWAY_USERNAME: 'gateways',
    HOLDFAST_MQTT_GATEWAY_PASSWORD: 'for gateways',
  });
  expect(channel.bus.connected).toBe(false);
  expect(channel.messageUrls).toEqual({ VPC: 'mqtt://127.0.0.1:1', INTERNET: 'mqtt://127.0.0.1:1' });
  expect(channel.messageLogin).toEqual({ username: 'gateways', password: 'for gateways' });
});
