import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../base/manual-clock.ts';
import { type RunningSandbox, startSandbox } from '../start.ts';
import { escapeXml } from './soap/xml.ts';

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly cookie: string | undefined;
}

let directory: string;
let sandbox: RunningSandbox;
const clock = new ManualClock();
const password = ` p@ss:/#%&<'">\\ ünï 🐘 `;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sandbox-vcenter-'));
  sandbox = await startSandbox({
    directory,
    clock,
    taskDelayMs: 0,
    vcenter: { password },
    vms: [{ name: 'small', disks: [{ capacityBytes: 1024 * 1024 }] }],
  });
});

afterEach(async () => {
  await sandbox.close();
  await rm(directory, { recursive: true, force: true });
});

async function post(inner: string, cookie?: string): Promise<Answer> {
  const [host, port] = sandbox.vcenterAddress.split(':');
  const body = `<?xml version="1.0"?><e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"
    xmlns:XSI="http://www.w3.org/2001/XMLSchema-instance"><e:Body>${inner}</e:Body></e:Envelope>`;
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const headers = { SOAPAction: 'urn:vim25/8.0.1.0', ...(cookie ? { cookie } : {}) };
  const outgoing = request(
    { host, port, path: '/sdk', method: 'POST', rejectUnauthorized: false, headers },
    (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          body: Buffer.concat(parts).toString(),
          cookie: response.headers['set-cookie']?.[0]?.split(';')[0],
        }),
      );
    },
  );
  outgoing.on('error', reject);
  outgoing.end(body);
  return promise;
}

const call = (method: string, self: string, params: string) =>
  `<${method} xmlns="urn:vim25"><_this type="${self.split(':')[0]}">${self.split(':')[1]}</_this>${params}</${method}>`;

const login = (secret: string) =>
  post(
    call(
      'Login',
      'SessionManager:SessionManager',
      `<userName>${sandbox.username}</userName><password>${escapeXml(secret)}</password>`,
    ),
  );

const gatewayByUuid = () =>
  call(
    'FindByUuid',
    'SearchIndex:SearchIndex',
    `<uuid>${sandbox.gatewayVm.instanceUuid}</uuid><vmSearch>true</vmSearch><instanceUuid>true</instanceUuid>`,
  );

describe('sessions', () => {
  it('tells anybody what it is, and nothing more', async () => {
    const content = await post(call('RetrieveServiceContent', 'ServiceInstance:ServiceInstance', ''));
    expect(content.status).toBe(200);
    expect(content.body).toContain('<apiType>VirtualCenter</apiType>');
    const refused = await post(gatewayByUuid());
    expect(refused.status).toBe(500);
    expect(refused.body).toContain('<NotAuthenticatedFault xmlns="urn:vim25" xsi:type="NotAuthenticated">');
  });

  it('takes a password with every kind of character and forgets an idle session', async () => {
    const { cookie, body } = await login(password);
    expect(body).toContain('<userName>administrator@vsphere.local</userName>');
    expect(cookie).toMatch(/^vmware_soap_session="[0-9a-f]+"$/);
    await clock.advance(29 * 60 * 1000);
    expect((await post(gatewayByUuid(), cookie)).body).toContain('type="VirtualMachine"');
    await clock.advance(31 * 60 * 1000);
    expect((await post(gatewayByUuid(), cookie)).body).toContain('NotAuthenticatedFault');
  });

  it('refuses a wrong password', async () => {
    const { status, body, cookie } = await login(password.trim());
    expect(status).toBe(500);
    expect(body).toContain('InvalidLoginFault');
    expect(cookie).toBeUndefined();
  });

  it('ends a session at logout', async () => {
    const { cookie } = await login(password);
    expect((await post(call('Logout', 'SessionManager:SessionManager', ''), cookie)).status).toBe(200);
    expect((await post(gatewayByUuid(), cookie)).body).toContain('NotAuthenticatedFault');
  });
});

describe('requests a real one refuses', () => {
  const reconfigure = async (spec: string) => {
    const { cookie } = await login(password);
    const vm = /<returnval type="VirtualMachine">([^<]+)</.exec((await post(gatewayByUuid(), cookie)).body)?.[1];
    return post(call('ReconfigVM_Task', `VirtualMachine:${vm}`, spec), cookie);
  };

  it.each([
    [
      'children out of order',
      '<spec><annotation>a</annotation><name>b</name></spec>',
      'Unexpected element tag &quot;name&quot; seen',
    ],
    ['an unknown child', '<spec><nonsense>1</nonsense></spec>', 'Unexpected element tag &quot;nonsense&quot;'],
    ['a missing argument', '', 'Required property spec is missing'],
    ['text where a number belongs', '<spec><numCPUs>two</numCPUs></spec>', 'Invalid int'],
    [
      'an enumeration value that does not exist',
      '<spec><deviceChange><operation>steal</operation></deviceChange></spec>',
      'for enumeration',
    ],
    [
      'properties of a derived type before the inherited ones',
      '<spec><deviceChange><operation>remove</operation><device XSI:type="VirtualDisk"><capacityInKB>1</capacityInKB><key>1</key></device></deviceChange></spec>',
      'Unexpected element tag &quot;key&quot;',
    ],
    [
      'a type that is no device',
      '<spec><deviceChange><device XSI:type="AboutInfo"/></deviceChange></spec>',
      'is not a VirtualDevice',
    ],
  ])('%s', async (_, spec, message) => {
    const { status, body } = await reconfigure(spec);
    expect(status).toBe(500);
    expect(body).toContain('InvalidRequestFault');
    expect(body).toContain(message);
  });

  it('accepts the same in order', async () => {
    const { status, body } = await reconfigure('<spec><name>b</name><annotation>a</annotation></spec>');
    expect(status).toBe(200);
    expect(body).toContain('<returnval type="Task">');
  });

  it.each([
    ['what is not XML', '<a', 'XML parse error'],
    ['a method nobody knows', '<Nonsense xmlns="urn:vim25"/>', 'Unable to resolve WSDL method name'],
    [
      'an object that is gone',
      call('RetrieveServiceContent', 'ServiceInstance:other', ''),
      'ManagedObjectNotFoundFault',
    ],
    ['a method of another type', call('RetrieveServiceContent', 'SearchIndex:SearchIndex', ''), 'InvalidRequestFault'],
  ])('%s', async (_, inner, message) => {
    const { status, body } = await post(inner);
    expect(status).toBe(500);
    expect(body).toContain(message);
  });
});
