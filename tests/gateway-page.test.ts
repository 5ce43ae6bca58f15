import { request } from 'node:https';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ActivationForm } from '../agent/activation/form.ts';
import { connectToAgent } from '../agent/local/local-client.ts';
import type { RunningAgent } from '../agent/start.ts';
import { systemClock } from '../base/clock.ts';
import { builtinIdentityDriver } from '../drivers/identity/builtin.ts';
import type { IdentityDriver } from '../drivers/identity/contract.ts';
import { databases } from './support/databases.ts';
import { activationFields, type GatewayPlant, pagePassword, startGatewayPlant } from './support/gateway-plant.ts';
import { PageBrowser } from './support/page-browser.ts';

const [embedded] = databases();
if (!embedded) throw new Error('no database');

let plant: GatewayPlant;
let agent: RunningAgent;
let gatewayId: string;
/** Happens when the control plane has an activation in hand. */
let whileProved = async () => {};

beforeAll(async () => {
  const identity: IdentityDriver = {
    ...builtinIdentityDriver,
    async verify(...proof) {
      await whileProved();
      return builtinIdentityDriver.verify(...proof);
    },
  };
  plant = await startGatewayPlant(embedded, {}, undefined, undefined, undefined, identity);
  agent = await plant.startAgent('page');
  gatewayId = await plant.createGateway();
});
afterAll(() => plant?.[Symbol.asyncDispose]());

const valid = async () => ({ ...activationFields(plant.accessKey), certificate: await plant.certificate(gatewayId) });
const activationForm = (typed: Readonly<Record<string, string>>): ActivationForm => {
  const { accessKeyId = '', accessKeySecret = '', password = '', passwordAgain = '', certificate = '' } = typed;
  const { controlNetwork = '', messageNetwork = '' } = typed;
  return { accessKeyId, accessKeySecret, password, passwordAgain, certificate, controlNetwork, messageNetwork };
};
const errorOf = (text: string, field: string) => new RegExp(`id="${field}-error"[^>]*>([^<]*)`).exec(text)?.[1];

describe('the activation page', () => {
  it('is plain HTML that loads nothing, runs nothing and labels every field', async () => {
    const { status, headers, text } = await new PageBrowser(agent).get('/');
    expect(status).toBe(200);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('content-security-policy')).not.toContain('unsafe');
    expect(headers.getSetCookie().join()).toMatch(/HttpOnly.*SameSite=Strict/i);
    expect(text).not.toMatch(/<script| on\w+=|src=|http:\/\//);
    const fields = [...text.matchAll(/<(?:input|select|textarea) id="(\w+)"/g)].map(([, id]) => id);
    expect(fields).toHaveLength(8);
    for (const id of fields) expect(text).toContain(`<label for="${id}">`);
  });

  it('shows every error beside its field, keeps what was typed and forgets secrets', async () => {
    const page = new PageBrowser(agent);
    const { status, text } = await page.post('/activate', {
      accessKeyId: 'AKID "<b>',
      accessKeySecret: 'very-secret',
      password: '12345',
      passwordAgain: '12345',
      certificate: 'not a <certificate>',
      controlNetwork: 'VPC',
      messageNetwork: 'INTERNET',
    });
    expect(status).toBe(400);
    expect(errorOf(text, 'password')).toContain('6 characters');
    expect(errorOf(text, 'certificateFile')).toContain('not a valid gateway certificate');
    expect(text).toContain('value="AKID &quot;&lt;b&gt;"');
    expect(text).toContain('not a &lt;certificate&gt;</textarea>');
    expect(text).toContain('<option value="VPC" selected>');
    expect(text).toMatch(/id="password"[^>]*aria-invalid="true"[^>]*aria-describedby="password-error password-hint"/);
    expect(text).not.toContain('very-secret');
    expect(text).not.toContain('12345');
  });

  it.each([
    ['two different passwords', { passwordAgain: 'another one' }, 'passwordAgain', 'not the same'],
    ['no access key', { accessKeyId: ' ' }, 'accessKeyId', 'Enter the AccessKey ID'],
    ['an unknown access key', { accessKeyId: 'unknown' }, 'accessKeySecret', ''],
    ['a wrong secret', { accessKeySecret: 'wrong' }, 'accessKeySecret', ''],
    [
      'a network the certificate has no address in',
      { controlNetwork: 'VPC' },
      'controlNetwork',
      'no control plane address',
    ],
    ['no network', { messageNetwork: 'MOON' }, 'messageNetwork', 'Choose the network'],
    ['no certificate', { certificate: '' }, 'certificateFile', 'Choose the certificate'],
  ])('refuses %s beside its field', async (_what, changes, field, message) => {
    const { status, text } = await new PageBrowser(agent).post('/activate', { ...(await valid()), ...changes });
    expect(status).toBe(400);
    expect(errorOf(text, field)).toContain(message);
    expect(agent.status().activated).toBe(false);
  });

  it('refuses a certificate that a newer one replaced', async () => {
    const old = await valid();
    await plant.certificate(gatewayId);
    const { text } = await new PageBrowser(agent).post('/activate', old);
    expect(errorOf(text, 'certificateFile')).toBeTruthy();
  });

  it('refuses forms from elsewhere', async () => {
    const fields = await valid();
    const page = new PageBrowser(agent);
    expect((await page.post('/activate', fields, { token: 'guess' })).status).toBe(403);
    expect((await page.post('/activate', fields, { headers: { origin: 'https://evil.example' } })).status).toBe(403);
    expect((await page.post('/activate', fields, { headers: { cookie: '' } })).status).toBe(403);
    expect(agent.status().activated).toBe(false);
  });

  it('answers on loopback to no name that another site could have pointed there', async () => {
    const { port } = new URL(agent.pageUrl);
    const statusFor = (host: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        const get = request(agent.pageUrl, { headers: { host }, rejectUnauthorized: false }, (answer) =>
          resolve(answer.resume().statusCode),
        );
        get.on('error', reject).end();
      });
    for (const host of [
      `rebound.example:${port}`,
      '127.0.0.1.rebound.example',
      'localhost.example',
      '192.0.2.1',
      'a b[',
    ])
      expect(await statusFor(host), host).toBeGreaterThanOrEqual(400);
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, 'localhost:9000', `[::1]:${port}`])
      expect(await statusFor(host), host).toBe(200);
  });

  it('refuses what is no form as it refuses forms from elsewhere', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { 'content-type': 'multipart/form-data; boundary=x', 'content-length': 11 };
      const post = request(
        new URL('/activate', agent.pageUrl),
        { method: 'POST', headers, rejectUnauthorized: false },
        (answer) => resolve(answer.resume().statusCode),
      );
      post.on('error', reject).end('--x\r\nbroken');
    });
    expect(status).toBe(403);
  });

  it('refuses more than a form', async () => {
    const url = new URL('/activate', agent.pageUrl);
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const post = request(
        url,
        { method: 'POST', headers: { 'content-length': 10_000_000 }, rejectUnauthorized: false },
        (answer) => resolve(answer.statusCode),
      );
      post.on('error', reject);
      post.flushHeaders();
    });
    expect(status).toBe(413);
  });

  it('sends nothing while the clock is wrong or the control plane cannot be reached, whatever is accepted', async () => {
    const ahead = { ...systemClock, now: () => systemClock.now() + 20 * 60_000 };
    const early = await plant.startAgent('early', { clock: ahead });
    const refused = async (page: PageBrowser, fields: Record<string, string>, why: string) => {
      const { status, text } = await page.post('/activate', fields);
      expect([status, text.includes(why), text.includes('acceptProbe')]).toEqual([409, true, false]);
      const held = /name="held" value="([^"]+)"/.exec(text)?.[1] ?? '';
      const accepted = await page.post('/activate/held', { held, acceptProbe: 'yes' });
      expect([accepted.status, accepted.text.includes(why)]).toEqual([409, true]);
    };
    await refused(new PageBrowser(early), await valid(), '20 minutes');

    const { publicUrls } = plant.control.config;
    const { INTERNET } = publicUrls;
    // Discard (RFC 863): nothing listens there.
    Object.assign(publicUrls, { INTERNET: 'http://127.0.0.1:9' });
    const away = await valid();
    Object.assign(publicUrls, { INTERNET });
    await refused(new PageBrowser(agent), away, '127.0.0.1:9');
    expect([early.status().activated, agent.status().activated]).toEqual([false, false]);
  });

  it('activates with an uploaded certificate, and is behind its password from then on', async () => {
    const page = new PageBrowser(agent);
    const { certificate, ...fields } = await valid();
    const answer = await page.post('/activate', { ...fields, certificateFile: new Blob([`${certificate}\n`]) });
    expect(answer.status).toBe(303);
    await expect.poll(() => agent.status().lastControlContactAt, { timeout: 10_000 }).not.toBeNull();
    await expect.poll(() => agent.status().messageChannelConnected, { timeout: 10_000 }).toBe(true);
    expect((await page.get('/')).text).toContain('Running jobs');

    const stranger = new PageBrowser(agent);
    expect((await stranger.get('/')).text).toContain('Log in');
    expect((await stranger.get('/reactivate')).status).toBe(303);
    expect((await stranger.post('/activate', fields)).status).toBe(303);
    expect((await stranger.post('/login', { password: 'wrong password' })).status).toBe(403);
    expect((await stranger.post('/login', { password: pagePassword })).status).toBe(303);
    expect((await stranger.get('/')).text).toContain('Running jobs');
    expect((await stranger.post('/logout', {})).status).toBe(303);
    expect((await stranger.get('/')).text).toContain('Log in');
  });

  it('activates again with a new certificate, under a new password', async () => {
    const page = new PageBrowser(agent);
    await page.post('/login', { password: pagePassword });
    const fields = { ...(await valid()), password: 'second password', passwordAgain: 'second password' };
    expect((await page.post('/activate', fields, { page: '/reactivate' })).status).toBe(303);
    await expect.poll(() => agent.status().messageChannelConnected, { timeout: 10_000 }).toBe(true);
    expect(agent.status().problem).toBeNull();
    expect((await new PageBrowser(agent).post('/login', { password: pagePassword })).status).toBe(403);

    // The command line's way: whoever is logged in under the old password is not any more.
    await using console = await connectToAgent(join(plant.directory, 'page'));
    const form = activationForm({ ...(await valid()), password: 'third password', passwordAgain: 'third password' });
    expect((await page.get('/')).text).toContain('Running jobs');
    expect((await console?.activate(form, new AbortController().signal))?.kind).toBe('activated');
    expect((await page.get('/live')).status).toBe(403);
    expect((await page.get('/')).text).toContain('Log in');
    expect((await new PageBrowser(agent).post('/login', { password: 'third password' })).status).toBe(303);
  });

  it('ends an activation that the control plane has in hand, though whoever asked for it leaves', async () => {
    await using console = await connectToAgent(join(plant.directory, 'page'));
    const leaving = new AbortController();
    whileProved = async () => {
      leaving.abort(new Error('gone'));
      // Long enough for the agent to see it; longer proves no less.
      await systemClock.sleep(300);
    };
    const before = agent.status().activatedAt ?? 0;
    await expect(console?.activate(activationForm(await valid()), leaving.signal)).rejects.toThrow();
    await expect.poll(() => agent.status().activatedAt, { timeout: 10_000 }).toBeGreaterThan(before);
    await expect.poll(() => agent.status().messageChannelConnected, { timeout: 10_000 }).toBe(true);
    expect((await new PageBrowser(agent).post('/login', { password: pagePassword })).status).toBe(303);
  });

  it('makes whoever guesses wait', async () => {
    const page = new PageBrowser(agent);
    const statuses: number[] = [];
    for (let guess = 0; guess < 8; guess += 1)
      statuses.push((await page.post('/login', { password: `guess ${guess}` })).status);
    expect(statuses).toContain(429);
  });
});
