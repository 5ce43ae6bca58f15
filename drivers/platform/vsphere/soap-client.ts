import { readFile } from 'node:fs/promises';
import { Client, type SoapMethod, WSDL } from 'soap';
import { withDeadline } from '../../../base/abort.ts';
import type { Clock } from '../../../base/clock.ts';
import { isDriverError } from '../../../base/errors.ts';
import { formatAddress, type ServerAddress } from './address.ts';
import { asElement, attributesKey, convertedScalars, decodeResponse, textOf, xsiType } from './decode.ts';
import { encodeRequest, escapeXml } from './encode.ts';
import { driverError, VimFault } from './errors.ts';
import type { Operations } from './gen/types.ts';
import { SoapHttp } from './http-client.ts';
import { type CertificateTrust, PinnedAgent } from './pinned-agent.ts';

export interface CallOptions {
  readonly signal: AbortSignal;
  /** Default one minute. */
  readonly timeoutMs?: number;
}

/**
 * The one place that knows node-soap. It hides what node-soap does otherwise than vSphere needs: requests are encoded
 * by {@link encodeRequest} and results read by {@link decodeResponse}; cookies, connections and certificates belong to
 * {@link SoapHttp}; whatever node-soap rejects with becomes a {@link VimFault} or a DriverError.
 */
export class VimSoapClient {
  readonly #client: Client;
  readonly #http: SoapHttp;
  readonly #agent: PinnedAgent;
  readonly #clock: Clock;
  readonly #where: string;
  readonly address: ServerAddress;
  readonly trust: CertificateTrust;

  private constructor(wsdl: WSDL, address: ServerAddress, trust: CertificateTrust, clock: Clock) {
    this.#clock = clock;
    this.address = address;
    this.trust = trust;
    this.#where = formatAddress(address);
    this.#agent = new PinnedAgent(address, trust);
    this.#http = new SoapHttp(address, this.#agent);
    this.#client = new Client(wsdl, `https://${this.#where}/sdk`, {
      attributesKey,
      preserveWhitespace: true,
      httpClient: {
        // Node-soap answers through the callback and ignores what is returned.
        request: (_url, body, callback, headers, options): Promise<never> => {
          const { signal, operation } = readExchange(options);
          this.#http
            .post(String(body), { ...headers }, { signal, repeatable: isRepeatable(operation) })
            .then((answer) => callback(null, answer, escapeCdata(answer.body)), callback);
          return new Promise<never>(() => undefined);
        },
      },
    });
  }

  static async open(address: ServerAddress, trust: CertificateTrust, clock: Clock): Promise<VimSoapClient> {
    return new VimSoapClient(await loadWsdl(), address, trust, clock);
  }

  /** Fingerprint of the accepted certificate; undefined before the first call. */
  get fingerprint(): string | undefined {
    return this.#agent.fingerprint;
  }

  /** Starts without the cookies of an earlier session. */
  forgetSession(): void {
    this.#http.forgetCookies();
  }

  /** Throws VimFault for a fault of the server, DriverError for everything else that can happen, or the signal's reason. */
  async call<K extends keyof Operations>(
    operation: K,
    request: Operations[K]['request'],
    options: CallOptions,
  ): Promise<Operations[K]['response']> {
    options.signal.throwIfAborted();
    const xml = this.#encode(operation, request);
    const ms = options.timeoutMs ?? 60_000;
    const what = `${operation} on ${this.#where}`;
    try {
      const node = await withDeadline({ clock: this.#clock, ms, what, parent: options.signal }, (signal) =>
        this.#invoke(operation, xml, signal),
      );
      const response = decodeResponse(operation, node);
      if (isResponse<K>(response)) return response;
      throw new TypeError(`${operation} was not decoded`);
    } catch (error) {
      if (options.signal.aborted) throw options.signal.reason;
      if (error instanceof Error && 'code' in error && error.code === 'DEADLINE_EXCEEDED') {
        throw driverError(
          'transient',
          'TIMEOUT',
          `${what} got no answer within ${ms / 1000} s.`,
          'Check the load of the server and the network, then try again.',
          error,
        );
      }
      throw error;
    }
  }

  /** Closes every connection. Calls under way fail. */
  close(): void {
    this.#agent.destroy();
  }

  #encode<K extends keyof Operations>(operation: K, request: Operations[K]['request']): string {
    try {
      return encodeRequest(operation, request);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw driverError(
        operation === 'Login' ? 'needsPerson' : 'permanent',
        operation === 'Login' ? 'INVALID_LOGIN' : 'NOT_SUPPORTED',
        'A name or password holds a control character, which the vSphere API cannot carry.',
        'Remove the control character.',
      );
    }
  }

  #invoke(operation: string, xml: string, signal: AbortSignal): Promise<unknown> {
    const method: SoapMethod = this.#client[operation];
    return new Promise((resolve, reject) => {
      method(
        { _xml: xml },
        (error: unknown, result: unknown, raw: unknown) => {
          if (error) reject(this.#translate(error));
          else if (result === undefined || !isEnvelope(raw)) reject(this.#garbled());
          else resolve(result);
        },
        { signal, operation },
      );
    });
  }

  /** Node-soap rejects with an Error that has the parsed fault, or with a plain object when the XML is malformed. */
  #translate(error: unknown): unknown {
    if (isDriverError(error)) return error;
    const envelope = asElement(asElement(asElement(error).root).Envelope);
    const fault = asElement(asElement(envelope.Body).Fault);
    const [name, detail] = Object.entries(asElement(fault.detail)).find(([key]) => !key.startsWith('$')) ?? [];
    const text = textOf(fault.faultstring);
    if (name !== undefined) {
      const privilege = textOf(asElement(detail).privilegeId);
      return new VimFault(xsiType(detail) ?? name.replace(/Fault$/, ''), text, privilege || undefined);
    }
    if (text !== '' || fault.faultcode !== undefined) return new VimFault('RuntimeFault', text);
    return error instanceof Error && !('response' in error) ? error : this.#garbled(error);
  }

  #garbled(cause?: unknown): Error {
    return driverError(
      'transient',
      'UNREACHABLE',
      `${this.#where} sent an answer that is not a SOAP envelope.`,
      'Check that the address is that of a vCenter Server or ESXi host, and that no proxy answers in its place.',
      cause instanceof Error ? cause : undefined,
    );
  }
}

/** The decoder has checked the value against the metadata the type was generated from. */
function isResponse<K extends keyof Operations>(_value: unknown): _value is Operations[K]['response'] {
  return true;
}

function isEnvelope(raw: unknown): boolean {
  return typeof raw === 'string' && /<(?:[\w.-]+:)?Envelope[\s>]/.test(raw);
}

/** Node-soap keeps only the last piece of a text that is partly CDATA. */
function escapeCdata(xml: string): string {
  if (!xml.includes('<![CDATA[')) return xml;
  return xml.replace(/<!\[CDATA\[([\s\S]*?)\]\]>/g, (_match, text: string) => escapeXml(text));
}

/** What must not happen twice, beside tasks: an account may be locked, a lease would be left. */
const once: ReadonlySet<string> = new Set(['Login', 'ExportSnapshot', 'ImportVApp']);

function isRepeatable(operation: string): boolean {
  return !operation.endsWith('_Task') && !once.has(operation);
}

function readExchange(options: unknown): { readonly signal: AbortSignal; readonly operation: string } {
  const { signal, operation } = asElement(options);
  if (!(signal instanceof AbortSignal) || typeof operation !== 'string')
    throw new TypeError('exchange without options');
  return { signal, operation };
}

let wsdlPromise: Promise<WSDL> | undefined;

/** Parsed once a process: it is the same for every server. */
function loadWsdl(): Promise<WSDL> {
  wsdlPromise ??= parseWsdl();
  return wsdlPromise;
}

async function parseWsdl(): Promise<WSDL> {
  const url = new URL('./gen/vim25.wsdl', import.meta.url);
  const text = await readFile(url, 'utf8');
  // Scalars stay text until the decoder, which knows what may be rounded and what not.
  const keep = (value: string) => value;
  const customDeserializer = Object.fromEntries(convertedScalars.map((name) => [name, keep]));
  return new Promise((resolve, reject) => {
    const wsdl = new WSDL(text, url.href, { customDeserializer, preserveWhitespace: true, attributesKey });
    wsdl.onReady((error: unknown) => (error ? reject(error) : resolve(wsdl)));
  });
}
