import { afterEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../../base/clock.ts';
import { parseAddress } from './address.ts';
import { VimFault } from './errors.ts';
import type { VirtualDisk, VirtualDiskFlatVer2BackingInfo } from './gen/types.ts';
import type { CertificateTrust } from './pinned-agent.ts';
import { VimSoapClient } from './soap-client.ts';
import {
  envelope,
  fault,
  type RawAnswer,
  type RawRequest,
  type RawServer,
  startRawServer,
} from './testing/raw-server.ts';
import { isA } from './vim-types.ts';
import { reference } from './vim-values.ts';

const signal = new AbortController().signal;
const serviceInstance = reference('ServiceInstance', 'ServiceInstance');
const collector = reference('PropertyCollector', 'propertyCollector');
const time = envelope(
  '<CurrentTimeResponse xmlns="urn:vim25"><returnval>2026-01-02T03:04:05.678Z</returnval></CurrentTimeResponse>',
);

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const item of open.splice(0)) await item[Symbol.asyncDispose]();
});

async function connect(
  answer: (request: RawRequest, index: number) => RawAnswer | undefined,
  trust?: (server: RawServer) => CertificateTrust,
  host?: string,
): Promise<{ server: RawServer; client: VimSoapClient }> {
  const server = await startRawServer(answer);
  const address = { host: host ?? server.host, port: server.port };
  const client = await VimSoapClient.open(
    address,
    trust ? trust(server) : { trustedFingerprint: server.fingerprint },
    systemClock,
  );
  open.push({
    async [Symbol.asyncDispose]() {
      client.close();
      await server[Symbol.asyncDispose]();
    },
  });
  return { server, client };
}

function currentTime(client: VimSoapClient, timeoutMs?: number) {
  return client.call('CurrentTime', { _this: serviceInstance }, { signal, ...(timeoutMs ? { timeoutMs } : {}) });
}

/** An answer of RetrievePropertiesEx with one object and one property. */
function property(value: string, prefix = 'xsi'): string {
  return envelope(
    `<RetrievePropertiesExResponse xmlns="urn:vim25" xmlns:${prefix}="http://www.w3.org/2001/XMLSchema-instance">` +
      `<returnval><objects><obj type="VirtualMachine">vm-1</obj><propSet><name>p</name>${value}</propSet></objects>` +
      '</returnval></RetrievePropertiesExResponse>',
  );
}

async function readProperty(xml: string): Promise<unknown> {
  const { client } = await connect(() => ({ body: xml }));
  const result = await client.call('RetrievePropertiesEx', { _this: collector, specSet: [], options: {} }, { signal });
  return result?.objects[0]?.propSet?.[0]?.val;
}

describe('requests', () => {
  test('elements stand in the order of the WSDL, those of the base type first, whatever the order given', async () => {
    const { server, client } = await connect(() => ({
      body: envelope(
        '<ReconfigVM_TaskResponse xmlns="urn:vim25"><returnval type="Task">task-1</returnval></ReconfigVM_TaskResponse>',
      ),
    }));
    const backing: VirtualDiskFlatVer2BackingInfo = {
      $type: 'VirtualDiskFlatVer2BackingInfo',
      thinProvisioned: true,
      diskMode: 'persistent',
      fileName: '[ds] a & b/<c>.vmdk',
    };
    const device: VirtualDisk = {
      $type: 'VirtualDisk',
      capacityInKB: 1024,
      unitNumber: 1,
      controllerKey: 1000,
      backing,
      key: -1,
    };
    const task = await client.call(
      'ReconfigVM_Task',
      {
        spec: {
          deviceChange: [
            {
              device,
              operation: 'add',
            },
          ],
          name: 'x',
        },
        _this: reference('VirtualMachine', 'vm-1'),
      },
      { signal },
    );
    expect(task).toEqual({ type: 'Task', value: 'task-1' });
    expect(server.requests[0]?.body).toContain(
      '<ReconfigVM_Task xmlns="urn:vim25" xmlns:xsd="http://www.w3.org/2001/XMLSchema">' +
        '<_this type="VirtualMachine">vm-1</_this><spec><name>x</name><deviceChange><operation>add</operation>' +
        '<device xsi:type="VirtualDisk"><key>-1</key><backing xsi:type="VirtualDiskFlatVer2BackingInfo">' +
        '<fileName>[ds] a &amp; b/&lt;c&gt;.vmdk</fileName><diskMode>persistent</diskMode>' +
        '<thinProvisioned>true</thinProvisioned></backing><controllerKey>1000</controllerKey>' +
        '<unitNumber>1</unitNumber><capacityInKB>1024</capacityInKB></device></deviceChange></spec></ReconfigVM_Task>',
    );
    expect(server.requests[0]?.headers.soapaction).toBe('"urn:vim25/6.5"');
  });

  test('an xsd:anyType says its type', async () => {
    const { server, client } = await connect(() => fault('InvalidState', 'no'));
    const extraConfig = [
      { key: 'a', value: 'text' },
      { key: 'b', value: true },
      { key: 'c', value: 7 },
    ];
    const request = { _this: reference('VirtualMachine', 'vm-1'), spec: { extraConfig } };
    await expect(client.call('ReconfigVM_Task', request, { signal })).rejects.toThrow('no');
    expect(server.requests[0]?.body).toContain(
      '<extraConfig><key>a</key><value xsi:type="xsd:string">text</value></extraConfig>' +
        '<extraConfig><key>b</key><value xsi:type="xsd:boolean">true</value></extraConfig>' +
        '<extraConfig><key>c</key><value xsi:type="xsd:int">7</value></extraConfig>',
    );
  });

  test.each(['@:/#%', ' spaced ', '<&>"\'', ']]>', 'a\r\nb\tc', 'Пароль 密码 🔑', '$&$1', '\\', 'ÿ\u0085\u2028'])(
    'the password %j arrives as it is',
    async (password) => {
      const { server, client } = await connect(() => fault('InvalidLogin', 'no'));
      const request = { _this: reference('SessionManager', 'SessionManager'), userName: 'u', password };
      await expect(client.call('Login', request, { signal })).rejects.toBeInstanceOf(VimFault);
      const sent = /<password>([^<]*)<\/password>/.exec(server.requests[0]?.body ?? '')?.[1] ?? '';
      expect(unescapeXml(sent)).toBe(password);
    },
  );

  test('a password XML cannot carry is refused before anything is sent', async () => {
    const { server, client } = await connect(() => ({ body: time }));
    const request = { _this: reference('SessionManager', 'SessionManager'), userName: 'u', password: 'a\u0001b' };
    await expect(client.call('Login', request, { signal })).rejects.toMatchObject({ code: 'INVALID_LOGIN' });
    expect(server.requests).toHaveLength(0);
  });

  test('cookies are kept and sent back, and can be forgotten', async () => {
    const { server, client } = await connect((_request, index) => ({
      body: time,
      ...(index === 0 ? { headers: { 'set-cookie': ['vmware_soap_session="a=b"; Path=/; HttpOnly', 'x=1'] } } : {}),
    }));
    await currentTime(client);
    await currentTime(client);
    client.forgetSession();
    await currentTime(client);
    expect(server.requests.map((request) => request.headers.cookie)).toEqual([
      undefined,
      'vmware_soap_session="a=b"; x=1',
      undefined,
    ]);
  });
});

describe('answers', () => {
  test('what the WSDL calls an array is one, with one element too, also in a derived type and under any prefix', async () => {
    for (const prefix of ['xsi', 'XMLSchema-instance']) {
      const devices = await readProperty(
        property(
          `<val ${prefix}:type="ArrayOfVirtualDevice"><VirtualDevice ${prefix}:type="ParaVirtualSCSIController">` +
            '<key>1000</key><busNumber>0</busNumber><device>2000</device><hotAddRemove>true</hotAddRemove>' +
            '<sharedBus>noSharing</sharedBus><scsiCtlrUnitNumber>7</scsiCtlrUnitNumber></VirtualDevice></val>',
          prefix,
        ),
      );
      expect(devices).toEqual([
        {
          $type: 'ParaVirtualSCSIController',
          key: 1000,
          busNumber: 0,
          device: [2000],
          hotAddRemove: true,
          sharedBus: 'noSharing',
          scsiCtlrUnitNumber: 7,
        },
      ]);
      expect(isA(Array.isArray(devices) ? devices[0] : undefined, 'VirtualSCSIController')).toBe(true);
    }
  });

  test('a derived type that is not known is read as the declared one', async () => {
    const devices = await readProperty(
      property(
        '<val xsi:type="ArrayOfVirtualDevice"><VirtualDevice xsi:type="VirtualQuantumDrive"><key>9</key>' +
          '<spin>up</spin></VirtualDevice></val>',
      ),
    );
    expect(devices).toEqual([{ $type: 'VirtualQuantumDrive', key: 9 }]);
  });

  test.each([
    ['<val xsi:type="xsd:string">  two  spaces </val>', '  two  spaces '],
    ['<val xsi:type="xsd:string"></val>', ''],
    ['<val xsi:type="xsd:string">true</val>', 'true'],
    ['<val xsi:type="xsd:string">&lt;a&gt;<![CDATA[ & ]]></val>', '<a> & '],
    ['<val xsi:type="xsd:boolean">true</val>', true],
    ['<val xsi:type="xsd:int">-5</val>', -5],
    ['<val xsi:type="xsd:long">9007199254740991</val>', 9007199254740991],
    ['<val xsi:type="xsd:long">9007199254740993</val>', 9007199254740993n],
    ['<val xsi:type="VirtualMachinePowerState">poweredOn</val>', 'poweredOn'],
    ['<val type="Task" xsi:type="ManagedObjectReference">task-9</val>', { type: 'Task', value: 'task-9' }],
    ['<val xsi:type="ArrayOfString"><string>one</string></val>', ['one']],
    ['<val xsi:type="ArrayOfString"></val>', []],
    [
      '<val xsi:type="ArrayOfManagedObjectReference"><ManagedObjectReference type="Network" xsi:type="ManagedObjectReference">n-1</ManagedObjectReference></val>',
      [{ type: 'Network', value: 'n-1' }],
    ],
    ['<val xsi:type="SomethingNew"><deep><er>1</er></deep></val>', { $type: 'SomethingNew' }],
  ])('%s', async (xml, expected) => {
    expect(await readProperty(property(xml))).toEqual(expected);
  });

  test('an operation without a result gives undefined, an optional result too', async () => {
    const { client } = await connect((_request, index) => ({
      body: envelope(
        index === 0
          ? '<LogoutResponse xmlns="urn:vim25"></LogoutResponse>'
          : '<RetrievePropertiesExResponse xmlns="urn:vim25"></RetrievePropertiesExResponse>',
      ),
    }));
    expect(await client.call('Logout', { _this: reference('SessionManager', 's') }, { signal })).toBeUndefined();
    const request = { _this: collector, specSet: [], options: {} };
    expect(await client.call('RetrievePropertiesEx', request, { signal })).toBeUndefined();
  });

  test('sizes beyond 2^53 stay exact in changed areas', async () => {
    const { client } = await connect(() => ({
      body: envelope(
        '<QueryChangedDiskAreasResponse xmlns="urn:vim25"><returnval><startOffset>0</startOffset>' +
          '<length>18014398509481985</length><changedArea><start>9007199254740993</start><length>512</length>' +
          '</changedArea></returnval></QueryChangedDiskAreasResponse>',
      ),
    }));
    const request = { _this: reference('VirtualMachine', 'v'), deviceKey: 1, startOffset: 0, changeId: '*' };
    expect(await client.call('QueryChangedDiskAreas', request, { signal })).toMatchObject({
      length: 18014398509481985n,
      changedArea: [{ start: 9007199254740993n, length: 512 }],
    });
  });

  test.each([
    ['an empty body', { body: '' }, 'UNREACHABLE'],
    ['malformed XML', { body: '<soapenv:Envelope><oops' }, 'UNREACHABLE'],
    ['a web page', { body: '<html><body>Welcome</body></html>' }, 'UNREACHABLE'],
    ['JSON', { body: '{"a":1}' }, 'UNREACHABLE'],
    ['an empty SOAP body', { body: envelope('') }, 'NOT_SUPPORTED'],
    ['a page not found', { status: 404, body: 'x' }, 'UNREACHABLE'],
    ['a redirect', { status: 302, headers: { location: 'https://example.org/' }, body: '' }, 'UNREACHABLE'],
    ['an overloaded server', { status: 503, body: 'x' }, 'BUSY'],
    ['another answer', { body: envelope('<CurrentTimeResponse xmlns="urn:vim25"/>') }, 'NOT_SUPPORTED'],
  ])('%s is a DriverError', async (_name, answer, code) => {
    const { client } = await connect(() => answer);
    await expect(currentTime(client)).rejects.toMatchObject({ name: 'DriverError', code });
  });

  test('a fault is known by its type, not by its text', async () => {
    const { client } = await connect((_request, index) =>
      index === 0
        ? fault(
            'NoPermission',
            'Permission to perform this operation was denied.',
            '<privilegeId>VirtualMachine.State.CreateSnapshot</privilegeId>',
          )
        : fault('RuntimeFault', ''),
    );
    await expect(currentTime(client)).rejects.toMatchObject({
      name: 'VimFault',
      type: 'NoPermission',
      privilege: 'VirtualMachine.State.CreateSnapshot',
      message: 'Permission to perform this operation was denied.',
    });
    await expect(currentTime(client)).rejects.toMatchObject({ name: 'VimFault', type: 'RuntimeFault' });
  });
});

describe('connections', () => {
  test('another certificate is refused before a byte of the request is sent', async () => {
    const pinned = Array.from({ length: 32 }, () => 'AB').join(':');
    const { server, client } = await connect(
      () => ({ body: time }),
      () => ({ trustedFingerprint: pinned }),
    );
    await expect(currentTime(client)).rejects.toMatchObject({
      code: 'CERTIFICATE_NOT_TRUSTED',
      kind: 'needsPerson',
      cause: { presentedFingerprint: server.fingerprint, trustedFingerprint: pinned, subject: 'CN=localhost' },
    });
    expect(server.requests).toHaveLength(0);
    expect(client.fingerprint).toBeUndefined();
  });

  test('without a fingerprint and an authority nothing is trusted', async () => {
    const { server, client } = await connect(
      () => ({ body: time }),
      () => ({}),
    );
    await expect(currentTime(client)).rejects.toMatchObject({ cause: { trustedFingerprint: null } });
    expect(server.requests).toHaveLength(0);
  });

  test('an authority proves the certificate for its own host name only', async () => {
    const byName = await connect(
      () => ({ body: time }),
      (server) => ({ ca: server.certificate }),
      'localhost',
    );
    expect(await currentTime(byName.client)).toBe('2026-01-02T03:04:05.678Z');
    const byAddress = await connect(
      () => ({ body: time }),
      (server) => ({ ca: server.certificate }),
    );
    await expect(currentTime(byAddress.client)).rejects.toMatchObject({ code: 'CERTIFICATE_NOT_TRUSTED' });
  });

  test('a fingerprint matches in lower case and without colons', async () => {
    const { server, client } = await connect(
      () => ({ body: time }),
      ({ fingerprint }) => ({ trustedFingerprint: fingerprint.replaceAll(':', '').toLowerCase() }),
    );
    await currentTime(client);
    expect(client.fingerprint).toBe(server.fingerprint);
  });

  test('a server that does not answer is a TIMEOUT, an abort is the reason given', async () => {
    const { client } = await connect(() => undefined);
    await expect(currentTime(client, 50)).rejects.toMatchObject({ code: 'TIMEOUT', kind: 'transient' });
    const controller = new AbortController();
    const call = client.call('CurrentTime', { _this: serviceInstance }, { signal: controller.signal });
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(call).rejects.toBe(reason);
  });

  test('a closed port is UNREACHABLE', async () => {
    const { server, client } = await connect(() => ({ body: time }));
    await server[Symbol.asyncDispose]();
    await expect(currentTime(client)).rejects.toMatchObject({ code: 'UNREACHABLE', kind: 'transient' });
  });
});

test.each([
  ['vc.example.org', 'vc.example.org', 443],
  ['vc.example.org:8443', 'vc.example.org', 8443],
  ['10.0.0.1:1', '10.0.0.1', 1],
  ['[::1]:8443', '::1', 8443],
  ['fe80::1', 'fe80::1', 443],
])('the address %s', (text, host, port) => {
  expect(parseAddress(text)).toEqual({ host, port });
});

test.each(['', 'https://vc', 'vc/sdk', 'user@vc', 'vc:0', 'vc:99999', 'vc vc', 'vc?x', '-vc'])(
  'the address %j is refused',
  (text) => {
    expect(() => parseAddress(text)).toThrow(/not a host name/);
  },
);

function unescapeXml(text: string): string {
  return text
    .replace(/&#(\d+);/g, (_match, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}
