import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import type { TLSSocket } from 'node:tls';
import type { RunningSandbox } from '../start.ts';
import { escapeXml } from '../vcenter/soap/xml.ts';

export interface Device {
  readonly key: string;
  readonly importKey: string;
  readonly url: string;
  readonly thumbprint: string;
}

export interface Download {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** SHA-1 of the certificate that was presented. */
  readonly thumbprint: string;
}

/** A client of the sandbox's vCenter for tests of leases: raw SOAP, and HTTPS to the device URLs. */
export class NfcTestClient {
  readonly #address: string;
  #cookie = '';

  constructor(sandbox: RunningSandbox) {
    this.#address = sandbox.vcenterAddress;
  }

  static async login(sandbox: RunningSandbox): Promise<NfcTestClient> {
    const client = new NfcTestClient(sandbox);
    const secret = escapeXml(sandbox.password);
    await client.call(
      'Login',
      'SessionManager:SessionManager',
      `<userName>${sandbox.username}</userName><password>${secret}</password>`,
    );
    return client;
  }

  /** The answer's body. Throws an Error whose message is the fault's type and text. */
  async call(method: string, self: string, params = ''): Promise<string> {
    const [type, ...id] = self.split(':');
    const body = `<?xml version="1.0"?><e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"
      xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"><e:Body>
      <${method} xmlns="urn:vim25"><_this type="${type}">${id.join(':')}</_this>${params}</${method}></e:Body></e:Envelope>`;
    const answer = await this.send('POST', `https://${this.#address}/sdk`, [Buffer.from(body)], {
      ...(this.#cookie ? { cookie: this.#cookie } : {}),
    });
    const text = answer.body.toString();
    this.#cookie = answer.headers['set-cookie']?.[0]?.split(';')[0] ?? this.#cookie;
    if (answer.status === 200) return text;
    throw new Error(`${/xsi:type="(\w+)"/.exec(text)?.[1]}: ${/<faultstring>([^<]*)/.exec(text)?.[1]}`);
  }

  /** The reference a method answers, as `Type:value`. */
  async reference(method: string, self: string, params = ''): Promise<string> {
    const text = await this.call(method, self, params);
    const [, type, value] = /<returnval type="(\w+)">([^<]+)</.exec(text) ?? [];
    if (!type || !value) throw new Error(`${method} answers no reference: ${text}`);
    return `${type}:${value}`;
  }

  /** A property as XML. */
  property(self: string, name: string): Promise<string> {
    return this.call('Fetch', self, `<prop>${name}</prop>`);
  }

  async find(path: string): Promise<string> {
    return this.reference('FindByInventoryPath', 'SearchIndex:SearchIndex', `<inventoryPath>${path}</inventoryPath>`);
  }

  /** Waits for a task; its result as `Type:value`, when it has one. */
  async task(method: string, self: string, params = ''): Promise<string> {
    const task = await this.reference(method, self, params);
    for (;;) {
      const info = await this.property(task, 'info');
      if (info.includes('<state>error</state>')) {
        throw new Error(`${/<fault xsi:type="(\w+)"/.exec(info)?.[1]}: ${/<localizedMessage>([^<]*)/.exec(info)?.[1]}`);
      }
      if (info.includes('<state>success</state>')) {
        const [, type, value] = /<result type="(\w+)"[^>]*>([^<]+)</.exec(info) ?? [];
        return `${type}:${value}`;
      }
    }
  }

  async leaseState(lease: string): Promise<string> {
    return /<returnval[^>]*>(\w+)</.exec(await this.property(lease, 'state'))?.[1] ?? '';
  }

  /** Waits until a lease is no longer initializing, and reads its device URLs. */
  async devices(lease: string): Promise<readonly Device[]> {
    while ((await this.leaseState(lease)) === 'initializing');
    if ((await this.leaseState(lease)) !== 'ready') {
      throw new Error(/<fault xsi:type="(\w+)"/.exec(await this.property(lease, 'error'))?.[1]);
    }
    const info = await this.property(lease, 'info');
    const text = (block: string, name: string) => new RegExp(`<${name}>([^<]*)<`).exec(block)?.[1] ?? '';
    return [...info.matchAll(/<deviceUrl>(.*?)<\/deviceUrl>/gs)].map(([, block = '']) => ({
      key: text(block, 'key'),
      importKey: text(block, 'importKey'),
      url: text(block, 'url'),
      thumbprint: text(block, 'sslThumbprint'),
    }));
  }

  get(url: string): Promise<Download> {
    return this.send('GET', url, []);
  }

  /** Without a length, and so chunked, unless the headers say otherwise. */
  post(url: string, body: Iterable<Uint8Array>, headers: Readonly<Record<string, string | number>> = {}) {
    return this.send('POST', url, body, { 'content-type': 'application/x-vnd.vmware-streamVmdk', ...headers });
  }

  /** `*` in a URL is the vCenter that was connected to. */
  async send(
    method: string,
    url: string,
    body: Iterable<Uint8Array>,
    headers: Readonly<Record<string, string | number>> = {},
  ): Promise<Download> {
    const { promise, resolve, reject } = Promise.withResolvers<Download>();
    const agent = new Agent({ maxCachedSessions: 0 });
    const outgoing = request(
      url.replace('//*/', `//${this.#address}/`),
      { method, headers, rejectUnauthorized: false, agent },
      (response) => {
        const { socket } = response;
        const thumbprint = isTls(socket) ? socket.getPeerCertificate().fingerprint : '';
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', reject);
        response.on('end', () => {
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(parts),
            thumbprint,
          });
        });
      },
    );
    outgoing.on('error', reject);
    for (const part of body) outgoing.write(part);
    outgoing.end();
    return promise.finally(() => agent.destroy());
  }
}

function isTls(socket: object): socket is TLSSocket {
  return 'getPeerCertificate' in socket;
}
